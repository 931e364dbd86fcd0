// A span of blocks of cells, turned into columns: what the two halves of csr_transposed share, in one piece of scratch.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stdint.h>

namespace vc {

constexpr int64_t kMostTransposedRows = 4096;  // of a span
constexpr int64_t kHeadStrip = 14;             // genes of a strip of the tile

struct transposed_view {
  int64_t genes, blocks;
  int64_t* bound;   // [blocks + 1]: the cells of block b are bound[b] .. bound[b + 1] - 1
  int64_t* entry;   // [blocks + 1]: and its entries entry[b] .. entry[b + 1] - 1 of row and value
  int32_t* start;   // [blocks x (genes + 1)]: the entries of a gene within a block
  uint16_t* cell;   // by gene, rising cells, counted from the block's first
  float* value;
  uint32_t* entries;  // in place of these if half: the cell, and the value as bf16 above it
  void* dense;      // the cells' rows of the dense operand, strip by strip within a block: float, or bf16 if
  bool half;        // so
  bool narrow;      // float: half the columns to a strip, where registers are wide
  // The head, genes that many cells express; only if half. What is not the head's goes the way above.
  int64_t head;         // genes
  const uint32_t* base; // [genes]: bytes from a cell's place in the tile to the gene's, or `none`
  uint32_t none;
  const int32_t* list;  // [head]: which gene
  char* tile;
  int64_t strip_bytes;  // of the tile
  uint16_t* packed;
  int64_t pairs;        // of cells, the most of a span
  uint32_t* other_gene;  // [entries]: what is not the head's, cell after cell
  uint16_t* other_value;
};

}  // namespace vc
