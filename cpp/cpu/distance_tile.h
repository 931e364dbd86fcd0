// What the distance kernels share: products of packed rows in register tiles, and squared distances from them.
//
// Tile     kBroadcast rows of one block (a broadcast each) x kWide rows of the other, all columns of a step in
//          registers: 16 sums of 16 lanes with AVX-512, 8 of 8 with AVX2. Panels serve both sides.
// Order    one fused multiply-add chain per product and step of kStep columns; the steps' sums are added by rising column.
// Bytes    per step and tile, kPanels lines and half a line of broadcasts for 16 multiply-adds of a vector. The lines of the
//          next step are fetched ahead, without which a seventh of the time went by waiting for the level-3 cache.
// Tried    16 x 1 vectors: as many loads as multiply-adds, a fifth slower.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "kernels_distance.h"
#include "simd.h"

namespace vc {
namespace VC_SET {
namespace {

constexpr int kPanelVecs = int(kPanel) / kLanes;  // vectors of a panel's column
constexpr int64_t kStep = 128;                    // columns of a step
constexpr float kNear = 0.01f;                    // below this share of the norms a distance is computed anew
#if defined(__AVX512F__)
constexpr int kBroadcast = 8, kPanels = 2;
#elif defined(__AVX2__)
constexpr int kBroadcast = 4, kPanels = 1;
#else
constexpr int kBroadcast = 2, kPanels = 1;
#endif

#if defined(__AVX512F__)
// masked forms with all lanes: the plain ones of GCC 12 warn of a variable of their own
constexpr __mmask16 kAll = 0xffff;
VC_INLINE vec root(vec v) { return _mm512_maskz_sqrt_ps(kAll, v); }
VC_INLINE vec not_below_zero(vec v) { return _mm512_maskz_max_ps(kAll, zero(), v); }  // of NaN: the second
VC_INLINE unsigned below(vec a, vec b) { return _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ); }
VC_INLINE vec keep(unsigned lanes, vec v) { return _mm512_maskz_mov_ps(__mmask16(lanes), v); }  // zero elsewhere
VC_INLINE vec over(vec a, vec d) { return _mm512_maskz_div_ps(_mm512_cmp_ps_mask(d, zero(), _CMP_NEQ_UQ), a, d); }
#elif defined(__AVX2__)
VC_INLINE vec root(vec v) { return _mm256_sqrt_ps(v); }
VC_INLINE vec not_below_zero(vec v) { return _mm256_max_ps(zero(), v); }
VC_INLINE unsigned below(vec a, vec b) { return unsigned(_mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_LT_OQ))); }
VC_INLINE vec keep(unsigned lanes, vec v) {
  const __m256i bit = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
  const __m256i set = _mm256_and_si256(_mm256_set1_epi32(int(lanes)), bit);
  return _mm256_and_ps(_mm256_castsi256_ps(_mm256_cmpeq_epi32(set, bit)), v);
}
VC_INLINE vec over(vec a, vec d) { return _mm256_and_ps(_mm256_cmp_ps(d, zero(), _CMP_NEQ_UQ), a / d); }
#else
VC_INLINE vec root(vec v) {
  for (int i = 0; i < kLanes; ++i) v[i] = __builtin_sqrtf(v[i]);
  return v;
}
VC_INLINE vec not_below_zero(vec v) {
  for (int i = 0; i < kLanes; ++i) v[i] = v[i] < 0 ? 0 : v[i];
  return v;
}
VC_INLINE unsigned below(vec a, vec b) {
  unsigned mask = 0;
  for (int i = 0; i < kLanes; ++i) mask |= unsigned(a[i] < b[i]) << i;
  return mask;
}
VC_INLINE vec keep(unsigned lanes, vec v) {
  for (int i = 0; i < kLanes; ++i) v[i] = lanes >> i & 1 ? v[i] : 0;
  return v;
}
VC_INLINE vec over(vec a, vec d) {
  for (int i = 0; i < kLanes; ++i) a[i] = d[i] == 0 ? 0 : a[i] / d[i];
  return a;
}
#endif

