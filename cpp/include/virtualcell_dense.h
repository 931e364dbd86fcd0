// What a dense product is, for the processor and for graphics cards. Rules: virtualcell.h.
//
//   out = activation(factor * A B + out (if added to) + bias) + residual,   A m x k, B k x n, row-major
//
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "virtualcell.h"

#ifdef __cplusplus
extern "C" {
#endif

// The descriptor of a product: the address of int64_t[VC_DENSE_FIELDS], owned by the caller, read during the call. Addresses
// unless said; strides in elements; types are VC_F32 or VC_BF16. A and B have one stride of 1.
enum {
  VC_DENSE_M = 0,              // numbers
  VC_DENSE_N = 1,
  VC_DENSE_K = 2,
  VC_DENSE_INNER = 3,          // VC_F32 or VC_BF16: what is multiplied; VC_BF16 rounds factors that are not
  VC_DENSE_A = 4,
  VC_DENSE_A_TYPE = 5,
  VC_DENSE_A_ROW = 6,          // stride of m
  VC_DENSE_A_COLUMN = 7,       // stride of k
  VC_DENSE_B = 8,              // vc_cpu_dense_multiply: packed, and the next three are not read
  VC_DENSE_B_TYPE = 9,
  VC_DENSE_B_ROW = 10,         // stride of k
  VC_DENSE_B_COLUMN = 11,      // stride of n
  VC_DENSE_OUT = 12,
  VC_DENSE_OUT_TYPE = 13,
  VC_DENSE_OUT_ROW = 14,       // stride of m
  VC_DENSE_ADD = 15,           // 1: add to out, which is VC_F32 then
  VC_DENSE_FACTOR = 16,        // the bits of a float
  VC_DENSE_BIAS = 17,          // float[n] or 0
  VC_DENSE_ACTIVATION = 18,    // VC_ACTIVATION_*
  VC_DENSE_RESIDUAL = 19,      // row stride n, or 0
  VC_DENSE_RESIDUAL_TYPE = 20,
  VC_DENSE_BEFORE = 21,        // receives what the activation was applied to; row stride n, or 0
  VC_DENSE_BEFORE_TYPE = 22,
  VC_DENSE_COPY = 23,          // receives out as bf16; row stride n, or 0
  VC_DENSE_OUTER = 24,         // batches only, as the next seven: item i is (i / inner items, i % inner items)
  VC_DENSE_ITEMS = 25,         // inner items
  VC_DENSE_A_OUTER = 26,       // strides of both counts
  VC_DENSE_A_ITEM = 27,
  VC_DENSE_B_OUTER = 28,
  VC_DENSE_B_ITEM = 29,
  VC_DENSE_OUT_OUTER = 30,
  VC_DENSE_OUT_ITEM = 31,
  VC_DENSE_FIELDS = 32
};

#ifdef __cplusplus
}
#endif
