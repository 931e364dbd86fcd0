// All distances of two sets, and mean and energy distances of all pairs of groups. Tiles: distance_tile.h.
//
// Groups     units: one thread checks the starts and counts the units of up to 64 rows of each group. sums: a block owns a
//            unit and takes later groups in turn, a double each. finish: a thread a pair of groups adds by rising unit.
//            The host launches for the most units there can be; blocks beyond the last leave at once.
// SPDX-License-Identifier: Apache-2.0
#include "csr.h"
#include "distance_tile.h"

namespace vc {
namespace {

// Grid (tiles of y, tiles of x).
__global__ void __launch_bounds__(kThreads) all(int64_t n, int64_t m, int64_t columns, const float* __restrict__ x,
                                                const float* __restrict__ y, bool squared, float* __restrict__ out) {
  VC_SHARED(tile_memory, memory, [1]);
  const int64_t i0 = int64_t(blockIdx.y) * kSide, j0 = int64_t(blockIdx.x) * kSide;
  float square[4][4];
  square_tile(x, i0, n, y, j0, m, columns, memory[0], square);
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 4; ++j) {
      const int64_t row = i0 + threadIdx.x / 16 * 4 + i, column = j0 + threadIdx.x % 16 * 4 + j;
      if (row < n && column < m) out[row * m + column] = squared ? square[i][j] : sqrtf(square[i][j]);
    }
}

// One thread: unit_of[g] = the first unit of group g; all 0 where the starts are wrong.
__global__ void __launch_bounds__(32) units(int64_t rows, int64_t groups, const int64_t* __restrict__ start, int64_t* unit_of,
                                            int32_t* fault) {
  if (threadIdx.x == 0) {
    bool sound = true;
    int64_t unit = 0;
    unit_of[0] = 0;
    for (int64_t g = 0; g < groups && sound; ++g) {
      sound = start[g] >= 0 && start[g + 1] >= start[g] && start[g + 1] <= rows;
      if (sound) unit += (start[g + 1] - start[g] + kSide - 1) / kSide;
      unit_of[g + 1] = unit;
    }
    if (!sound) {
      for (int64_t g = 0; g <= groups; ++g) unit_of[g] = 0;
      report(fault, kGroupDistances);
    }
  }
}

// Grid (most units, groups in turn): sums[unit * groups + h] for h from the unit's group on.
__global__ void __launch_bounds__(kThreads) sums(int64_t groups, int64_t columns, const float* __restrict__ x,
                                                 const int64_t* __restrict__ start, const int64_t* __restrict__ unit_of,
                                                 double* __restrict__ sum_of) {
  VC_SHARED(tile_memory, memory, [1]);
  VC_SHARED(double, room, [kThreads]);
  const int64_t unit = blockIdx.x;
  if (unit >= unit_of[groups]) return;  // the whole block
  int64_t g = 0, high = groups;
  while (high - g > 1) {
    const int64_t middle = (g + high) / 2;
    if (unit_of[middle] <= unit) {
      g = middle;
    } else {
      high = middle;
    }
  }
  const int64_t i0 = start[g] + (unit - unit_of[g]) * kSide, i_end = i0 + kSide < start[g + 1] ? i0 + kSide : start[g + 1];
  for (int64_t h = g + blockIdx.y; h < groups; h += gridDim.y) {
    double mine = 0;
    for (int64_t j0 = start[h]; j0 < start[h + 1]; j0 += kSide) {
      float square[4][4];
      square_tile(x, i0, i_end, x, j0, start[h + 1], columns, memory[0], square);
      for (int i = 0; i < 4; ++i)
        for (int j = 0; j < 4; ++j)
          if (i0 + threadIdx.x / 16 * 4 + i < i_end && j0 + threadIdx.x % 16 * 4 + j < start[h + 1])
            mine += double(sqrtf(square[i][j]));
    }
    const double sum = block_sum(mine, room);
    if (threadIdx.x == 0) sum_of[unit * groups + h] = sum;
  }
}

__device__ __forceinline__ double mean_of(int64_t g, int64_t h, int64_t groups, const int64_t* start, const int64_t* unit_of,
                                          const double* sum_of) {
  double sum = 0;
  for (int64_t u = unit_of[g]; u < unit_of[g + 1]; ++u) sum += sum_of[u * groups + h];
  // as doubles: starts that were refused stand here too, and their differences may not fit
  return sum / ((double(start[g + 1]) - double(start[g])) * (double(start[h + 1]) - double(start[h])));
}

// A thread a pair of groups g <= h.
__global__ void __launch_bounds__(kThreads) finish(int64_t groups, const int64_t* __restrict__ start,
                                                   const int64_t* __restrict__ unit_of, const double* __restrict__ sum_of,
                                                   float* __restrict__ means, float* __restrict__ energy) {
  const int64_t threads = int64_t(gridDim.x) * kThreads;
  for (int64_t p = int64_t(blockIdx.x) * kThreads + threadIdx.x; p < groups * groups; p += threads) {
    const int64_t g = p / groups, h = p % groups;
    if (g > h) continue;
    const double mean = mean_of(g, h, groups, start, unit_of, sum_of);
    const double own = mean_of(g, g, groups, start, unit_of, sum_of), other = mean_of(h, h, groups, start, unit_of, sum_of);
    means[g * groups + h] = means[h * groups + g] = float(mean);
    // of a group with itself exactly 0, and not a number where its mean is none
    energy[g * groups + h] = energy[h * groups + g] = float(2 * mean - own - other);
  }
}

int64_t lines(int64_t bytes) { return (bytes + 63) / 64 * 64; }

int64_t most_units(int64_t rows, int64_t groups) { return rows / kSide + (rows < groups ? rows : groups); }

}  // namespace
}  // namespace vc

