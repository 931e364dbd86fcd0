// The SIMD kernels of the sparse family; other families have a header of their own beside this one. Each set of VC_KERNELS is compiled into one object per kernel file. A kernel returns VC_OK or
// VC_BAD_INDEX. What each computes is said in virtualcell_cpu.h.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stdint.h>

#include "virtualcell_cpu.h"

#define VC_INLINE inline __attribute__((always_inline))

namespace vc {

// The descriptor of a sparse matrix, unpacked.
struct csr {
  bool compact;
  int64_t rows, genes, non_zeros, escapes;
  const int64_t* row_start;
  const void *gene, *value;
  const int64_t* escape_start;
  const uint16_t* escape_gene;
  const int32_t* escape_value;

  // always inlined: an out-of-line copy compiled for one set could be merged into another set's object
  VC_INLINE const int32_t* gene32() const { return static_cast<const int32_t*>(gene); }
  VC_INLINE const uint16_t* gene16() const { return static_cast<const uint16_t*>(gene); }
  VC_INLINE const float* values() const { return static_cast<const float*>(value); }
  VC_INLINE const uint8_t* counts() const { return static_cast<const uint8_t*>(value); }
  VC_INLINE int64_t gene_at(int64_t k) const { return compact ? gene16()[k] : gene32()[k]; }

  // Whether the row's offsets can be followed.
  VC_INLINE bool row_is_sound(int64_t r) const {
    return row_start[r] >= 0 && row_start[r] <= row_start[r + 1] && row_start[r + 1] <= non_zeros;
  }
};

struct head;
struct transposed_view;

#define VC_KERNELS(set)                                                                                                   \
  namespace set {                                                                                                         \
  int32_t row_scale(const csr& x, int64_t first_row, int64_t end_row, float total, float* out);                           \
  int32_t log_normalize(const csr& x, const float* scale, int64_t first_row, int64_t end_row, float* out);                \
  int32_t csr_dense(const csr& x, const float* scale, int64_t first_row, int64_t end_row, int64_t columns,                \
                    const void* dense, int32_t type, const float* bias, int32_t activation, float* out);                  \
  int32_t csr_dense_tail(const csr& x, const float* scale, int64_t first_row, int64_t end_row, int64_t columns,           \
                         const void* dense, int32_t type, const head& h, int64_t stride, float* tile, float* out);        \
  int64_t transposed_strip();                                                                                             \
  int32_t transposed_block(const csr& x, const float* scale, int64_t columns, const float* dense,                         \
                           const transposed_view& v, int64_t b);                                                          \
  void transposed_sum(const transposed_view& v, bool first, int64_t first_gene, int64_t end_gene, int64_t strip,          \
                      int64_t columns, float* out);                                                                       \
  int32_t group_sums(const csr& x, const float* scale, const int64_t* start, const int64_t* order, int64_t first_group,   \
                     int64_t end_group, int64_t first_gene, int64_t end_gene, bool whole, void* scratch, void* sums,      \
                     void* squares, int32_t* detections);                                                                                \
  }
VC_KERNELS(baseline)
VC_KERNELS(avx2)
VC_KERNELS(avx512)
VC_KERNELS(avx512bf16)
#undef VC_KERNELS

// What only AVX-512-BF16 has: no other set has instructions for it.
namespace avx512bf16 {
int32_t csr_dense_bf16(const csr& x, const float* scale, int64_t first_row, int64_t end_row, int64_t columns,
                       const uint16_t* dense, const float* bias, int32_t activation, float* out);
void round_to_bf16(const float* from, int64_t count, uint16_t* to);
int32_t csr_dense_mixed(const csr& x, const float* scale, int64_t first_row, int64_t end_row, int64_t columns,
                        const uint16_t* dense, const head& h, int64_t stride, uint16_t* tile, float* out);
void pack_head(const uint16_t* dense, int64_t columns, const head& h, int64_t two);
}  // namespace avx512bf16

}  // namespace vc