// Where a block keeps what belongs to row i of one side and row j of the other: strips of kWide rows j, so that a tile reads
// and writes neighbouring lines.
constexpr int64_t kWide = kPanels * kPanel;
VC_INLINE int64_t place(int64_t i, int64_t j) { return j / kWide * (kBlock * kWide) + i * kWide + j % kWide; }

// The lanes of a vector added up in double, by rising lane.
VC_INLINE double lane_sum(vec v) {
  alignas(64) float lane[kLanes];
  store(lane, v);
  double sum = 0;
  for (int i = 0; i < kLanes; ++i) sum += double(lane[i]);
  return sum;
}

// tile[a, b] (+)= sum over k of A[a, k] B[b, k]; kBroadcast rows a from row a0 of their panel, N panels of b.
template <int N>
VC_INLINE void product_tile(int64_t columns, int64_t first, int64_t end, const float* a, const float* b, bool add, float* tile) {
  constexpr int kVecs = N * kPanelVecs;
  vec sum[kBroadcast][kVecs];
  for (int i = 0; i < kBroadcast; ++i)
    for (int j = 0; j < kVecs; ++j) sum[i][j] = zero();
  for (int64_t k = first; k < end; ++k) {
    vec right[kVecs];
    for (int p = 0; p < N; ++p)
      for (int j = 0; j < kPanelVecs; ++j) right[p * kPanelVecs + j] = load(b + (p * columns + k) * kPanel + j * kLanes);
    __builtin_prefetch(a + (k + kStep) * kPanel, 0, 2);
    for (int i = 0; i < kBroadcast; ++i) {
      const vec left = spread(a[k * kPanel + i]);
      for (int j = 0; j < kVecs; ++j) sum[i][j] = fma(left, right[j], sum[i][j]);
    }
  }
  for (int i = 0; i < kBroadcast; ++i)
    for (int j = 0; j < kVecs; ++j) {
      float* to = tile + i * kWide + j * kLanes;
      store(to, add ? load(to) + sum[i][j] : sum[i][j]);
    }
}

// tile[place(i, j)] = the product of row i of a and row j of b, at most kBlock each. upper: only what has j > i is needed, and
// tiles without any such product are left out.
inline void products(int64_t columns, const row_set& a, const row_set& b, bool upper, float* tile) {
  const int64_t panels = (b.rows + kPanel - 1) / kPanel;
  int64_t first = 0;
  do {
    const int64_t end = first + kStep < columns ? first + kStep : columns;
    for (int64_t i = 0; i < a.rows; i += kBroadcast) {
      const float* left = a.packed + i / kPanel * kPanel * columns + i % kPanel;
      int64_t p = upper ? i / kPanel : 0;
      if (p % kPanels) {
        product_tile<1>(columns, first, end, left, b.packed + p * kPanel * columns, first > 0, tile + place(i, p * kPanel));
        ++p;
      }
      for (; p + kPanels <= panels; p += kPanels)
        product_tile<kPanels>(columns, first, end, left, b.packed + p * kPanel * columns, first > 0,
                              tile + place(i, p * kPanel));
      if (p < panels)
        product_tile<1>(columns, first, end, left, b.packed + p * kPanel * columns, first > 0, tile + place(i, p * kPanel));
    }
    first = end;
  } while (first < columns);
}

// |a - b|^2 from the differences: four sums of a vector each, added at the end.
__attribute__((noinline)) float square_of_difference(const float* a, const float* b, int64_t columns) {
  vec sum[4] = {zero(), zero(), zero(), zero()};
  int64_t k = 0;
  for (; k + 4 * kLanes <= columns; k += 4 * kLanes)
    for (int i = 0; i < 4; ++i) {
      const vec d = load(a + k + i * kLanes) - load(b + k + i * kLanes);
      sum[i] = fma(d, d, sum[i]);
    }
  for (int i = 0; k + kLanes <= columns; k += kLanes, ++i) {
    const vec d = load(a + k) - load(b + k);
    sum[i] = fma(d, d, sum[i]);
  }
  if (k < columns) {
    const vec d = part(a + k, columns - k) - part(b + k, columns - k);
    sum[3] = fma(d, d, sum[3]);
  }
  return float(lane_sum((sum[0] + sum[1]) + (sum[2] + sum[3])));
}