extern "C" int32_t vc_cuda_distances(int64_t queue, int64_t n, int64_t m, int64_t columns, int64_t x, int64_t y, int32_t squared,
                                     int64_t out) {
  VC_ENTER(q, queue);
  if (n == 0 || m == 0) return VC_OK;
  if (n < 0 || m < 0 || columns < 0 || vc::tiles(n) > 65535 || vc::tiles(m) > INT32_MAX || !out || (columns && (!x || !y)))
    return vc::cuda_fail(VC_INVALID, "distances: %lld x %lld rows, or no operand", (long long)n, (long long)m);
  const dim3 grid(unsigned(vc::tiles(m)), unsigned(vc::tiles(n)));
  VC_LAUNCH(vc::all, grid, vc::kThreads, 0, q.stream, n, m, columns, reinterpret_cast<const float*>(x),
            reinterpret_cast<const float*>(y), squared != 0, reinterpret_cast<float*>(out));
  VC_LAUNCHED(q, vc::kDistances);
  return VC_OK;
}

extern "C" int64_t vc_cuda_group_distances_scratch(int64_t rows, int64_t groups) {
  return vc::lines((groups + 1) * 8) + vc::lines(vc::most_units(rows, groups) * groups * 8);
}

extern "C" int32_t vc_cuda_group_distances(int64_t queue, int64_t rows, int64_t groups, int64_t columns, int64_t x, int64_t start,
                                           int64_t scratch, int64_t means, int64_t energy) {
  VC_ENTER(q, queue);
  if (groups == 0) return VC_OK;
  const int64_t most = vc::most_units(rows, groups);
  if (rows < 0 || groups < 0 || columns < 0 || most > INT32_MAX || !start || !scratch || !means || !energy ||
      (rows && columns && !x))
    return vc::cuda_fail(VC_INVALID, "group_distances: %lld rows, or no operand", (long long)rows);
  const auto* from = reinterpret_cast<const int64_t*>(start);
  auto* unit_of = reinterpret_cast<int64_t*>(scratch);
  auto* sum_of = reinterpret_cast<double*>(scratch + vc::lines((groups + 1) * 8));
  VC_LAUNCH(vc::units, 1, 32, 0, q.stream, rows, groups, from, unit_of, q.fault);
  VC_LAUNCHED(q, vc::kGroupDistances);
  if (most > 0) {
    const dim3 grid(unsigned(most), unsigned(groups < 65535 ? groups : 65535));
    VC_LAUNCH(vc::sums, grid, vc::kThreads, 0, q.stream, groups, columns, reinterpret_cast<const float*>(x), from, unit_of, sum_of);
    VC_LAUNCHED(q, vc::kGroupDistances);
  }
  VC_LAUNCH(vc::finish, vc::blocks_for(q, groups * groups, vc::kThreads), vc::kThreads, 0, q.stream, groups, from, unit_of, sum_of,
            reinterpret_cast<float*>(means), reinterpret_cast<float*>(energy));
  VC_LAUNCHED(q, vc::kGroupDistances);
  return VC_OK;
}
