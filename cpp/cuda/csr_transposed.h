// Transposed CSR x dense as its kernels see it (csr_transposed.cu).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "csr.h"

namespace vc {

constexpr int kGeneTile = 128, kCountsTabled = 16;

// out[g, c] = sum over the cells r of x'[r, g] * dense[r, c], in slices of cells: slice s writes parts + s * genes * columns.
struct gradient {
  csr_view x;
  const float* scale;  // or null
  int64_t columns, slices, slice_rows;
  const float* dense;  // cells x columns
  float* parts;
  // Made by prepare_gradient for the tensor cores, in scratch:
  uint32_t* tile_start;  // [gene tiles + 1][cells]: where in its row the entries of a tile begin
  float* logarithm;      // [cells][16] of the counts 0 to 15; with a scale only
};

inline int64_t gene_tiles(int64_t genes) { return (genes + kGeneTile - 1) / kGeneTile; }

// Bytes of tile_start and logarithm.
int64_t gradient_tables_bytes(int64_t rows, int64_t genes);

bool gradient_fits_tensor_cores(const queue& q);
int32_t gradient_on_tensor_cores(queue& q, gradient y, int64_t tables, bool fast);

}  // namespace vc
