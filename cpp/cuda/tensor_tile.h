// What the two sparse tensor-core products share: counts made dense as bf16 in shared memory, and the product of two tiles.
//
// A tile of shared memory is rows of `stride` 16-bit numbers, the stride 8 more than what the row holds: rows are 16-byte
// aligned and eight rows in a row meet different banks.
//
// Precision  kParts = 1: both factors rounded to bf16, products summed in the accumulators of the tensor cores.
//            kParts = 3: both factors cut into three exact parts (vc_split_bf16), six products of parts, smallest first, summed
//            over one tile in fresh accumulators and then added to the running sum in fp32: tensor cores cut where fp32
//            rounds, and a chain over thousands of genes would drift.
// Order      per output: by rising k in steps of 16, whatever the tile's shape; so the shape may follow the device.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "csr.h"
#include "mma.h"

namespace vc {

constexpr int kTensorThreads = 256;
constexpr int kTableCounts = 16, kTableStride = 17;  // counts 0 .. 15 of a row, rows in different banks

// How the 8 warps of a block share its tile: each has 64 rows and kColumns columns.
template <int kBlockRows>
struct warp_shape {
  static constexpr int kRowWarps = kBlockRows / 64, kColumnWarps = 8 / kRowWarps;
  static constexpr int kColumns = 128 / kColumnWarps, kFragments = kColumns / 8;
};

// Shared memory of one stage of a tile product: kBlockRows x kDepth and kDepth x 128, all parts, 16-bit numbers.
template <int kRows, int kRowLength, int kDepth, int kParts>
struct stage_shape {
  static constexpr int kLeftStride = kRowLength + 8, kLeftPart = kRows * kLeftStride;
  static constexpr int kRightStride = 128 + 8, kRightPart = kDepth * kRightStride;
  static constexpr int kNumbers = kParts * (kLeftPart + kRightPart), kBytes = kNumbers * 2;
};

// Writes x, rounded or in parts, at `to` of the first part; the next parts lie `part` numbers further each.
template <int kParts>
__device__ __forceinline__ void put_number(uint16_t* to, int part, float x) {
  if constexpr (kParts == 1) {
    *to = uint16_t(vc_bf16(x));
  } else {
    uint32_t cut[3];
    vc_split_bf16(x, cut);
    VC_UNROLL for (int p = 0; p < kParts; ++p) to[p * part] = uint16_t(cut[p]);
  }
}

// Zero for `count` numbers (a multiple of 8) from an aligned place, in every part.
template <int kParts>
__device__ __forceinline__ void clear_numbers(uint16_t* to, int part, int count) {
  for (int p = 0; p < kParts; ++p)
    for (int i = 0; i < count; i += 8) *reinterpret_cast<float4*>(to + p * part + i) = make_float4(0, 0, 0, 0);
}

// Eight neighbours of a dense row-major matrix, rounded or in parts. `whole`: all eight are there and 16-byte aligned.
template <int kParts>
__device__ __forceinline__ void copy_eight(uint16_t* to, int part, const void* from, bool half, int64_t at, int there, bool whole) {
  if (half) {
    const uint16_t* w = static_cast<const uint16_t*>(from) + at;
    if (whole) {
      *reinterpret_cast<float4*>(to) = *reinterpret_cast<const float4*>(w);
    } else {
      for (int i = 0; i < 8; ++i) to[i] = i < there ? w[i] : uint16_t(0);
    }
    if constexpr (kParts > 1) clear_numbers<kParts - 1>(to + part, part, 8);
    return;
  }
  const float* w = static_cast<const float*>(from) + at;
  float x[8];
  if (whole) {
    const float4 low = *reinterpret_cast<const float4*>(w), high = *reinterpret_cast<const float4*>(w + 4);
    x[0] = low.x; x[1] = low.y; x[2] = low.z; x[3] = low.w;
    x[4] = high.x; x[5] = high.y; x[6] = high.z; x[7] = high.w;
  } else {
    VC_UNROLL for (int i = 0; i < 8; ++i) x[i] = i < there ? w[i] : 0.0f;
  }
  if constexpr (kParts == 1) {
    uint32_t pair[4];
    VC_UNROLL for (int i = 0; i < 4; ++i) pair[i] = vc_pack_bf16(x[2 * i], x[2 * i + 1]);
    *reinterpret_cast<uint4*>(to) = make_uint4(pair[0], pair[1], pair[2], pair[3]);
  } else {
    uint32_t cut[8][3];
    VC_UNROLL for (int i = 0; i < 8; ++i) vc_split_bf16(x[i], cut[i]);
    VC_UNROLL for (int p = 0; p < kParts; ++p)
      *reinterpret_cast<uint4*>(to + p * part) =
          make_uint4(cut[0][p] | cut[1][p] << 16, cut[2][p] | cut[3][p] << 16, cut[4][p] | cut[5][p] << 16, cut[6][p] | cut[7][p] << 16);
  }
}

// kDepth rows of 128 columns of a dense matrix from (row0, column0), zero outside; all threads of the block take part.
template <int kParts, int kDepth, int kStride, int kPart>
__device__ __forceinline__ void fill_right(uint16_t* right, const void* dense, bool half, int64_t row0, int64_t end_row,
                                           int64_t column0, int64_t columns, bool aligned) {
  for (int i = int(threadIdx.x); i < kDepth * 16; i += kTensorThreads) {
    const int64_t row = row0 + i / 16, column = column0 + i % 16 * 8;
    const int64_t left = row < end_row ? columns - column : 0;
    const int there = left < 0 ? 0 : left < 8 ? int(left) : 8;
    copy_eight<kParts>(right + i / 16 * kStride + i % 16 * 8, kPart, dense, half, there ? row * columns + column : 0, there,
                       aligned && there == 8);
  }
}

// The value in use of a stored count: from the row's table where it stands there.
__device__ __forceinline__ float tabled(float stored, const float* scale, int64_t row, const float* table) {
  if (!scale) return stored;
  const int count = stored < float(kTableCounts) ? int(stored) : 0;
  return float(count) == stored ? table[count] : in_use(stored, scale, row);
}

// sum += left * right over one tile. left: 64 rows of this warp, row-major (kTurned: k-major, so its rows are k); right:
// k-major, this warp's columns. Fragment order: mma.h.
template <int kParts, int kDepth, int kFragments, bool kTurned, int kLeftStride, int kLeftPart, int kRightStride, int kRightPart>
__device__ __forceinline__ void multiply_tile(const uint16_t* left, const uint16_t* right, float (&sum)[4][kFragments][4]) {
  constexpr int kSteps = kDepth / 16;
  const int lane = int(threadIdx.x & 31), tile = lane / 8, in_tile = lane % 8;
  const int first = tile % 2 * 8 + in_tile, second = tile / 2 * 8;
  auto load_left = [&](uint32_t(&a)[4], int part, int m, int k) {
    if (kTurned) {
      vc_ldmatrix_x4_trans(a, left + part * kLeftPart + (k * 16 + second + in_tile) * kLeftStride + m * 16 + tile % 2 * 8);
    } else {
      vc_ldmatrix_x4(a, left + part * kLeftPart + (m * 16 + first) * kLeftStride + k * 16 + second);
    }
  };
  auto load_right = [&](uint32_t(&b)[4], int part, int pair, int k) {
    vc_ldmatrix_x4_trans(b, right + part * kRightPart + (k * 16 + first) * kRightStride + pair * 16 + second);
  };
  if constexpr (kParts == 1) {
    VC_UNROLL for (int k = 0; k < kSteps; ++k) {
      uint32_t b[kFragments / 2][4];
      VC_UNROLL for (int n = 0; n < kFragments / 2; ++n) load_right(b[n], 0, n, k);
      VC_UNROLL for (int m = 0; m < 4; ++m) {
        uint32_t a[4];
        load_left(a, 0, m, k);
        VC_UNROLL for (int n = 0; n < kFragments; ++n) {
          const uint32_t one[2] = {b[n / 2][n % 2 * 2], b[n / 2][n % 2 * 2 + 1]};
          vc_mma_16x8x16_bf16(sum[m][n], a, one);
        }
      }
    }
  } else {
    uint32_t b[kParts][kSteps][kFragments / 2][4];
    VC_UNROLL for (int p = 0; p < kParts; ++p)
      VC_UNROLL for (int k = 0; k < kSteps; ++k)
        VC_UNROLL for (int n = 0; n < kFragments / 2; ++n) load_right(b[p][k][n], p, n, k);
    VC_UNROLL for (int m = 0; m < 4; ++m) {
      float part[kFragments][4] = {};
      VC_UNROLL for (int k = 0; k < kSteps; ++k) {
        uint32_t a[kParts][4];
        VC_UNROLL for (int p = 0; p < kParts; ++p) load_left(a[p], p, m, k);
        VC_UNROLL for (int n = 0; n < kFragments; ++n)
          VC_UNROLL for (int size = kParts - 1; size >= 0; --size)  // products of parts i and size - i, each 2^-8 of the one before
            VC_UNROLL for (int i = 0; i <= size; ++i) {
              const uint32_t(&four)[4] = b[size - i][k][n / 2];
              const uint32_t one[2] = {four[n % 2 * 2], four[n % 2 * 2 + 1]};
              vc_mma_16x8x16_bf16(part[n], a[i], one);
            }
      }
      VC_UNROLL for (int n = 0; n < kFragments; ++n)
        VC_UNROLL for (int i = 0; i < 4; ++i) sum[m][n][i] += part[n][i];
    }
  }
}

}  // namespace vc
