// The cells of each group, listed on the device: three kernels, in this order, into start[groups + 1] and order[rows].
//   count_groups   cells per group, by integer atomics: exact in any order; start is zero before
//   group_starts   their running sum, one warp
//   list_groups    a block a group walks all cells and lists its own, rising (a ballot per warp, warps in order)
// A cell whose group is not 0 .. groups - 1 is in no list. SPDX-License-Identifier: Apache-2.0
#pragma once
#include "csr.h"

namespace vc {
namespace {

constexpr int kGroupThreads = 256, kGroupWarps = kGroupThreads / 32;

__global__ void __launch_bounds__(kGroupThreads) count_groups(int64_t rows, int64_t groups, const int32_t* __restrict__ group,
                                                  unsigned long long* start) {
  const int64_t threads = int64_t(gridDim.x) * kGroupThreads;
  for (int64_t r = int64_t(blockIdx.x) * kGroupThreads + threadIdx.x; r < rows; r += threads)
    if (group[r] >= 0 && group[r] < groups) atomicAdd(start + group[r] + 1, 1ull);
}

// One warp: start[g + 1] becomes the number of cells in groups 0 .. g.
__global__ void __launch_bounds__(32) group_starts(int64_t groups, unsigned long long* start) {
  const int lane = int(threadIdx.x);
  unsigned long long before = 0;
  for (int64_t first = 1; first <= groups; first += 32) {
    const int64_t g = first + lane;
    unsigned long long sum = g <= groups ? start[g] : 0;
    for (int distance = 1; distance < 32; distance <<= 1) {
      const unsigned long long below = __shfl_sync(VC_FULL_WARP, sum, lane >= distance ? lane - distance : lane);
      if (lane >= distance) sum += below;
    }
    if (g <= groups) start[g] = before + sum;
    before += __shfl_sync(VC_FULL_WARP, sum, 31);
  }
}

// Grid: blocks take groups in turn.
__global__ void __launch_bounds__(kGroupThreads) list_groups(int64_t rows, int64_t groups, const int32_t* __restrict__ group,
                                                 const int64_t* __restrict__ start, int64_t* __restrict__ order) {
  VC_SHARED(int, found, [kGroupWarps]);
  const int lane = int(threadIdx.x & 31), warp = int(threadIdx.x >> 5);
  for (int64_t g = blockIdx.x; g < groups; g += gridDim.x) {
    int64_t at = start[g];
    if (start[g + 1] == at) continue;  // the same for all threads of the block
    for (int64_t first = 0; first < rows; first += kGroupThreads) {
      const int64_t r = first + threadIdx.x;
      const bool mine = r < rows && group[r] == g;
      const unsigned votes = __ballot_sync(VC_FULL_WARP, mine);
      if (lane == 0) found[warp] = __popc(votes);
      __syncthreads();
      int before = 0, all = 0;
      for (int w = 0; w < kGroupWarps; ++w) {
        before += w < warp ? found[w] : 0;
        all += found[w];
      }
      if (mine) order[at + before + __popc(votes & ((1u << lane) - 1))] = r;
      at += all;
      __syncthreads();  // before the next round overwrites what was found
    }
  }
}

}  // namespace
}  // namespace vc
