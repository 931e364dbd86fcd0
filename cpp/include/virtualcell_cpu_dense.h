// Dense products on the processor. Rules: virtualcell.h; instruction sets: virtualcell_cpu.h.
//
//   out = activation(factor * A B + out (if added to) + bias) + residual,   A m x k, B k x n, row-major
//
// The descriptor stands in virtualcell_dense.h. The right factor is packed first, by vc_cpu_dense_pack: into panels of
// vc_cpu_dense_panel columns, each panel k x panel numbers with its columns side by side, zeros beyond the last column. `inner` says what numbers are multiplied: VC_F32, or
// VC_BF16 (sets with VC_ISA_AVX512_BF16 only), where two following k stand together and a last odd one is met by zero.
// Operands of another type are widened, which is exact, or rounded to nearest, when they are packed.
//
// Order: k is cut into blocks of equal length, at most 768 (bf16: 1,536), multiples of 2; an output is the sum of its blocks in order, a
// block one chain of fused multiply-adds (bf16: of the processor's pair products) by rising k. It depends on k alone, so
// neither the cut into calls nor the number of threads changes a byte. bf16 products take numbers below 2^-126 for zero.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "virtualcell_dense.h"

#ifdef __cplusplus
extern "C" {
#endif

// Columns of a panel, and the bytes of all panels of a k x n matrix.
int64_t vc_cpu_dense_panel(int32_t isa, int32_t inner);
int64_t vc_cpu_dense_packed_bytes(int32_t isa, int32_t inner, int64_t k, int64_t n);

// Packs panels first_panel .. end_panel - 1 of B, k x n of `type` with strides `row` (of k) and `column` (of n), one of them 1.
int32_t vc_cpu_dense_pack(int32_t isa, int32_t inner, int64_t k, int64_t n, int64_t b, int32_t type, int64_t row,
                          int64_t column, int64_t first_panel, int64_t end_panel, int64_t packed);

// The product for rows first_row .. end_row - 1 and panels first_panel .. end_panel - 1. Calls whose ranges do not meet may
// run at once. scratch: vc_cpu_dense_scratch bytes of this call's own, 64-byte aligned, undefined before and after.
int32_t vc_cpu_dense_multiply(int32_t isa, int64_t fields, int64_t first_row, int64_t end_row, int64_t first_panel,
                              int64_t end_panel, int64_t scratch);
int64_t vc_cpu_dense_scratch(int32_t isa, int64_t fields, int64_t rows, int64_t panels);

// Many small products of one shape: items first_item .. end_item - 1 of outer x inner items, without bias, activation and
// what follows it. scratch as above, vc_cpu_dense_batch_scratch bytes.
int32_t vc_cpu_dense_batch(int32_t isa, int64_t fields, int64_t first_item, int64_t end_item, int64_t scratch);
int64_t vc_cpu_dense_batch_scratch(int32_t isa, int64_t fields);

// to[i] = from[i] for elements first .. end - 1: F32 to BF16 rounds to nearest, ties to even; not-a-number stays one.
int32_t vc_cpu_dense_convert(int32_t isa, int64_t from, int32_t from_type, int64_t to, int32_t to_type, int64_t first,
                             int64_t end);

// *finite = 0 unless elements first .. end - 1 are all finite; else it is left alone. finite int32_t.
int32_t vc_cpu_dense_finite(int32_t isa, int64_t x, int32_t type, int64_t first, int64_t end, int64_t finite);

#ifdef __cplusplus
}
#endif
