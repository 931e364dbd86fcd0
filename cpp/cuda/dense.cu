// Dense products: out = activation(factor A B + out + bias) + residual, one or a batch.
//
// tensor     sm_80 and newer. A block of 4 warps owns 64 x 64 outputs, a warp 32 x 32 of them, and walks k in steps of 32: the
//            step's numbers go to shared memory as bf16 (fp32 cut into three exact parts, or rounded, see mma.h), row by row
//            whichever way the factor lies, and from there through ldmatrix into mma.sync. With parts, products i and j are
//            taken while i + j < 3, smallest first: accurate to fp32. A warp without outputs multiplies nothing.
// plain      older devices. A block of 256 threads owns 64 x 64 outputs, 4 x 4 a thread, k in steps of 16, one fused
//            multiply-add chain per output; bf16 is widened.
// Order      virtualcell_cuda_dense.h. Tensor cores cut where fp32 rounds, so a chain over all of k would drift: every step
//            has accumulators of its own.
// Geometry   grid (row tiles, column tiles, items of a batch). Shared memory 17 to 29 KB.
// Bytes      A once per 64 columns, B once per 64 rows, from the second-level cache mostly.
// Left open  asynchronous copies, two stages, 128 x 128 tiles, wgmma: to be chosen by measuring on a GPU.
// SPDX-License-Identifier: Apache-2.0
#include "dense.h"

#include <cstring>

