// What neural networks need beside dense products, on the processor. Rules: virtualcell.h; instruction sets: virtualcell_cpu.h.
// Formulas, shapes and tolerances: org.virtualcell.compute.NeuralOps and RandomOps.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "virtualcell.h"

#ifdef __cplusplus
extern "C" {
#endif

// What is computed; behind each its operands A to G, its numbers and its range. Rows are [n, w].
enum {
  VC_NORMALIZE = 0,           // A x, B gain, C bias or 0, D statistics, E out; FLAG centred, X epsilon; rows
  VC_NORMALIZE_INPUTS = 1,    // A x, B gain, C statistics, D slope, E dx; FLAG bit 0 centred, bit 1 added to; rows
  VC_NORMALIZE_WEIGHTS = 2,   // A x, C statistics, D slope, E dGain, F dBias or 0; columns
  VC_ACTIVATE = 3,            // A x, B out; KIND the activation; elements
  VC_ACTIVATE_GRADIENT = 4,   // A x, B slope, C dx; KIND; elements
  VC_GATE = 5,                // A x [n, 2 w], B out; rows
  VC_GATE_GRADIENT = 6,       // A x, B slope, C dx; rows
  VC_ADD_ROWS = 7,            // A table, B index int32, C out; ENTRIES, REPEAT; rows
  VC_ADD_ROWS_GRADIENT = 8,   // A slope, B index, C dTable; ENTRIES, REPEAT; columns
  VC_ADD = 9,                 // A x, B out; X the factor; elements
  VC_COLUMN_SUMS = 10,        // A x, B out; columns
  VC_COPY_COLUMNS = 11,       // A x [n, ENTRIES] from column REPEAT, B out from column KIND, FLAG columns; rows
  VC_MEAN_SQUARE = 12,        // A x, B y, C dx; scratch receives a double, the sum of squares of the range; X 2 weight / elements; elements
  VC_SQUARED_SUM = 13,        // A x; scratch receives a double, the sum of squares of the range; elements
  VC_ADAMW = 14,              // A gradient, B weights, C m, D v, E mean or 0, F control; X beta1, Y beta2, Z epsilon,
                              // U decay, V average; elements
  VC_DROPOUT = 15,            // A x, B out, C key int64[2]; KIND the place, X the share; elements
  VC_ATTENTION = 16,          // A qkv, B logSums, C out; N sets, W cells, ENTRIES heads, REPEAT head size; heads of all sets
  VC_ATTENTION_GRADIENT = 17, // A qkv, B logSums, C out, D slope, E dQkv; as above
  VC_NEURAL_KINDS = 18
};

// The descriptor: the address of int64_t[VC_NEURAL_FIELDS], owned by the caller, read during the call.
enum {
  VC_NEURAL_A = 0,         // addresses A to G
  VC_NEURAL_A_TYPE = 7,    // VC_F32 or VC_BF16, of A to G; parameters, statistics, tables and sums are VC_F32
  VC_NEURAL_N = 14,        // rows, or elements
  VC_NEURAL_W = 15,        // columns
  VC_NEURAL_KIND = 16,
  VC_NEURAL_FLAG = 17,
  VC_NEURAL_ENTRIES = 18,
  VC_NEURAL_REPEAT = 19,
  VC_NEURAL_X = 20,        // the bits of a double, as the next four
  VC_NEURAL_Y = 21,
  VC_NEURAL_Z = 22,
  VC_NEURAL_U = 23,
  VC_NEURAL_V = 24,
  VC_NEURAL_FIELDS = 25
};

// Computes first .. end - 1 of the range. Calls whose ranges do not meet may run at once; the bytes do not depend on the cut
// but for the two sums, which are of the range. half: whether attention rounds factors to bf16 (sets with VC_ISA_AVX512_BF16).
// scratch: vc_cpu_neural_scratch bytes of this call's own, 64-byte aligned. VC_INVALID for an index out of range.
int32_t vc_cpu_neural(int32_t isa, int32_t what, int32_t half, int64_t fields, int64_t first, int64_t end, int64_t scratch);
int64_t vc_cpu_neural_scratch(int32_t isa, int32_t what, int32_t half, int64_t fields);

#ifdef __cplusplus
}
#endif
