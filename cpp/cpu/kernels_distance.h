// The SIMD kernels of the distance family; what each computes is said in virtualcell_cpu_distance.h.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stdint.h>

#include "virtualcell_cpu_distance.h"

#define VC_INLINE inline __attribute__((always_inline))

namespace vc {

constexpr int64_t kPanel = 16;   // rows of a panel: packed[(panel * columns + k) * kPanel + row % kPanel]
constexpr int64_t kBlock = 128;  // most rows of a block
constexpr int64_t kOthers = 512; // rows that the weights of a gradient are kept for at once

// Rows with their packed form: centred, in panels, and the squared norms of the centred rows (0 for the rows that fill
// the last panel).
struct row_set {
  int64_t rows;
  const float *x, *packed, *norm;
};

VC_INLINE row_set rows_from(const row_set& s, int64_t columns, int64_t first, int64_t rows) {
  return {rows, s.x + first * columns, s.packed + first * columns, s.norm + first};
}

#define VC_DISTANCE_KERNELS(set)                                                                                          \
  namespace set {                                                                                                         \
  void distance_centre(int64_t x_rows, const float* x, int64_t y_rows, const float* y, int64_t columns, float* centre);   \
  void distance_pack(int64_t rows, int64_t columns, const float* x, const float* centre, float* packed, float* norm);     \
  void distance_rows(int64_t columns, const row_set& x, const row_set& y, bool squared, float* tile, float* out,          \
                     int64_t stride);                                                                                     \
  double distance_sum(int64_t columns, const row_set& x, const row_set& y, bool same, float* tile);                       \
  void energy_gradient(int64_t columns, const row_set& x, const row_set& y, int64_t first, float weight, float* scratch,  \
                       float* gradient, double* sums);                                                                    \
  }
VC_DISTANCE_KERNELS(baseline)
VC_DISTANCE_KERNELS(avx2)
VC_DISTANCE_KERNELS(avx512)
VC_DISTANCE_KERNELS(avx512bf16)
#undef VC_DISTANCE_KERNELS

}  // namespace vc
