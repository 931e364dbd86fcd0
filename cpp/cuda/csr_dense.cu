// CSR x dense, the first layer of a model: out[r, c] = activation(bias[c] + sum over the values of row r of value *
// dense[gene, c]). Three kernels; the density and the precision asked for choose, and the device where it has no tensor cores.
//
// gather     below 4 % density, or without genes. A warp owns one cell and 128 columns; its lanes decode 32 entries at once
//            into shared memory, from where all lanes read them. Blocks of 4 warps, grid (cells, column tiles). Bytes: 512 per
//            value and column tile, from the second-level cache.
// tensor     from 4 % on with sm_80 and newer: csr_dense_tensor.cu.
// tile       from 4 % on with older devices. A block owns 64 cells x 64 columns and walks the genes in steps of 32: the
//            step's counts are made dense in shared memory (a warp per row, one ballot: a step holds at most 32 values of a
//            row), multiplied with the step of `dense`, 4 x 4 outputs a thread in registers. Bytes: `dense` once per 64 cells.
// Order      gather and tile: one fused multiply-add chain per output by rising gene, so they agree to the bit with each other
//            (absent values add an exact zero, as long as `dense` is finite) and with the processor's fused kernels.
// SPDX-License-Identifier: Apache-2.0
#include "csr_dense.h"

namespace vc {
namespace {

constexpr int kGatherWarps = 4, kGatherColumns = 128;

__global__ void __launch_bounds__(32 * kGatherWarps) gather(layer y, int32_t* fault) {
  VC_SHARED(int64_t, row_of, [kGatherWarps][32]);  // where the weights of an entry begin
  VC_SHARED(float, value_of, [kGatherWarps][32]);
  const csr_view& x = y.x;
  int64_t* weights = row_of[threadIdx.x >> 5];
  float* values = value_of[threadIdx.x >> 5];
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
        value = in_use(value, y.scale, r);
      }
      __syncwarp();  // the last 32 have been read
      weights[lane] = gene * y.columns;
      values[lane] = value;
      __syncwarp();
      const int count = int(end - first < 32 ? end - first : 32);
      for (int i = 0; i < count; ++i)
        for (int j = 0; j < 4; ++j)
          if (column + 32 * j < y.columns) sum[j] = __fmaf_rn(values[i], weight_at(y, weights[i] + column + 32 * j), sum[j]);
    }
    if (!sound) report(fault, kCsrDense);
    for (int j = 0; j < 4; ++j)
      if (column + 32 * j < y.columns) y.out[r * y.columns + column + 32 * j] = finished(y, column + 32 * j, sum[j]);
  }
}

constexpr int kTile = 64, kStep = 32, kTileThreads = 256;

__global__ void __launch_bounds__(kTileThreads) tile(layer y, int32_t* fault) {
  VC_SHARED(float, cells, [kTile][kStep + 1]);   // cells x genes of the step, dense
  VC_SHARED(float, weights, [kStep][kTile]);     // genes of the step x columns
  VC_SHARED(int64_t, next, [kTile]);             // where each row's next step begins
  VC_SHARED(int64_t, last, [kTile]);             // and where the row ends
  const csr_view& x = y.x;
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
      weights[i / kTile][i % kTile] = gene < x.genes && column < y.columns ? weight_at(y, gene * y.columns + column) : 0.0f;
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
        if (here && gene >= gene0) cells[row][gene - gene0] = in_use(value, y.scale, row0 + row);
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
      if (row0 + my_row + i < x.rows && column0 + my_column + j < y.columns)
        y.out[(row0 + my_row + i) * y.columns + column0 + my_column + j] = finished(y, column0 + my_column + j, sum[i][j]);
}

}  // namespace
}  // namespace vc

extern "C" int32_t vc_cuda_csr_dense(int64_t queue, const int64_t* fields, int64_t scale, int64_t columns, int64_t dense,
                                     int32_t type, int64_t bias, int32_t activation, int32_t precision, int64_t out) {
  VC_ENTER(q, queue);
  if (int32_t bad = vc::check_csr("csr_dense", fields)) return bad;
  vc::layer y{};
  y.x = vc::view(fields);
  y.scale = reinterpret_cast<const float*>(scale);
  y.columns = columns;
  y.dense = reinterpret_cast<const void*>(dense);
  y.half = type == VC_BF16;
  y.bias = reinterpret_cast<const float*>(bias);
  y.activation = activation;
  y.out = reinterpret_cast<float*>(out);
  if (y.x.rows == 0 || columns == 0) return VC_OK;
  if (columns < 0 || columns > 65535ll * vc::kTile || y.x.rows > int64_t(INT32_MAX) * vc::kTile || !out || (y.x.genes && !dense) ||
      (type != VC_F32 && type != VC_BF16) || activation < VC_ACTIVATION_NONE || activation > VC_ACTIVATION_SOFTPLUS)
    return vc::cuda_fail(VC_INVALID, "csr_dense: %lld columns, weights of type %d, activation %d, or no operand",
                         (long long)columns, type, activation);
  const bool scattered = double(y.x.non_zeros) < 0.04 * double(y.x.rows) * double(y.x.genes);
  if (scattered || y.x.genes == 0) {
    const dim3 grid(vc::blocks_for(q, y.x.rows, vc::kGatherWarps),
                    unsigned((columns + vc::kGatherColumns - 1) / vc::kGatherColumns));
    VC_LAUNCH(vc::gather, grid, 32 * vc::kGatherWarps, 0, q.stream, y, q.fault);
  } else if (vc::tensor_product_fits(q, y)) {
    return vc::multiply_on_tensor_cores(q, y, precision == VC_FAST);
  } else {
    const dim3 grid(unsigned((y.x.rows + vc::kTile - 1) / vc::kTile), unsigned((columns + vc::kTile - 1) / vc::kTile));
    VC_LAUNCH(vc::tile, grid, vc::kTileThreads, 0, q.stream, y, q.fault);
  }
  VC_LAUNCHED(q, vc::kCsrDense);
  return VC_OK;
}
