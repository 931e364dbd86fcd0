// Distances on a GPU, part of virtualcell_cuda.h, whose rules hold: kernels return when enqueued. What each computes is said
// at DistanceOps in Java.
//
// Order     a squared distance is a sum of squared differences in fp32, one fused chain by rising column; sums of distances
//           are added in double: a thread's 16, its block's threads pairwise, blocks by rising number. No atomics.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "virtualcell.h"

#ifdef __cplusplus
extern "C" {
#endif

// out[i, j] = |x_i - y_j|, or its square; x float[n x columns], y float[m x columns], out float[n x m].
int32_t vc_cuda_distances(int64_t queue, int64_t n, int64_t m, int64_t columns, int64_t x, int64_t y, int32_t squared,
                          int64_t out);

// out[p] = the mean distance between pair p's sets, or with inside = 1 their energy distance; x float[pairs x s x columns],
// y float[pairs x t x columns], out float[pairs]. With weight float[pairs], else 0, also the gradient by x,
// float[pairs x s x columns]. scratch: vc_cuda_energy_scratch bytes on a 64-byte boundary.
int32_t vc_cuda_energy(int64_t queue, int64_t pairs, int64_t s, int64_t t, int64_t columns, int64_t x, int64_t y,
                       int32_t inside, int64_t weight, int64_t scratch, int64_t out, int64_t gradient);
int64_t vc_cuda_energy_scratch(int64_t pairs, int64_t s, int64_t t, int32_t inside, int32_t slope);

// means, energy float[groups x groups] of groups of consecutive rows; start int64[groups + 1]. VC_BAD_INDEX when waiting if
// starts fall or leave 0 .. rows. scratch: vc_cuda_group_distances_scratch bytes on a 64-byte boundary.
int32_t vc_cuda_group_distances(int64_t queue, int64_t rows, int64_t groups, int64_t columns, int64_t x, int64_t start,
                                int64_t scratch, int64_t means, int64_t energy);
int64_t vc_cuda_group_distances_scratch(int64_t rows, int64_t groups);

#ifdef __cplusplus
}
#endif
