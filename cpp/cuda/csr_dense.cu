// CSR x dense: out[r, c] = sum over the values of row r of value * dense[gene, c].
//
// Order      both kernels: one fused multiply-add chain per output by rising gene, so they agree to the bit with each other
//            (absent values add an exact zero, as long as `dense` is finite) and with the processor's fused kernels.
//
// gather     below 4 % density. A warp owns one cell and 128 columns; its lanes decode 32 entries at once and pass them
//            round by shuffles. Blocks of 4 warps, grid (cells, column tiles). Bytes: 512 per value and column tile, from
//            the second-level cache.
// tile       from 4 % on. A block owns 64 cells x 64 columns and walks the genes in steps of 32: the step's counts are made
//            dense in shared memory (a warp per row, one ballot: a step holds at most 32 values of a row), multiplied with
//            the step of `dense`, 4 x 4 outputs a thread in registers. Bytes: `dense` once per 64 cells.
// SPDX-License-Identifier: Apache-2.0
#include "csr.h"

namespace vc {
namespace {

constexpr int kGatherWarps = 4, kGatherColumns = 128;

__global__ void __launch_bounds__(32 * kGatherWarps) gather(csr_view x, const float* __restrict__ scale, int64_t columns,
                                                            const float* __restrict__ dense, float* __restrict__ out,
                                                            int32_t* fault) {
  const int lane = int(threadIdx.x & 31);
  const int64_t warps = int64_t(gridDim.x) * kGatherWarps;
  const int64_t column = int64_t(blockIdx.y) * kGatherColumns + lane;
  for (int64_t r = int64_t(blockIdx.x) * kGatherWarps + (threadIdx.x >> 5); r < x.rows; r += warps) {
    int64_t begin, end;
    bool sound = row_range(x, r, begin, end);
    float sum[4] = {0, 0, 0, 0};
    for (int64_t first = begin; first < end; first += 32) {
      int64_t gene = 0;
      float value = 0;
      if (first + lane < end) {
        sound = entry(x, r, first + lane, gene, value) && sound;
        value = in_use(value, scale, r);
      }
      const int count = int(end - first < 32 ? end - first : 32);
      for (int i = 0; i < count; ++i) {
        const float v = __shfl_sync(VC_FULL_WARP, value, i);
        const float* row = dense + __shfl_sync(VC_FULL_WARP, gene, i) * columns;
        for (int j = 0; j < 4; ++j)
          if (column + 32 * j < columns) sum[j] = __fmaf_rn(v, row[column + 32 * j], sum[j]);
      }
    }
    if (!sound) report(fault, kCsrDense);
    for (int j = 0; j < 4; ++j)
      if (column + 32 * j < columns) out[r * columns + column + 32 * j] = sum[j];
  }
}

constexpr int kTile = 64, kStep = 32, kTileThreads = 256;

__global__ void __launch_bounds__(kTileThreads) tile(csr_view x, const float* __restrict__ scale, int64_t columns,
                                                     const float* __restrict__ dense, float* __restrict__ out, int32_t* fault) {
  VC_SHARED(float, cells, [kTile][kStep + 1]);   // cells x genes of the step, dense
  VC_SHARED(float, weights, [kStep][kTile]);     // genes of the step x columns
  VC_SHARED(int64_t, next, [kTile]);             // where each row's next step begins
  VC_SHARED(int64_t, last, [kTile]);             // and where the row ends
  const int thread = int(threadIdx.x), lane = thread & 31, warp = thread >> 5;
  const int64_t row0 = int64_t(blockIdx.x) * kTile, column0 = int64_t(blockIdx.y) * kTile;
  const int my_row = thread / 16 * 4, my_column = thread % 16 * 4;
  bool sound = true;
  if (thread < kTile) {
    next[thread] = last[thread] = 0;
    if (row0 + thread < x.rows) sound = row_range(x, row0 + thread, next[thread], last[thread]);
  }
  float sum[4][4] = {};
  for (int64_t gene0 = 0; gene0 < x.genes; gene0 += kStep) {
    __syncthreads();  // the last step has been read, or the ends have been written
    for (int i = thread; i < kTile * kStep; i += kTileThreads) cells[i / kStep][i % kStep] = 0;
    for (int i = thread; i < kStep * kTile; i += kTileThreads) {
      const int64_t gene = gene0 + i / kTile, column = column0 + i % kTile;
      weights[i / kTile][i % kTile] = gene < x.genes && column < columns ? dense[gene * columns + column] : 0.0f;
    }
    __syncthreads();
    for (int row = warp; row < kTile; row += kTileThreads / 32) {
      const int64_t k = next[row] + lane;
      int64_t gene = 0;
      float value = 0;
      bool here = false;
      if (k < last[row]) {
        here = gene_at(x, k) < gene0 + kStep;
        if (here) sound = entry(x, row0 + row, k, gene, value) && gene >= gene0 && sound;
        if (here && gene >= gene0) cells[row][gene - gene0] = in_use(value, scale, row0 + row);
      }
      const int taken = __popc(__ballot_sync(VC_FULL_WARP, here));
      __syncwarp();
      if (lane == 0) next[row] += taken;
    }
    __syncthreads();
    for (int k = 0; k < kStep; ++k)
      for (int i = 0; i < 4; ++i)
        for (int j = 0; j < 4; ++j) sum[i][j] = __fmaf_rn(cells[my_row + i][k], weights[k][my_column + j], sum[i][j]);
  }
  __syncthreads();
  if (thread < kTile && next[thread] != last[thread]) sound = false;  // genes out of order or out of range
  if (!sound) report(fault, kCsrDense);
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 4; ++j)
      if (row0 + my_row + i < x.rows && column0 + my_column + j < columns)
        out[(row0 + my_row + i) * columns + column0 + my_column + j] = sum[i][j];
}

}  // namespace
}  // namespace vc

extern "C" int32_t vc_cuda_csr_dense(int64_t queue, const int64_t* fields, int64_t scale, int64_t columns, int64_t dense,
                                     int64_t out) {
  VC_ENTER(q, queue);
  if (int32_t bad = vc::check_csr("csr_dense", fields)) return bad;
  const vc::csr_view x = vc::view(fields);
  if (x.rows == 0 || columns == 0) return VC_OK;
  if (columns < 0 || columns > 65535ll * vc::kTile || x.rows > int64_t(INT32_MAX) * vc::kTile || !out || (x.genes && !dense))
    return vc::cuda_fail(VC_INVALID, "csr_dense: %lld columns, or no operand", (long long)columns);
  const auto* s = reinterpret_cast<const float*>(scale);
  const auto* w = reinterpret_cast<const float*>(dense);
  auto* y = reinterpret_cast<float*>(out);
  const bool scattered = double(x.non_zeros) < 0.04 * double(x.rows) * double(x.genes);
  if (scattered || x.genes == 0) {
    const dim3 grid(vc::blocks_for(q, x.rows, vc::kGatherWarps),
                    unsigned((columns + vc::kGatherColumns - 1) / vc::kGatherColumns));
    VC_LAUNCH(vc::gather, grid, 32 * vc::kGatherWarps, 0, q.stream, x, s, columns, w, y, q.fault);
  } else {
    const dim3 grid(unsigned((x.rows + vc::kTile - 1) / vc::kTile), unsigned((columns + vc::kTile - 1) / vc::kTile));
    VC_LAUNCH(vc::tile, grid, vc::kTileThreads, 0, q.stream, x, s, columns, w, y, q.fault);
  }
  VC_LAUNCHED(q, vc::kCsrDense);
  return VC_OK;
}