// A bit for each lane that stands for one of the rows `first` to `end - 1`, where the vector begins with row j.
VC_INLINE unsigned lanes_of(int64_t j, int64_t first, int64_t end) {
  unsigned mask = end - j < kLanes ? (1u << (end - j)) - 1 : (1u << kLanes) - 1;
  if (first > j) mask &= ~((1u << (first - j)) - 1);
  return mask;
}

// The squared distances of row i of a to the vector of rows of b from row j on, from their products. Those of the lanes
// `wanted` that cancel are computed anew, and `near` receives a bit for each of them. Other lanes are left as they come.
VC_INLINE vec squares(int64_t columns, const row_set& a, int64_t i, const row_set& b, int64_t j, const float* product,
                      unsigned wanted, unsigned& near) {
  const vec norms = spread(a.norm[i]) + load(b.norm + j);
  const vec p = load(product);
  vec square = norms - (p + p);
  near = below(square, spread(kNear) * norms) & wanted;
  if (near) {
    alignas(64) float lane[kLanes];
    store(lane, square);
    for (unsigned left = near; left; left &= left - 1) {
      const int l = __builtin_ctz(left);
      lane[l] = square_of_difference(a.x + i * columns, b.x + (j + l) * columns, columns);
    }
    square = load(lane);
  }
  return not_below_zero(square);
}

// Turns a block of 16 x 16 numbers: out[j * to + i] = in[i * from + j].
#if defined(__AVX512F__)
VC_INLINE void turn(const vec (&row)[16], vec (&column)[16]) {
  __m512 t[16], u[16];
  for (int i = 0; i < 16; i += 2) {
    t[i] = _mm512_maskz_unpacklo_ps(kAll, row[i], row[i + 1]);
    t[i + 1] = _mm512_maskz_unpackhi_ps(kAll, row[i], row[i + 1]);
  }
  for (int i = 0; i < 16; i += 4) {
    u[i] = _mm512_castpd_ps(_mm512_maskz_unpacklo_pd(0xff, _mm512_castps_pd(t[i]), _mm512_castps_pd(t[i + 2])));
    u[i + 1] = _mm512_castpd_ps(_mm512_maskz_unpackhi_pd(0xff, _mm512_castps_pd(t[i]), _mm512_castps_pd(t[i + 2])));
    u[i + 2] = _mm512_castpd_ps(_mm512_maskz_unpacklo_pd(0xff, _mm512_castps_pd(t[i + 1]), _mm512_castps_pd(t[i + 3])));
    u[i + 3] = _mm512_castpd_ps(_mm512_maskz_unpackhi_pd(0xff, _mm512_castps_pd(t[i + 1]), _mm512_castps_pd(t[i + 3])));
  }
  for (int i = 0; i < 4; ++i) {
    const __m512 a = _mm512_maskz_shuffle_f32x4(kAll, u[i], u[i + 4], 0x88);
    const __m512 b = _mm512_maskz_shuffle_f32x4(kAll, u[i], u[i + 4], 0xdd);
    const __m512 c = _mm512_maskz_shuffle_f32x4(kAll, u[i + 8], u[i + 12], 0x88);
    const __m512 d = _mm512_maskz_shuffle_f32x4(kAll, u[i + 8], u[i + 12], 0xdd);
    column[i] = _mm512_maskz_shuffle_f32x4(kAll, a, c, 0x88);
    column[i + 4] = _mm512_maskz_shuffle_f32x4(kAll, b, d, 0x88);
    column[i + 8] = _mm512_maskz_shuffle_f32x4(kAll, a, c, 0xdd);
    column[i + 12] = _mm512_maskz_shuffle_f32x4(kAll, b, d, 0xdd);
  }
}
#endif

}  // namespace
}  // namespace VC_SET
}  // namespace vc
