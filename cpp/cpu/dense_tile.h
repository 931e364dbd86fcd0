// The register tile of dense products: kRows rows x two vectors of outputs stay in registers while k is walked; each step
// loads two vectors of the packed right factor, spreads kRows numbers of the left one and multiplies and adds. 14 x 32 with
// 512-bit registers (28 sums, 2 loads, 1 spread of 32), 6 x 16 with 256, 4 x 8 with 128.
// The left factor is read where it lies, by two strides in bytes: `row` between rows, `step` from one k to the next.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "kernels_dense.h"
#include "simd.h"

namespace vc {
namespace VC_SET {
namespace {

#if defined(__AVX512F__)
constexpr int kRows = 14;
#elif defined(__AVX2__)
constexpr int kRows = 6;
#else
constexpr int kRows = 4;
#endif
constexpr int kPanel = 2 * kLanes;  // columns of a packed panel

typedef int32_t ints __attribute__((vector_size(sizeof(vec))));
typedef uint32_t words __attribute__((vector_size(sizeof(vec))));
typedef uint16_t halves __attribute__((vector_size(sizeof(vec) / 2)));

// Where the sums of a tile go: to c, times `factor`, added to what it holds if asked; or, if half is not null, rounded to half,
// c only giving what is to be added. bf16 below 2^-126 may become zero.
struct target {
  float* c;
  int64_t c_row;
  uint16_t* half;
  int64_t half_row;
  float factor;
  bool add;
};

// The sums of M rows and V vectors.
template <int M, int V>
struct tile {
  vec sum[M][V];

