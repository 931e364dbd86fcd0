// Stored counts of a compact matrix as bf16, or their logarithms: those below 64 are looked up in two registers, the others
// computed together. The same numbers as decode() followed by a rounding. Needs AVX-512-BF16.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "piece.h"

namespace vc {
namespace VC_SET {
namespace {

inline __m512i both(const __m512 low, const __m512 high) { return (__m512i)_mm512_cvtne2ps_pbh(high, low); }

// What the counts 0 to 63 of one cell are as bf16.
struct small_counts {
  __m512i low, high;

  small_counts(float scale, bool logs) {
    const vec sixteen = _mm512_setr_ps(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    vec v[4];
    for (int i = 0; i < 4; ++i) {
      v[i] = sixteen + spread(float(16 * i));
      if (logs) v[i] = log1p(v[i] * spread(scale));
    }
    low = both(v[0], v[1]);
    high = both(v[2], v[3]);
  }
};

inline __mmask32 first_thirty_two(int64_t n) { return n >= 32 ? ~__mmask32(0) : (__mmask32(1) << n) - 1; }

// The `count` <= kPiece counts of a row from entry `begin` on; false where a gene or escape is out of range. May write up to
// the next multiple of 32.
inline bool halves_of(const csr& x, const float* scale, int64_t row, int64_t begin, int count, const small_counts& known,
                      uint16_t* to) {
  const uint16_t* gene = x.gene16() + begin;
  const uint8_t* stored = x.counts() + begin;
  alignas(64) float large[kPiece];
  uint16_t place[kPiece];
  int many = 0;
  __m512i top = _mm512_setzero_si512();
  const __m256i most = _mm256_set1_epi8(63);
  for (int i = 0; i < count; i += 32) {
    const __mmask32 in = first_thirty_two(count - i);
    top = _mm512_max_epu16(top, _mm512_maskz_loadu_epi16(in, gene + i));
    const __m256i n = _mm256_maskz_loadu_epi8(in, stored + i);
    _mm512_storeu_si512(to + i, _mm512_permutex2var_epi16(known.low, _mm512_cvtepu8_epi16(n), known.high));
    for (uint32_t beyond = _mm256_cmpgt_epu8_mask(n, most); beyond; beyond &= beyond - 1) {
      place[many] = uint16_t(i + __builtin_ctz(beyond));
      large[many] = stored[place[many]];
      ++many;
    }
  }
  const __m512i genes = _mm512_set1_epi16(short(x.genes <= 0xffff ? x.genes : 0xffff));
  // of 65,536 genes every number is one
  if (x.genes <= 0xffff && _mm512_mask_cmpge_epu16_mask(count ? ~__mmask32(0) : 0, top, genes)) return false;
  for (int i = 0; i < many; ++i)
    if (large[i] == VC_ESCAPE) {
      const int64_t value = escaped(x, row, gene[place[i]]);
      if (value < 0) return false;
      large[i] = float(value);
    }
  for (int i = 0; i < many; i += kLanes) {
    const int64_t n = many - i < kLanes ? many - i : kLanes;
    vec v = part(large + i, n);
    if (scale) v = log1p(v * spread(scale[row]));
    alignas(32) uint16_t halves[kLanes];
    _mm256_store_si256(reinterpret_cast<__m256i*>(halves), (__m256i)_mm512_cvtneps_pbh(v));
    for (int j = 0; j < n; ++j) to[place[i + j]] = halves[j];
  }
  return true;
}

}  // namespace
}  // namespace VC_SET
}  // namespace vc
