// The genes that are in most cells, as csr_dense_mixed and csr_dense_tail take them; in one piece of scratch.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stdint.h>

namespace vc {

constexpr int64_t kHeadRows = 112;   // cells spread out at a time by the rounded product: eight tiles of 14
constexpr int64_t kMostHead = 4096;  // genes of a head

struct head {
  int64_t genes;       // even
  int64_t others;      // genes that follow those of the head in the list: all others, or 0
  uint16_t* place;     // [genes of the matrix]: where in the list; for genes that are not in it, `genes`
  int32_t* list;       // [genes + others]: which gene, the head's and the others' by rising gene; the head's last may be -1
  uint16_t* weights;   // as dense_pack lays them: bf16 for the rounded product, fp32 for the exact one
};

}  // namespace vc
