// A span of blocks of cells, turned into columns: what the two halves of csr_transposed share, in one piece of scratch.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stdint.h>

namespace vc {

struct transposed_view {
  int64_t genes, blocks;
  int64_t* bound;   // [blocks + 1]: the cells of block b are bound[b] .. bound[b + 1] - 1
  int64_t* entry;   // [blocks + 1]: and its entries entry[b] .. entry[b + 1] - 1 of row and value
  int32_t* start;   // [blocks x (genes + 1)]: the entries of a gene within a block
  uint16_t* row;    // by gene, rising cells, counted from the block's first
  float* value;
  uint32_t* entries;  // in place of both if half: the cell, and the value as bf16 above it
  void* dense;      // the cells' rows of the dense operand, strip by strip within a block: float, or bf16 if
  bool half;        // so
};

}  // namespace vc
