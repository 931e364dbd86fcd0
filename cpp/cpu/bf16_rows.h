// What the bf16 forms of CSR x dense share: values of a row rounded and paired, and the sum of their weights' rows; see
// csr_dense_bf16.cpp. SPDX-License-Identifier: Apache-2.0
#pragma once
#include "activation.h"
#include "counts_bf16.h"

namespace vc {
namespace VC_SET {
namespace {

constexpr int kPairs = kPiece / 2;
constexpr int kAhead = 3;  // pairs whose weights are fetched beforehand: they lie in the second-level cache or beyond

// A stretch of a row: gene numbers, and values rounded and packed in twos.
struct pairs {
  int64_t at[kPiece + 8];           // where each gene's weights begin; the last again beyond the end
  alignas(64) uint32_t value[kPairs];
};

// Pads an odd count with a zero times the last gene.
inline int pair_up(const piece& p, int count, int64_t columns, pairs& to) {
  if (count == 0) return 0;
  for (int k = 0; k < count; ++k) to.at[k] = p.gene[k] * columns;
  for (int k = count; k < count + 2 * kAhead; ++k) to.at[k] = to.at[count - 1];
  int k = 0;
  for (; k + 32 <= count; k += 32) _mm512_store_si512(to.value + k / 2, both(load(p.value + k), load(p.value + k + 16)));
  if (k < count) {
    const int64_t n = count - k;
    const vec low = part(p.value + k, n < 16 ? n : 16), high = n > 16 ? part(p.value + k + 16, n - 16) : zero();
    _mm512_mask_storeu_epi32(to.value + k / 2, first_lanes((n + 1) / 2), both(low, high));
  }
  return (count + 1) / 2;
}

// Columns 0-3, 8-11, 16-19, 24-27 of 32 and the others, to and from two vectors of consecutive columns.
struct thirty_two {
  __m512 low, high;
};
inline thirty_two interleaved(__m512 first, __m512 second) {
  const __m512i low = _mm512_setr_epi32(0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
  const __m512i high = _mm512_setr_epi32(4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
  return {_mm512_permutex2var_ps(first, low, second), _mm512_permutex2var_ps(first, high, second)};
}
inline thirty_two consecutive(__m512 low, __m512 high) {
  const __m512i first = _mm512_setr_epi32(0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
  const __m512i second = _mm512_setr_epi32(8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
  return {_mm512_permutex2var_ps(low, first, high), _mm512_permutex2var_ps(low, second, high)};
}

// N groups of 32 columns of one row.
template <int N>
inline void strip(const pairs& p, int count, bool first, const uint16_t* dense, float* out) {
  __m512 low[N], high[N];
#pragma GCC unroll 8
  for (int j = 0; j < N; ++j) {
    const thirty_two sum = first ? thirty_two{zero(), zero()} : interleaved(load(out + 32 * j), load(out + 32 * j + 16));
    low[j] = sum.low;
    high[j] = sum.high;
  }
  for (int k = 0; k < count; ++k) {
    const uint16_t *even = dense + p.at[2 * k], *odd = dense + p.at[2 * k + 1];
    const __m512bh value = (__m512bh)_mm512_set1_epi32(int(p.value[k]));
    const uint16_t *later = dense + p.at[2 * (k + kAhead)], *last = dense + p.at[2 * (k + kAhead) + 1];
#pragma GCC unroll 8
    for (int j = 0; j < N; ++j) {
      __builtin_prefetch(later + 32 * j);
      __builtin_prefetch(last + 32 * j);
      __m512i a = _mm512_loadu_si512(even + 32 * j), b = _mm512_loadu_si512(odd + 32 * j);
      asm("" : "+v"(a), "+v"(b));  // else the compiler loads each twice, once for either unpack
      low[j] = _mm512_dpbf16_ps(low[j], (__m512bh)_mm512_unpacklo_epi16(a, b), value);
      high[j] = _mm512_dpbf16_ps(high[j], (__m512bh)_mm512_unpackhi_epi16(a, b), value);
    }
  }
  for (int j = 0; j < N; ++j) {
    const thirty_two sum = consecutive(low[j], high[j]);
    store(out + 32 * j, sum.low);
    store(out + 32 * j + 16, sum.high);
  }
}

// The last columns, fewer than 32.
inline void rest(const pairs& p, int count, bool first, int64_t width, const uint16_t* dense, float* out) {
  const __mmask32 in = (__mmask32(1) << width) - 1;
  const int64_t left = width < 16 ? width : 16, right = width - left;
  thirty_two sum{zero(), zero()};
  if (!first) sum = interleaved(part(out, left), part(out + left, right));
  for (int k = 0; k < count; ++k) {
    const __m512i a = _mm512_maskz_loadu_epi16(in, dense + p.at[2 * k]);
    const __m512i b = _mm512_maskz_loadu_epi16(in, dense + p.at[2 * k + 1]);
    const __m512bh value = (__m512bh)_mm512_set1_epi32(int(p.value[k]));
    sum.low = _mm512_dpbf16_ps(sum.low, (__m512bh)_mm512_unpacklo_epi16(a, b), value);
    sum.high = _mm512_dpbf16_ps(sum.high, (__m512bh)_mm512_unpackhi_epi16(a, b), value);
  }
  sum = consecutive(sum.low, sum.high);
  store_part(out, sum.low, left);
  store_part(out + left, sum.high, right);
}

// One piece of a row: all its columns, starting from what `row` holds unless `first`.
inline void gather(const pairs& p, int count, bool first, int64_t columns, const uint16_t* dense, float* row) {
  int64_t c = 0;
  for (; c + 256 <= columns; c += 256) strip<8>(p, count, first, dense + c, row + c);
  if (c + 128 <= columns) { strip<4>(p, count, first, dense + c, row + c); c += 128; }
  if (c + 64 <= columns) { strip<2>(p, count, first, dense + c, row + c); c += 64; }
  if (c + 32 <= columns) { strip<1>(p, count, first, dense + c, row + c); c += 32; }
  if (c < columns) rest(p, count, first, columns - c, dense + c, row + c);
}

}  // namespace
}  // namespace VC_SET
}  // namespace vc