namespace vc {
namespace {

constexpr int kSide = 64, kDeep = 32, kTensorThreads = 128;
constexpr int kLeftStride = kDeep + 8, kRightStride = kSide + 8;  // 16-byte aligned rows that meet different banks
constexpr int kLeftPart = kSide * kLeftStride, kRightPart = kDeep * kRightStride;
constexpr int kDoneStride = kSide + 4;  // the finished sums, floats
constexpr size_t kDoneBytes = sizeof(float) * kSide * kDoneStride;

// Writes a number, rounded or in parts.
template <int kParts>
__device__ __forceinline__ void put_parts(uint16_t* to, int part, const dense_factor& f, bool there, int64_t at) {
  if constexpr (kParts == 1) {
    *to = !there ? uint16_t(0) : f.half ? static_cast<const uint16_t*>(f.data)[at]
                                        : uint16_t(vc_bf16(static_cast<const float*>(f.data)[at]));
  } else {
    uint32_t cut[3];
    vc_split_bf16(there ? static_cast<const float*>(f.data)[at] : 0.0f, cut);
    for (int p = 0; p < kParts; ++p) to[p * part] = uint16_t(cut[p]);
  }
}

// rows x columns numbers of a factor from (row0, column0); neighbours in memory are taken by neighbouring threads.
template <int kParts, int kRows, int kColumns, int kStride>
__device__ __forceinline__ void fill(uint16_t* to, const dense_factor& f, int64_t base, int64_t row0, int64_t rows, int64_t column0,
                                     int64_t columns) {
  for (int i = int(threadIdx.x); i < kRows * kColumns; i += kTensorThreads) {
    const int r = f.column == 1 ? i / kColumns : i % kRows, c = f.column == 1 ? i % kColumns : i / kRows;
    const bool there = row0 + r < rows && column0 + c < columns;
    put_parts<kParts>(to + r * kStride + c, kRows * kStride, f, there, base + (row0 + r) * f.row + (column0 + c) * f.column);
  }
}

template <int kLeft, int kRight>
__global__ void __launch_bounds__(kTensorThreads) dense_tensor(dense_call c) {
  VC_SHARED_DYNAMIC(uint16_t, left);
  uint16_t* right = left + kLeft * kLeftPart;
  const int warp = int(threadIdx.x) / 32, lane = int(threadIdx.x) % 32;
  const int64_t item = c.first_item + blockIdx.z;
  const int64_t row0 = int64_t(blockIdx.x) * kSide, column0 = int64_t(blockIdx.y) * kSide;
  const int my_row = warp / 2 * 32, my_column = warp % 2 * 32;
  const bool mine = row0 + my_row < c.m && column0 + my_column < c.n;
  const int64_t a0 = item / c.items * c.a.outer + item % c.items * c.a.item;
  const int64_t b0 = item / c.items * c.b.outer + item % c.items * c.b.item;
  const int tile = lane / 8, first = tile % 2 * 8 + lane % 8, second = tile / 2 * 8;
  float sum[2][4][4] = {};
  for (int64_t k0 = 0; k0 < c.k; k0 += kDeep) {
    __syncthreads();  // the last step has been read
    fill<kLeft, kSide, kDeep, kLeftStride>(left, c.a, a0, row0, c.m, k0, c.k);
    fill<kRight, kDeep, kSide, kRightStride>(right, c.b, b0, k0, c.k, column0, c.n);
    __syncthreads();
    if (!mine) continue;
    float part[2][4][4] = {};
    VC_UNROLL for (int k = 0; k < kDeep; k += 16) {
      uint32_t a[kLeft][2][4], b[kRight][2][4];
      VC_UNROLL for (int p = 0; p < kLeft; ++p)
        VC_UNROLL for (int i = 0; i < 2; ++i)
          vc_ldmatrix_x4(a[p][i], left + p * kLeftPart + (my_row + i * 16 + first) * kLeftStride + k + second);
      VC_UNROLL for (int p = 0; p < kRight; ++p)
        VC_UNROLL for (int j = 0; j < 2; ++j)
          vc_ldmatrix_x4_trans(b[p][j], right + p * kRightPart + (k + first) * kRightStride + my_column + j * 16 + second);
      VC_UNROLL for (int size = 2; size >= 0; --size)
        VC_UNROLL for (int p = 0; p < kLeft; ++p) {
          if (size - p < 0 || size - p >= kRight) continue;
          VC_UNROLL for (int i = 0; i < 2; ++i)
            VC_UNROLL for (int j = 0; j < 4; ++j) {
              const uint32_t(&four)[4] = b[size - p < 0 || size - p >= kRight ? 0 : size - p][j / 2];
              const uint32_t one[2] = {four[j % 2 * 2], four[j % 2 * 2 + 1]};
              vc_mma_16x8x16_bf16(part[i][j], a[p][i], one);
            }
        }
    }
    VC_UNROLL for (int i = 0; i < 2; ++i)
      VC_UNROLL for (int j = 0; j < 4; ++j)
        VC_UNROLL for (int e = 0; e < 4; ++e) sum[i][j][e] += part[i][j][e];
  }
  __syncthreads();  // the last step has been read; its place takes the sums, so that neighbours are written together
  float* done = reinterpret_cast<float*>(left);
  VC_UNROLL for (int i = 0; i < 2; ++i)
    VC_UNROLL for (int j = 0; j < 4; ++j)
      VC_UNROLL for (int e = 0; e < 4; ++e)
        done[(my_row + i * 16 + lane / 4 + e / 2 * 8) * kDoneStride + my_column + j * 8 + lane % 4 * 2 + e % 2] = sum[i][j][e];
  __syncthreads();
  for (int i = int(threadIdx.x); i < kSide * kSide; i += kTensorThreads)
    finish(c, item, row0 + i / kSide, column0 + i % kSide, done[i / kSide * kDoneStride + i % kSide]);
}

constexpr int kPlainDeep = 16, kPlainThreads = 256;

__global__ void __launch_bounds__(kPlainThreads) dense_plain(dense_call c) {
  VC_SHARED(float, left, [kSide][kPlainDeep + 1]);
  VC_SHARED(float, right, [kPlainDeep][kSide + 1]);
  VC_SHARED(float, done, [kSide][kDoneStride]);
  const int thread = int(threadIdx.x), my_row = thread / 16 * 4, my_column = thread % 16 * 4;
  const int64_t item = c.first_item + blockIdx.z;
  const int64_t row0 = int64_t(blockIdx.x) * kSide, column0 = int64_t(blockIdx.y) * kSide;
  const int64_t a0 = item / c.items * c.a.outer + item % c.items * c.a.item;
  const int64_t b0 = item / c.items * c.b.outer + item % c.items * c.b.item;
  float sum[4][4] = {};
  for (int64_t k0 = 0; k0 < c.k; k0 += kPlainDeep) {
    __syncthreads();  // the last step has been read
    for (int i = thread; i < kSide * kPlainDeep; i += kPlainThreads) {
      const int r = c.a.column == 1 ? i / kPlainDeep : i % kSide, x = c.a.column == 1 ? i % kPlainDeep : i / kSide;
      const bool there = row0 + r < c.m && k0 + x < c.k;
      left[r][x] = there ? number_at(c.a.data, c.a.half, a0 + (row0 + r) * c.a.row + (k0 + x) * c.a.column) : 0.0f;
    }
    for (int i = thread; i < kSide * kPlainDeep; i += kPlainThreads) {
      const int x = c.b.column == 1 ? i / kSide : i % kPlainDeep, j = c.b.column == 1 ? i % kSide : i / kPlainDeep;
      const bool there = k0 + x < c.k && column0 + j < c.n;
      right[x][j] = there ? number_at(c.b.data, c.b.half, b0 + (k0 + x) * c.b.row + (column0 + j) * c.b.column) : 0.0f;
    }
    __syncthreads();
    for (int x = 0; x < kPlainDeep; ++x)
      VC_UNROLL for (int i = 0; i < 4; ++i)
        VC_UNROLL for (int j = 0; j < 4; ++j) sum[i][j] = __fmaf_rn(left[my_row + i][x], right[x][my_column + j], sum[i][j]);
  }
  VC_UNROLL for (int i = 0; i < 4; ++i)
    VC_UNROLL for (int j = 0; j < 4; ++j) done[my_row + i][my_column + j] = sum[i][j];
  __syncthreads();
  for (int i = thread; i < kSide * kSide; i += kPlainThreads)
    finish(c, item, row0 + i / kSide, column0 + i % kSide, done[i / kSide][i % kSide]);
}

template <int kLeft, int kRight>
void launch(queue& q, const dense_call& c, dim3 grid) {
  constexpr size_t kFactors = size_t(kLeft * kLeftPart + kRight * kRightPart) * 2;
  constexpr size_t kBytes = kFactors > kDoneBytes ? kFactors : kDoneBytes;
  static_assert(kBytes <= 48 << 10, "what every device gives without asking");
  VC_LAUNCH((dense_tensor<kLeft, kRight>), grid, kTensorThreads, kBytes, q.stream, c);
}

}  // namespace

int32_t multiply_dense(queue& q, dense_call c, int64_t outer, bool rounded, bool tensor) {
  constexpr int64_t kMostItems = 65535;
  const bool left_whole = rounded || c.a.half, right_whole = rounded || c.b.half;
  for (c.first_item = 0; c.first_item < outer * c.items; c.first_item += kMostItems) {
    const int64_t items = outer * c.items - c.first_item;
    const dim3 grid(unsigned((c.m + kSide - 1) / kSide), unsigned((c.n + kSide - 1) / kSide),
                    unsigned(items < kMostItems ? items : kMostItems));
    if (!tensor) {
      VC_LAUNCH(dense_plain, grid, kPlainThreads, 0, q.stream, c);
    } else if (left_whole && right_whole) {
      launch<1, 1>(q, c, grid);
    } else if (left_whole) {
      launch<1, 3>(q, c, grid);
    } else if (right_whole) {
      launch<3, 1>(q, c, grid);
    } else {
      launch<3, 3>(q, c, grid);
    }
    VC_LAUNCHED(q, kDense);
  }
  return VC_OK;
}

}  // namespace vc