  VC_INLINE void clear(const target& t) {
    for (int i = 0; i < M; ++i) {
      for (int j = 0; j < V; ++j) {
        sum[i][j] = zero();
        if (!t.half) __builtin_prefetch(t.c + i * t.c_row + j * kLanes, 1);
      }
      if (t.half) __builtin_prefetch(t.half + i * t.half_row, 1);
    }
  }
  VC_INLINE vec total(const target& t, vec f, int i, int j) const {
    return t.add ? fma(f, sum[i][j], load(t.c + i * t.c_row + j * kLanes)) : f * sum[i][j];
  }
  VC_INLINE void write(const target& t) const {
    const vec f = spread(t.factor);
#if defined(__AVX512BF16__)
    if (t.half) {
      for (int i = 0; i < M; ++i)
        for (int j = 0; j < V; ++j)
          _mm256_storeu_si256(reinterpret_cast<__m256i*>(t.half + i * t.half_row + j * kLanes),
                              (__m256i)_mm512_cvtneps_pbh(total(t, f, i, j)));
      return;
    }
#endif
    for (int i = 0; i < M; ++i)
      for (int j = 0; j < V; ++j) store(t.c + i * t.c_row + j * kLanes, total(t, f, i, j));
  }
};

// Three pointers reach 15 rows: with row, 2 row, 3 row and 4 row in registers no row needs a pointer of its own.
struct strip {
  const char *first, *sixth, *eleventh;
  int64_t row;
  VC_INLINE strip(const void* a, int64_t stride)
      : first(static_cast<const char*>(a)), sixth(first + 5 * stride), eleventh(first + 10 * stride), row(stride) {}
  VC_INLINE const char* at(int i) const { return (i < 5 ? first : i < 10 ? sixth : eleventh) + i % 5 * row; }
  VC_INLINE void advance(int64_t step) {
    first += step;
    sixth += step;
    eleventh += step;
    asm("" : "+r"(first), "+r"(sixth), "+r"(eleventh));  // else the compiler makes a pointer of every row
  }
};

#if defined(__AVX512BF16__)
// This set multiplies pairs of bf16, and k counts pairs; its fp32 products are those of the next lower set.
constexpr bool kPairs = true;
using number = uint32_t;

template <int M, int V>
inline void multiply_tile(int64_t k, const void* a, int64_t row, int64_t step, const number* b, const target& to) {
  tile<M, V> t;
  t.clear(to);
  strip s(a, row);
  for (int64_t x = 0; x < k; ++x) {
    __m512i right[V];
    for (int j = 0; j < V; ++j) right[j] = _mm512_loadu_si512(b + j * kLanes);
    for (int i = 0; i < M; ++i) {
      int32_t pair;
      __builtin_memcpy(&pair, s.at(i), sizeof pair);
      const __m512i left = _mm512_set1_epi32(pair);
      for (int j = 0; j < V; ++j) t.sum[i][j] = _mm512_dpbf16_ps(t.sum[i][j], (__m512bh)left, (__m512bh)right[j]);
    }
    b += kPanel;
    s.advance(step);
  }
  t.write(to);
}
#else
constexpr bool kPairs = false;
using number = float;

template <int M, int V>
inline void multiply_tile(int64_t k, const void* a, int64_t row, int64_t step, const number* b, const target& to) {
  tile<M, V> t;
  t.clear(to);
  strip s(a, row);
  for (int64_t x = 0; x < k; ++x) {
    vec right[V];
    for (int j = 0; j < V; ++j) right[j] = load(b + j * kLanes);
    for (int i = 0; i < M; ++i) {
      const vec left = spread(*reinterpret_cast<const float*>(s.at(i)));
      for (int j = 0; j < V; ++j) t.sum[i][j] = fma(left, right[j], t.sum[i][j]);
    }
    b += kPanel;
    s.advance(step);
  }
  t.write(to);
}
#endif

constexpr int64_t kDeep = kPairs ? 1536 : 768;  // most k of a block: a strip of A and a panel of B stay in the caches

// The kernel for m rows, m from 1 to kRows. k counts numbers, or pairs of bf16.
template <int M = kRows>
inline void multiply(int m, int vectors, int64_t k, const void* a, int64_t row, int64_t step, const void* b,
                     const target& to) {
  if (m < M) {
    if constexpr (M > 1) multiply<M - 1>(m, vectors, k, a, row, step, b, to);
    return;
  }
  const auto* right = static_cast<const number*>(b);
  if (vectors == 2) {
    multiply_tile<M, 2>(k, a, row, step, right, to);
  } else {
    multiply_tile<M, 1>(k, a, row, step, right, to);
  }
}

// ---- numbers of either type ----

// `n` numbers of a row from element `at`.
VC_INLINE vec take(const void* p, bool bf16, int64_t at, int64_t n) {
  if (bf16) {
    const uint16_t* h = static_cast<const uint16_t*>(p) + at;
    return n == kLanes ? load(h) : part(h, n);
  }
  const float* f = static_cast<const float*>(p) + at;
  return n == kLanes ? load(f) : part(f, n);
}

// bf16 in the low half of each lane: to nearest, ties to even; not-a-number stays one.
inline words rounded(vec v) {
  const words u = (words)v;
  const words nearest = (u + 0x7fffu + (u >> 16 & 1u)) >> 16;
  return v == v ? nearest : (u >> 16 | 0x40u);
}

VC_INLINE void give(void* p, bool bf16, int64_t at, vec v, int64_t n) {
  if (bf16) {
    const halves h = __builtin_convertvector(rounded(v), halves);
    uint16_t* to = static_cast<uint16_t*>(p) + at;
    if (n == kLanes) {
      __builtin_memcpy(to, &h, sizeof h);
    } else {
      for (int64_t i = 0; i < n; ++i) to[i] = h[i];
    }
  } else if (n == kLanes) {
    store(static_cast<float*>(p) + at, v);
  } else {
    store_part(static_cast<float*>(p) + at, v, n);
  }
}

inline int64_t lesser(int64_t a, int64_t b) { return a < b ? a : b; }

// The blocks k is cut into: their number and their length, even.
inline int64_t blocks_of(int64_t k) { return k > kDeep ? (k + kDeep - 1) / kDeep : 1; }
inline int64_t block_length(int64_t k) {
  const int64_t blocks = blocks_of(k);
  return ((k + blocks - 1) / blocks + 1) / 2 * 2;
}

// The numbers of 4 bytes that k takes: one each, or a pair of bf16 for two.
inline int64_t steps_of(int64_t k) { return kPairs ? (k + 1) / 2 : k; }

}  // namespace
}  // namespace VC_SET
}  // namespace vc
