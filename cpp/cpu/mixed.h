// The genes that are in most cells, as csr_dense_mixed and csr_dense_tail take them; in one piece of scratch.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stdint.h>

namespace vc {

constexpr int64_t kHeadRows = 24;    // cells spread out at a time
constexpr int64_t kMostHead = 4096;  // genes of a head

struct head {
  int64_t genes;       // even
  int32_t* place;      // [genes of the matrix]: where in the head, or `genes`
  int32_t* list;       // [genes]: which gene; the last may be -1
  uint16_t* weights;   // bf16, strips of 64 columns, each [genes / 2][64][2]; of the exact product fp32, as dense_pack lays them
};

}  // namespace vc