namespace {

bool is_type(int64_t type) { return type == VC_F32 || type == VC_BF16; }

vc::dense_factor factor_at(const int64_t* f, int field, int strides) {
  return {reinterpret_cast<const void*>(f[field]), f[field + 1] == VC_BF16, f[field + 2], f[field + 3], f[strides], f[strides + 1]};
}

bool has_unit_stride(const vc::dense_factor& x) { return x.row >= 0 && x.column >= 0 && (x.row == 1 || x.column == 1); }

}  // namespace

extern "C" int32_t vc_cuda_dense_multiply(int64_t queue, const int64_t* f) {
  VC_ENTER(q, queue);
  if (!f) return vc::cuda_fail(VC_INVALID, "dense_multiply: no product");
  for (const int type : {VC_DENSE_INNER, VC_DENSE_A_TYPE, VC_DENSE_B_TYPE, VC_DENSE_OUT_TYPE, VC_DENSE_RESIDUAL_TYPE, VC_DENSE_BEFORE_TYPE})
    if (!is_type(f[type])) return vc::cuda_fail(VC_INVALID, "dense_multiply: numbers of type %lld", (long long)f[type]);
  vc::dense_call c{};
  c.m = f[VC_DENSE_M];
  c.n = f[VC_DENSE_N];
  c.k = f[VC_DENSE_K];
  c.a = factor_at(f, VC_DENSE_A, VC_DENSE_A_OUTER);
  c.b = factor_at(f, VC_DENSE_B, VC_DENSE_B_OUTER);
  c.out = reinterpret_cast<void*>(f[VC_DENSE_OUT]);
  c.out_half = f[VC_DENSE_OUT_TYPE] == VC_BF16;
  c.add = f[VC_DENSE_ADD] != 0;
  c.out_row = f[VC_DENSE_OUT_ROW];
  c.out_outer = f[VC_DENSE_OUT_OUTER];
  c.out_item = f[VC_DENSE_OUT_ITEM];
  const int32_t factor_bits = int32_t(f[VC_DENSE_FACTOR]);
  std::memcpy(&c.factor, &factor_bits, sizeof factor_bits);
  c.bias = reinterpret_cast<const float*>(f[VC_DENSE_BIAS]);
  c.activation = int32_t(f[VC_DENSE_ACTIVATION]);
  c.residual = reinterpret_cast<const void*>(f[VC_DENSE_RESIDUAL]);
  c.residual_half = f[VC_DENSE_RESIDUAL_TYPE] == VC_BF16;
  c.before = reinterpret_cast<void*>(f[VC_DENSE_BEFORE]);
  c.before_half = f[VC_DENSE_BEFORE_TYPE] == VC_BF16;
  c.copy = reinterpret_cast<uint16_t*>(f[VC_DENSE_COPY]);
  c.items = f[VC_DENSE_ITEMS];
  const int64_t outer = f[VC_DENSE_OUTER];
  if (c.m < 0 || c.n < 0 || c.k < 0 || outer < 0 || c.items < 1 || c.n > 65535ll * vc::kSide ||
      c.m > int64_t(INT32_MAX) * vc::kSide || !has_unit_stride(c.a) || !has_unit_stride(c.b) || c.out_row < c.n ||
      c.activation < VC_ACTIVATION_NONE || c.activation > VC_ACTIVATION_SOFTPLUS || (c.add && c.out_half))
    return vc::cuda_fail(VC_INVALID, "dense_multiply: %lld x %lld x %lld, %lld x %lld items, or a stride or activation",
                         (long long)c.m, (long long)c.n, (long long)c.k, (long long)outer, (long long)c.items);
  if (c.m == 0 || c.n == 0 || outer == 0) return VC_OK;
  if (!c.out || (c.k && (!c.a.data || !c.b.data))) return vc::cuda_fail(VC_INVALID, "dense_multiply: no operand");
  return vc::multiply_dense(q, c, outer, f[VC_DENSE_INNER] == VC_BF16, q.capability >= 80);
}
