// Numbers rearranged for the register tile. Both factors are seen alike: `lanes` side by side (columns of B, rows of A), k
// below each other. What lies in memory with its lanes side by side is copied, what has its k side by side is turned in
// blocks of a vector's square.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "dense_tile.h"

namespace vc {
namespace VC_SET {
namespace {

#if defined(__AVX512BF16__)
typedef uint16_t halves_twice __attribute__((vector_size(64)));
#endif

// What k (in pairs: k and k + 1, zero beyond `end`) holds for up to kLanes lanes that lie side by side.
VC_INLINE words lanes_of_k(const dense_view& x, int64_t k, int64_t end, int64_t k_stride, int64_t lane, int64_t n) {
  const int64_t at = k * k_stride + lane;
#if defined(__AVX512BF16__)
  const bool pair = k + 1 < end;
  if (x.bf16) {
    const words low = (words)take(x.data, true, at, n) >> 16;
    return pair ? low | (words)take(x.data, true, at + k_stride, n) : low;
  }
  const vec low = take(x.data, false, at, n);
  const __m512i both = (__m512i)_mm512_cvtne2ps_pbh(pair ? take(x.data, false, at + k_stride, n) : zero(), low);
  const halves_twice order = {0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23,
                              8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31};
  return (words)__builtin_shuffle((halves_twice)both, order);
#else
  (void)end;
  return (words)take(x.data, x.bf16, at, n);
#endif
}

// kLanes numbers (or pairs) that follow each other in k, from k on, of one lane; zeros from `end` on.
VC_INLINE words k_of_lane(const dense_view& x, int64_t lane, int64_t lane_stride, int64_t k, int64_t end) {
  const int64_t from = lane * lane_stride + k;
#if defined(__AVX512BF16__)
  const int64_t n = lesser(2 * kLanes, end - k);
  if (x.bf16) {
    const __mmask32 mask = n == 32 ? ~__mmask32(0) : (__mmask32(1) << n) - 1;
    return (words)_mm512_maskz_loadu_epi16(mask, static_cast<const uint16_t*>(x.data) + from);
  }
  const vec low = take(x.data, false, from, lesser(kLanes, n));
  const vec high = n > kLanes ? take(x.data, false, from + kLanes, n - kLanes) : zero();
  return (words)_mm512_cvtne2ps_pbh(high, low);
#else
  return (words)take(x.data, x.bf16, from, lesser(kLanes, end - k));
#endif
}

// Turns a square of kLanes vectors.
template <int S = 1>
VC_INLINE void turn(words (&v)[kLanes]) {
  if constexpr (S < kLanes) {
    words low, high;
    for (int j = 0; j < kLanes; ++j) {
      low[j] = uint32_t(j / S % 2 == 0 ? j : kLanes + j - S);
      high[j] = uint32_t(j / S % 2 == 0 ? j + S : kLanes + j);
    }
    for (int i = 0; i < kLanes; ++i)
      if (i / S % 2 == 0) {
        const words a = v[i], b = v[i + S];
        v[i] = __builtin_shuffle(a, b, low);
        v[i + S] = __builtin_shuffle(a, b, high);
      }
    turn<2 * S>(v);
  }
}

VC_INLINE void put(uint32_t* to, words v, int64_t n) {
  if (n == kLanes) {
    store(reinterpret_cast<float*>(to), (vec)v);
  } else {
    store_part(reinterpret_cast<float*>(to), (vec)v, n);
  }
}

}  // namespace
}  // namespace VC_SET
}  // namespace vc
