// The SIMD kernels of the dense family, compiled once per instruction set. What each computes is said in
// virtualcell_cpu_dense.h; the descriptor is checked before it comes here. The products of avx512bf16 multiply bf16, those of
// the other sets fp32.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "virtualcell_cpu_dense.h"

#ifndef VC_INLINE
#define VC_INLINE inline __attribute__((always_inline))
#endif

namespace vc {

// A matrix as it lies in memory: element (i, j) at i * row + j * column.
struct dense_view {
  const void* data;
  bool bf16;
  int64_t row, column;
};

struct dense_product {
  int64_t m, n, k;
  dense_view a;
  const void* b;  // packed
  void* out;
  bool out_bf16;
  int64_t out_row;
  bool add;
  float factor;
  const float* bias;
  int32_t activation;
  const void* residual;
  bool residual_bf16;
  void* before;
  bool before_bf16;
  uint16_t* copy;
};

#define VC_DENSE_KERNELS(set)                                                                                             \
  namespace set {                                                                                                         \
  int64_t dense_panel();                                                                                                  \
  void dense_pack(int64_t k, int64_t n, const dense_view& b, int64_t first, int64_t end, void* packed);                   \
  int64_t dense_scratch(const dense_product& p, int64_t rows, int64_t panels);                                            \
  void dense_multiply(const dense_product& p, int64_t first_row, int64_t end_row, int64_t first_panel, int64_t end_panel, \
                      void* scratch);                                                                                     \
  void dense_convert(const void* from, bool from_bf16, void* to, int64_t first, int64_t end);                             \
  bool dense_finite(const void* x, bool bf16, int64_t first, int64_t end);                                                \
  }
VC_DENSE_KERNELS(baseline)
VC_DENSE_KERNELS(avx2)
VC_DENSE_KERNELS(avx512)
VC_DENSE_KERNELS(avx512bf16)
#undef VC_DENSE_KERNELS

}  // namespace vc
