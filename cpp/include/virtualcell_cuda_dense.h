// Dense products on a graphics card. Rules: virtualcell.h, virtualcell_cuda.h; the product: virtualcell_dense.h.
//
// Order: an output is summed by rising k, in steps of 32 on tensor cores (each step in fresh accumulators, then added in
// fp32), one by one on devices without. It depends on k alone.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "virtualcell_dense.h"

#ifdef __cplusplus
extern "C" {
#endif

// The products of a batch; one product is a batch of 1 x 1. `fields` is the address of int64_t[VC_DENSE_FIELDS] on the host,
// read during the call; the addresses in it are the device's, B as it is. VC_DENSE_INNER: VC_F32 multiplies what is there,
// exactly (fp32 in three parts of bf16, where there are tensor cores); VC_BF16 rounds fp32 factors to nearest.
int32_t vc_cuda_dense_multiply(int64_t queue, const int64_t* fields);

// to[i * columns + j] = from[i * row + j * column] for rows x columns numbers of two types: conversion, and the packing of a
// right factor. F32 to BF16 rounds to nearest, ties to even.
int32_t vc_cuda_dense_copy(int64_t queue, int64_t from, int32_t from_type, int64_t rows, int64_t columns, int64_t row,
                           int64_t column, int64_t to, int32_t to_type);

// *finite = 1 if all elements are finite, else 0; finite int32_t on the device.
int32_t vc_cuda_dense_finite(int64_t queue, int64_t x, int32_t type, int64_t elements, int64_t finite);

#ifdef __cplusplus
}
#endif
