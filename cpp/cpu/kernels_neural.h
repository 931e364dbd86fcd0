// The SIMD kernels of the neural family, compiled once per instruction set. What each computes is said in
// virtualcell_cpu_neural.h; the descriptor is checked before it comes here.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "virtualcell_cpu_neural.h"

#ifndef VC_INLINE
#define VC_INLINE inline __attribute__((always_inline))
#endif

namespace vc {

struct neural_operand {
  void* data;
  bool bf16;
  float* floats() const { return static_cast<float*>(data); }
};

struct neural_call {
  neural_operand a, b, c, d, e, f;
  int64_t n, w, kind, flag, entries, repeat;
  double x, y, z, u, v;
};

// Units of a range that begin a chunk of columns: kernels over columns take whole strips but at the end.
constexpr int64_t kStrip = 64;

#define VC_NEURAL_KERNELS(set)                                                                                            \
  namespace set {                                                                                                         \
  void neural_normalize(const neural_call& p, int64_t first, int64_t end);                                                \
  void neural_normalize_inputs(const neural_call& p, int64_t first, int64_t end);                                         \
  void neural_normalize_weights(const neural_call& p, int64_t first, int64_t end);                                        \
  void neural_activate(const neural_call& p, int64_t first, int64_t end);                                                 \
  void neural_activate_gradient(const neural_call& p, int64_t first, int64_t end);                                        \
  void neural_gate(const neural_call& p, int64_t first, int64_t end);                                                     \
  void neural_gate_gradient(const neural_call& p, int64_t first, int64_t end);                                            \
  bool neural_add_rows(const neural_call& p, int64_t first, int64_t end);                                                 \
  bool neural_add_rows_gradient(const neural_call& p, int64_t first, int64_t end);                                        \
  void neural_add(const neural_call& p, int64_t first, int64_t end);                                                      \
  void neural_column_sums(const neural_call& p, int64_t first, int64_t end);                                              \
  void neural_copy_columns(const neural_call& p, int64_t first, int64_t end);                                             \
  void neural_mean_square(const neural_call& p, int64_t first, int64_t end);                                              \
  void neural_squared_sum(const neural_call& p, int64_t first, int64_t end);                                              \
  void neural_adamw(const neural_call& p, int64_t first, int64_t end);                                                    \
  void neural_dropout(const neural_call& p, int64_t first, int64_t end);                                                  \
  int64_t neural_attention_scratch(const neural_call& p, bool back);                                                      \
  void neural_attention(const neural_call& p, bool back, int64_t first, int64_t end, void* scratch);                      \
  }
VC_NEURAL_KERNELS(baseline)
VC_NEURAL_KERNELS(avx2)
VC_NEURAL_KERNELS(avx512)
VC_NEURAL_KERNELS(avx512bf16)
#undef VC_NEURAL_KERNELS

}  // namespace vc
