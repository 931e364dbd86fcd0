// The CPU half of the native boundary: memory and SIMD kernels. Rules: virtualcell.h.
//
// Kernels work on a range of the rows or genes; the threads are the caller's. Ranges never share an output, so the
// result does not depend on how the work is cut or on how many threads do it.
//
// A sparse matrix x, cells x genes, is the address of int64_t[VC_CSR_FIELDS], which the caller owns and which is only read
// during the call; its fields are named below. Dense matrices are row-major and packed.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "virtualcell.h"

#ifdef __cplusplus
extern "C" {
#endif

// Instruction sets, in rising order. A kernel without a form of its own for a set uses the next lower one.
enum { VC_ISA_BASELINE = 0, VC_ISA_AVX2 = 1, VC_ISA_AVX512 = 2, VC_ISA_AVX512_BF16 = 3 };

// VC_BOUNDARY of the library.
int32_t vc_cpu_boundary(void);

// The best instruction set that processor and operating system both support: one of VC_ISA_*.
int32_t vc_cpu_best_isa(void);

// What the last failure on this thread was. Owned by the library; valid until that thread's next failure.
const char* vc_cpu_error_text(void);

// Allocates `bytes` (zero or more) on a 64-byte boundary, uninitialised, counted under `tag`; *address receives it.
// The caller owns it and gives it back with vc_cpu_release. VC_OUT_OF_MEMORY, VC_INVALID.
int32_t vc_cpu_allocate(int64_t bytes, int32_t tag, int64_t* address);

// Gives an address of vc_cpu_allocate back; 0 is allowed. VC_INVALID for an address that is not one (best effort).
int32_t vc_cpu_release(int64_t address);

// Bytes now held under `tag`, or under all tags for -1. VC_INVALID.
int32_t vc_cpu_allocated(int32_t tag, int64_t* bytes);

// Copies between a Java array, `count` elements of `width` bytes from element `first`, and an address. The array is only
// used in the call.
int32_t vc_cpu_put(int64_t to, const void* from, int64_t first, int64_t count, int32_t width);
int32_t vc_cpu_get(int64_t from, void* to, int64_t first, int64_t count, int32_t width);

// In the kernels below `scale` is float[cells] or 0. With a scale, log1p(x[r, g] * scale[r]) stands in the place of each
// stored value x[r, g]; what is not stored stays zero. VC_BAD_INDEX from each: a row offset, gene or escape is wrong.

// out[r] = total / (sum of row r), 0 where that sum is 0; out float[cells]. For rows first_row .. end_row - 1.
// Order: eight double accumulators, value k of the row goes to accumulator k mod 8, added in order at the end.
int32_t vc_cpu_row_scale(int32_t isa, int64_t x, int64_t first_row, int64_t end_row, float total, int64_t out);

// out[k] = log1p(value[k] * scale[r]) for the values of rows first_row .. end_row - 1; out float[non_zeros]. Scale needed.
int32_t vc_cpu_log_normalize(int32_t isa, int64_t x, int64_t scale, int64_t first_row, int64_t end_row, int64_t out);

// Widens the genes of rows first_row .. end_row - 1 into out_gene int32[non_zeros] and copies their offsets, with the one
// after the last, into out_row_start int64[rows + 1].
int32_t vc_cpu_copy_structure(int64_t x, int64_t first_row, int64_t end_row, int64_t out_row_start, int64_t out_gene);

// out[r, c] = activation(bias[c] + sum over the values of row r of value * dense[gene, c]), for rows first_row ..
// end_row - 1.
//   dense [genes x columns] of `type`: VC_F32, or VC_BF16, which is widened and exact; bias float[columns] or 0;
//   activation one of VC_ACTIVATION_*; out float[cells x columns].
// Order: one fp32 chain per output, by rising gene; fused multiply-add from AVX2 on, so AVX2 and AVX-512 agree to the bit
// (before the activation). The bias is added last.
int32_t vc_cpu_csr_dense(int32_t isa, int64_t x, int64_t scale, int64_t first_row, int64_t end_row, int64_t columns,
                         int64_t dense, int32_t type, int64_t bias, int32_t activation, int64_t out);

// vc_cpu_csr_dense with both operands in bfloat16, rounded to nearest even, and sums in single precision: each term is off by
// at most 2^-7.9 of its size. dense bf16[genes x columns]. Only for VC_ISA_AVX512_BF16: VC_UNSUPPORTED else.
// Order: by rising gene in twos, acc + v0 w0 + v1 w1 by vdpbf16ps; the bias is added last.
int32_t vc_cpu_csr_dense_bf16(int32_t isa, int64_t x, int64_t scale, int64_t first_row, int64_t end_row, int64_t columns,
                              int64_t dense, int64_t bias, int32_t activation, int64_t out);

// Rounds float[count] to bf16[count], nearest even. Only for VC_ISA_AVX512_BF16: VC_UNSUPPORTED else.
int32_t vc_cpu_round_to_bf16(int32_t isa, int64_t from, int64_t count, int64_t to);

// The same product where many genes are in most cells: those, the head, are spread into a dense tile, the others gathered.
//   1. vc_cpu_head_choose counts genes in at most 512 cells; *chosen: how many make the head, even; 0: use the form above.
//   2. vc_cpu_head_pack lays out the weights of pairs first .. end - 1 of chosen / 2; in any order or at once.
//   3. vc_cpu_csr_dense_mixed for ranges of rows, ideally multiples of 112; `room`: vc_cpu_head_room bytes of this call's own.
// scratch: vc_cpu_head_scratch bytes, the same through all calls; 0 bytes: too few cells or genes, use the form above.
// Order: gathered genes by rising gene in twos in one chain; the head's, at most 1536 to a chain, are then added chain by chain;
// the bias is added last. Only for VC_ISA_AVX512_BF16.
int64_t vc_cpu_head_scratch(int64_t rows, int64_t genes, int64_t columns);
int64_t vc_cpu_head_room(int64_t genes);
int32_t vc_cpu_head_choose(int64_t x, int64_t scratch, int64_t* chosen);
int32_t vc_cpu_head_pack(int32_t isa, int64_t x, int64_t columns, int64_t dense, int64_t scratch, int64_t first, int64_t end);
int32_t vc_cpu_csr_dense_mixed(int32_t isa, int64_t x, int64_t scale, int64_t first_row, int64_t end_row, int64_t columns,
                               int64_t dense, int64_t scratch, int64_t bias, int32_t activation, int64_t room, int64_t out);

// vc_cpu_csr_dense where many genes are in most cells: those, the head, are spread into a dense tile, the others gathered.
//   1. vc_cpu_exact_head counts genes in at most 512 cells and lays the weights of the head out; *chosen: how many genes, even;
//      0 (none is frequent, or a weight of the head is not finite, which an absent value must not meet): use vc_cpu_csr_dense.
//   2. vc_cpu_csr_dense_head for ranges of rows, ideally multiples of 112; `room`: vc_cpu_exact_head_room bytes of its own.
// scratch: vc_cpu_exact_head_scratch bytes, the same through all calls; 0 bytes: too few cells, genes or columns for it.
// Order: gathered genes by rising gene in one chain; the head's by rising gene, at most 768 to a chain, are then added chain by
// chain; fused from AVX2 on, so AVX2 and AVX-512 agree to the bit. The bias is added last.
int64_t vc_cpu_exact_head_scratch(int64_t rows, int64_t genes, int64_t columns);
int64_t vc_cpu_exact_head_room(int64_t genes);
int32_t vc_cpu_exact_head(int32_t isa, int64_t x, int64_t columns, int64_t dense, int32_t type, int64_t scratch,
                          int64_t* chosen);
int32_t vc_cpu_csr_dense_head(int32_t isa, int64_t x, int64_t scale, int64_t first_row, int64_t end_row, int64_t columns,
                              int64_t dense, int32_t type, int64_t scratch, int64_t bias, int32_t activation, int64_t room,
                              int64_t out);

// The weight gradient, out[g, c] = sum over the cells r of x[r, g] * dense[r, c]; dense float[cells x columns], out
// float[genes x columns], columns at least 1. Cells are taken in spans; for each span, starting at cell 0:
//   1. vc_cpu_transposed_span lists the blocks of the span that begins at first_row: span[0] = how many, span[1] = the row
//      after the last. VC_BAD_INDEX.
//   2. vc_cpu_transposed_block for each block, in any order or at once: turns it into columns. VC_BAD_INDEX.
//   3. vc_cpu_transposed_sum for ranges of genes and for strips 0 .. ceil(columns / vc_cpu_transposed_strip(isa)) - 1, in any
//      order or at once: adds the span to `out`; the first span sets it. `blocks` is span[0].
// half = 1: dense and the values are rounded to bf16, nearest even, each term off by at most 2^-7.9 of its size; only for
// VC_ISA_AVX512_BF16: VC_UNSUPPORTED else. The same in all calls.
// scratch: vc_cpu_transposed_scratch bytes, the same through all calls; undefined before and after.
// Order: one fp32 chain per output, by rising cell (half: in twos within a block, by vdpbf16ps), so that no cut of the work
// changes a byte. With half and 1,024 cells or more, genes that many cells express are summed as a dense tile: by rising cell in
// twos, one chain a span, added span by span; a number of `dense` that is not finite then reaches all of these genes.
int64_t vc_cpu_transposed_scratch(int64_t rows, int64_t genes, int64_t non_zeros, int64_t columns, int32_t half);
int64_t vc_cpu_transposed_strip(int32_t isa);
int32_t vc_cpu_transposed_span(int64_t x, int64_t first_row, int64_t columns, int32_t half, int64_t scratch, int64_t* span);
int32_t vc_cpu_transposed_block(int32_t isa, int64_t x, int64_t scale, int64_t columns, int64_t dense, int32_t half,
                                int64_t scratch, int64_t block);
int32_t vc_cpu_transposed_sum(int32_t isa, int64_t x, int64_t first_gene, int64_t end_gene, int64_t strip, int64_t columns,
                              int32_t half, int64_t scratch, int64_t blocks, int64_t out);

// Lists the cells of each group: order[start[g]] .. order[start[g + 1] - 1] are the cells of group g, rising. A cell whose
// group is not 0 .. groups - 1 is in no list. group int32[rows], start int64[groups + 1], order int64[rows].
int32_t vc_cpu_group_order(int64_t rows, int64_t groups, int64_t group, int64_t start, int64_t order);

// Sum, sum of squares and number of non-zeros of genes first_gene .. end_gene - 1 over the cells of groups first_group ..
// end_group - 1.
//   start, order: from vc_cpu_group_order. detections int32[groups x genes].
//   whole = 1: sums and squares are int64[groups x genes], exact for whole values (no scale then), as long as they fit in 64 bits.
//   whole = 0: they are float[groups x genes], summed in double by rising cell, rounded once.
//   scratch: vc_cpu_group_sums_scratch bytes of this call's own, undefined before and after.
int32_t vc_cpu_group_sums(int32_t isa, int64_t x, int64_t scale, int64_t start, int64_t order, int64_t first_group,
                          int64_t end_group, int64_t first_gene, int64_t end_gene, int32_t whole, int64_t scratch, int64_t sums,
                          int64_t squares, int64_t detections);

// The scratch of one vc_cpu_group_sums over at most `genes` genes.
int64_t vc_cpu_group_sums_scratch(int64_t genes);

#ifdef __cplusplus
}
#endif
