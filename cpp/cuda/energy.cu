// Mean and energy distances of pairs of sets, forward and backward. Tiles: distance_tile.h.
//
// forward    Grid (tiles of x then y, tiles of x then y, pairs): a tile's distances become a sum in double and, for the gradient,
//            weights v_ij = each / d_ij (0 where d_ij = 0) in scratch. Distances inside a set are taken once for two, but where
//            the gradient needs each. Tiles that are not wanted leave a sum of 0.
// add        A warp a pair adds the tiles' sums: lanes take tiles in turn, then lanes pairwise. Fixed by the shapes.
// backward   Grid (tiles of columns, tiles of x, pairs): 64 rows x 64 columns of the gradient, sum_j v_ij (x_ik - z_jk) over all
//            z by rising row, x before y, 32 at a time through shared memory; 4 x 4 a thread. Differences, so nothing cancels.
// Bytes      weights once written and once per 64 columns read: 4 x s x (s + t) a pair.
// SPDX-License-Identifier: Apache-2.0
#include "csr.h"
#include "distance_tile.h"

namespace vc {
namespace {

struct sets {
  int64_t pairs, s, t, columns;
  const float *x, *y;
};

// inside: the energy distance, not only the mean between the sets. weight: null without gradient.
__global__ void __launch_bounds__(kThreads) forward(sets z, int64_t first_pair, bool inside, const float* __restrict__ weight,
                                                    double* __restrict__ sum_of, float* __restrict__ v) {
  VC_SHARED(tile_memory, memory, [1]);
  VC_SHARED(double, room, [kThreads]);
  const int64_t pair = first_pair + blockIdx.z, x_tiles = (z.s + kSide - 1) / kSide;
  const bool row_of_x = blockIdx.y < x_tiles, column_of_x = blockIdx.x < x_tiles;
  const bool slope = weight != nullptr && row_of_x;
  const bool same = row_of_x == column_of_x;
  const bool wanted = same ? inside && (slope || blockIdx.x >= blockIdx.y) : row_of_x;
  double mine = 0;
  if (wanted) {
    const int64_t a_rows = row_of_x ? z.s : z.t, b_rows = column_of_x ? z.s : z.t;
    const int64_t a0 = (blockIdx.y - (row_of_x ? 0 : x_tiles)) * kSide, b0 = (blockIdx.x - (column_of_x ? 0 : x_tiles)) * kSide;
    const float* a = (row_of_x ? z.x : z.y) + pair * a_rows * z.columns;
    const float* b = (column_of_x ? z.x : z.y) + pair * b_rows * z.columns;
    float square[4][4];
    square_tile(a, a0, a_rows, b, b0, b_rows, z.columns, memory[0], square);
    const double each = !slope ? 0
                        : column_of_x ? -double(weight[pair]) / (double(z.s) * double(z.s))
                                      : double(weight[pair]) / (double(z.s) * double(z.t));
    for (int i = 0; i < 4; ++i)
      for (int j = 0; j < 4; ++j) {
        const int64_t row = a0 + threadIdx.x / 16 * 4 + i, column = b0 + threadIdx.x % 16 * 4 + j;
        if (row >= a_rows || column >= b_rows) continue;
        const float d = sqrtf(square[i][j]);
        mine += double(d);
        if (slope) v[(pair * z.s + row) * (z.s + z.t) + (column_of_x ? 0 : z.s) + column] = d == 0 ? 0.0f : float(each) / d;
      }
    if (same && !slope && blockIdx.x > blockIdx.y) mine *= 2;
  }
  const double sum = block_sum(mine, room);
  if (threadIdx.x == 0) sum_of[(pair * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x] = sum;
}

// A warp a pair; `rows` x `columns` tiles of it.
__global__ void __launch_bounds__(32) add(sets z, bool inside, int64_t rows, int64_t columns, const double* __restrict__ sum_of,
                                          float* __restrict__ out) {
  const int64_t x_tiles = (z.s + kSide - 1) / kSide;
  const int lane = int(threadIdx.x);
  for (int64_t pair = blockIdx.x; pair < z.pairs; pair += gridDim.x) {
    double sum[3] = {0, 0, 0};  // x to x, x to y, y to y
    for (int64_t p = lane; p < rows * columns; p += 32)
      sum[(p / columns >= x_tiles) + (p % columns >= x_tiles)] += sum_of[pair * rows * columns + p];
    for (int i = 0; i < 3; ++i)
      for (int half = 16; half > 0; half /= 2) sum[i] += __shfl_down_sync(VC_FULL_WARP, sum[i], unsigned(half));
    const double between = sum[1] / (double(z.s) * double(z.t));  // of an empty set: not a number
    const double own = sum[0] / (2 * double(z.s) * double(z.s)) + sum[2] / (2 * double(z.t) * double(z.t));
    if (lane == 0) out[pair] = float(inside ? between - own : between);
  }
}

__global__ void __launch_bounds__(kThreads) backward(sets z, int64_t first_pair, const float* __restrict__ v,
                                                     float* __restrict__ gradient) {
  VC_SHARED(float, others, [kStep][kSide + 1]);   // rows z_j x columns
  VC_SHARED(float, weights, [kStep][kSide + 1]);  // rows z_j x rows x_i
  const int64_t pair = first_pair + blockIdx.z, i0 = int64_t(blockIdx.y) * kSide, k0 = int64_t(blockIdx.x) * kSide;
  const int my_row = int(threadIdx.x) / 16 * 4, my_column = int(threadIdx.x) % 16 * 4;
  const float* x = z.x + pair * z.s * z.columns;
  const float* y = z.y + pair * z.t * z.columns;
  float own[4][4], sum[4][4] = {};
  for (int i = 0; i < 4; ++i)
    for (int k = 0; k < 4; ++k) {
      const int64_t row = i0 + my_row + i, column = k0 + my_column + k;
      own[i][k] = row < z.s && column < z.columns ? x[row * z.columns + column] : 0.0f;
    }
  const int64_t all = z.s + z.t;
  for (int64_t j0 = 0; j0 < all; j0 += kStep) {
    __syncthreads();  // the last step has been read
    for (int p = int(threadIdx.x); p < kStep * kSide; p += kThreads) {
      const int64_t j = j0 + p / kSide, column = k0 + p % kSide;
      others[p / kSide][p % kSide] =
          j < all && column < z.columns ? (j < z.s ? x[j * z.columns + column] : y[(j - z.s) * z.columns + column]) : 0.0f;
      const int64_t i = i0 + p / kStep, other = j0 + p % kStep;
      weights[p % kStep][p / kStep] = i < z.s && other < all ? v[(pair * z.s + i) * all + other] : 0.0f;
    }
    __syncthreads();
    const int step = int(all - j0 < kStep ? all - j0 : kStep);
    for (int j = 0; j < step; ++j)
      for (int i = 0; i < 4; ++i)
        for (int k = 0; k < 4; ++k)
          sum[i][k] = __fmaf_rn(weights[j][my_row + i], own[i][k] - others[j][my_column + k], sum[i][k]);
  }
  const float none = z.t == 0 ? nanf("") : 0.0f;  // no mean distance to y, no gradient of it
  for (int i = 0; i < 4; ++i)
    for (int k = 0; k < 4; ++k) {
      const int64_t row = i0 + my_row + i, column = k0 + my_column + k;
      if (row < z.s && column < z.columns) gradient[(pair * z.s + row) * z.columns + column] = sum[i][k] + none;
    }
}

int64_t lines(int64_t bytes) { return (bytes + 63) / 64 * 64; }

int64_t sums_of(int64_t s, int64_t t, bool inside) {
  const int64_t x = tiles(s), y = tiles(t);
  return inside ? (x + y) * (x + y) : x * (x + y);
}

}  // namespace
}  // namespace vc

extern "C" int64_t vc_cuda_energy_scratch(int64_t pairs, int64_t s, int64_t t, int32_t inside, int32_t slope) {
  return vc::lines(pairs * vc::sums_of(s, t, inside != 0) * 8) + (slope ? vc::lines(pairs * s * (s + t) * 4) : 0);
}

extern "C" int32_t vc_cuda_energy(int64_t queue, int64_t pairs, int64_t s, int64_t t, int64_t columns, int64_t x, int64_t y,
                                  int32_t inside, int64_t weight, int64_t scratch, int64_t out, int64_t gradient) {
  VC_ENTER(q, queue);
  if (pairs == 0) return VC_OK;
  const int64_t x_tiles = vc::tiles(s), all_tiles = x_tiles + vc::tiles(t);
  const int64_t row_tiles = inside ? all_tiles : x_tiles;
  if (pairs < 0 || s < 0 || t < 0 || columns < 0 || all_tiles > 65535 || vc::tiles(columns) > INT32_MAX || !out ||
      (weight && !inside) || (s && t && !scratch) || (columns && ((s && !x) || (t && !y) || (s && weight && !gradient))))
    return vc::cuda_fail(VC_INVALID, "energy: %lld and %lld rows, or no operand", (long long)s, (long long)t);
  const vc::sets z{pairs, s, t, columns, reinterpret_cast<const float*>(x), reinterpret_cast<const float*>(y)};
  auto* sums = reinterpret_cast<double*>(scratch);
  auto* v = reinterpret_cast<float*>(scratch + vc::lines(pairs * vc::sums_of(s, t, inside != 0) * 8));
  const auto* factor = reinterpret_cast<const float*>(weight);
  for (int64_t first = 0; first < pairs && row_tiles > 0; first += 65535) {
    const unsigned here = unsigned(pairs - first < 65535 ? pairs - first : 65535);
    VC_LAUNCH(vc::forward, dim3(unsigned(all_tiles), unsigned(row_tiles), here), vc::kThreads, 0, q.stream, z, first, inside != 0,
              factor, sums, v);
    VC_LAUNCHED(q, vc::kEnergy);
    if (weight && x_tiles > 0 && columns > 0) {
      VC_LAUNCH(vc::backward, dim3(unsigned(vc::tiles(columns)), unsigned(x_tiles), here), vc::kThreads, 0, q.stream, z, first, v,
                reinterpret_cast<float*>(gradient));
      VC_LAUNCHED(q, vc::kEnergy);
    }
  }
  VC_LAUNCH(vc::add, vc::blocks_for(q, pairs, 1), 32, 0, q.stream, z, inside != 0, row_tiles, all_tiles, sums,
            reinterpret_cast<float*>(out));
  VC_LAUNCHED(q, vc::kEnergy);
  return VC_OK;
}
