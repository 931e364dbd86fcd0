// What the distance kernels share: a tile of squared distances in registers, and sums over a block.
//
// Geometry   256 threads own 64 x 64 distances, 4 x 4 each, and walk the columns in steps of 32 through shared memory.
// Idea       differences, not products: two instructions a term instead of one, but nothing cancels, so there is no centring,
//            no second look at near pairs and no norms. The tensor-core form (products of split bf16) is not written yet.
// Bytes      128 rows a step for 4,096 distances: 32 terms a float loaded.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <math.h>

#include "queue.h"
#include "virtualcell_cuda_distance.h"

namespace vc {
namespace {

constexpr int kSide = 64, kStep = 32, kThreads = 256;

inline int64_t tiles(int64_t rows) { return (rows + kSide - 1) / kSide; }

// Two blocks of rows in shared memory, column by column; one more float a column keeps the banks apart.
struct tile_memory {
  float a[kStep][kSide + 1], b[kStep][kSide + 1];
};

// Columns k to k + 31 of up to 64 rows from row `first` on; what is beyond rows or columns is 0.
__device__ __forceinline__ void fetch(const float* __restrict__ x, int64_t first, int64_t rows, int64_t columns, int64_t k,
                                      float (&to)[kStep][kSide + 1]) {
  for (int i = int(threadIdx.x); i < kSide * kStep; i += kThreads) {
    const int64_t row = first + i / kStep, column = k + i % kStep;
    to[i % kStep][i / kStep] = row < rows && column < columns ? x[row * columns + column] : 0.0f;
  }
}

// square[i][j] of row a0 + my_row + i of a and row b0 + my_column + j of b, where a thread's my_row is threadIdx / 16 * 4 and
// my_column threadIdx % 16 * 4. Begins and ends with all threads of the block together.
__device__ __forceinline__ void square_tile(const float* __restrict__ a, int64_t a0, int64_t a_rows, const float* __restrict__ b,
                                            int64_t b0, int64_t b_rows, int64_t columns, tile_memory& memory,
                                            float (&square)[4][4]) {
  const int my_row = int(threadIdx.x) / 16 * 4, my_column = int(threadIdx.x) % 16 * 4;
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 4; ++j) square[i][j] = 0;
  for (int64_t k = 0; k < columns; k += kStep) {
    __syncthreads();  // the last step has been read
    fetch(a, a0, a_rows, columns, k, memory.a);
    fetch(b, b0, b_rows, columns, k, memory.b);
    __syncthreads();
    const int step = int(columns - k < kStep ? columns - k : kStep);
    for (int c = 0; c < step; ++c)
      for (int i = 0; i < 4; ++i)
        for (int j = 0; j < 4; ++j) {
          const float difference = memory.a[c][my_row + i] - memory.b[c][my_column + j];
          square[i][j] = __fmaf_rn(difference, difference, square[i][j]);
        }
  }
  __syncthreads();
}

// The sum of a thread's value over the block, in thread 0: pairwise, in a fixed order. Used once between two barriers.
__device__ __forceinline__ double block_sum(double value, double (&room)[kThreads]) {
  const int thread = int(threadIdx.x);
  room[thread] = value;
  for (int half = kThreads / 2; half > 0; half /= 2) {
    __syncthreads();
    if (thread < half) room[thread] += room[thread + half];
  }
  __syncthreads();
  const double sum = room[0];
  __syncthreads();
  return sum;
}

}  // namespace
}  // namespace vc
