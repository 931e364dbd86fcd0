// The genes that are in most cells, as csr_dense_mixed and csr_dense_tail take them; in one piece of scratch.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stdint.h>

namespace vc {

constexpr int64_t kHeadRows = 56;    // cells spread out at a time by the rounded product: four tiles of 14
constexpr int64_t kMostHead = 4096;  // genes of a head

struct head {
  int64_t genes;       // even
  uint16_t* place;     // [genes of the matrix]: where in the head, or `genes`
  int32_t* list;       // [genes]: which gene; the last may be -1
  uint16_t* weights;   // as dense_pack lays them: bf16 for the rounded product, fp32 for the exact one
};

}  // namespace vc
