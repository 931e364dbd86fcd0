// A stretch of one row's values, decoded: genes as int32, values as fp32, the stored ones and the ones to use (which are
// the logarithms if there is a scale). The kernels see rows only through this, so each is written once for both packings
// and for stored and normalised values.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "kernels.h"
#include "log1p.h"

namespace vc {
namespace VC_SET {
namespace {

constexpr int kPiece = 512;  // values of a piece; a multiple of every vector and of the eight sums of row_scale

struct piece {
  const int32_t* gene;
  const float* stored;
  const float* value;
  alignas(64) int32_t gene_room[kPiece];
  alignas(64) float stored_room[kPiece];
  alignas(64) float value_room[kPiece];
};

// The first entry of [begin, end) whose gene is at least `gene`.
inline int64_t find_gene(const csr& x, int64_t begin, int64_t end, int64_t gene) {
  while (begin < end) {
    const int64_t middle = begin + (end - begin) / 2;
    if (x.gene_at(middle) < gene) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return begin;
}

// The count of an escaped gene; -1 where the row has no such escape.
inline int64_t escaped(const csr& x, int64_t row, int32_t gene) {
  int64_t begin = x.escape_start[row], end = x.escape_start[row + 1];
  if (begin < 0 || begin > end || end > x.escapes) return -1;
  while (begin < end) {
    const int64_t middle = begin + (end - begin) / 2;
    if (x.escape_gene[middle] == gene) return x.escape_value[middle];
    if (x.escape_gene[middle] < gene) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return -1;
}

// Decodes the genes of `count` <= kPiece entries from entry `begin` on; false where one is out of range.
inline bool genes_of(const csr& x, int64_t begin, int count, piece& p) {
  uint32_t outside = 0;
  const uint32_t genes = uint32_t(x.genes);  // a gene is an int32, so there are at most 2^31
  if (x.compact) {
    const uint16_t* gene = x.gene16() + begin;
    for (int i = 0; i < count; ++i) p.gene_room[i] = gene[i];
    p.gene = p.gene_room;
  } else {
    p.gene = x.gene32() + begin;
  }
  for (int i = 0; i < count; ++i) outside |= uint32_t(uint32_t(p.gene[i]) >= genes);
  return !outside;
}

// to[i] = log1p(from[i] * s). Nearly all counts are small, so a row's logarithms of 0 .. kLanes - 1 are computed once and
// looked up; the result is the same to the bit.
inline void take_logarithms(const float* from, int count, float s, float* to) {
  const vec factor = spread(s);
  int i = 0;
#if defined(__AVX512F__)
  const vec known = log1p(_mm512_setr_ps(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) * factor);
  for (; i + kLanes <= count; i += kLanes) {
    const vec v = load(from + i);
    const __m512i n = _mm512_maskz_cvttps_epi32(0xffff, v);
    const bool small = _mm512_cmplt_epu32_mask(n, _mm512_set1_epi32(kLanes)) == 0xffff &&
                       _mm512_cmp_ps_mask(_mm512_maskz_cvtepi32_ps(0xffff, n), v, _CMP_EQ_OQ) == 0xffff;
    store(to + i, small ? _mm512_maskz_permutexvar_ps(0xffff, n, known) : log1p(v * factor));
  }
#elif defined(__AVX2__)
  const vec known = log1p(_mm256_setr_ps(0, 1, 2, 3, 4, 5, 6, 7) * factor);
  for (; i + kLanes <= count; i += kLanes) {
    const vec v = load(from + i);
    const __m256i n = _mm256_cvttps_epi32(v);
    const __m256 whole = _mm256_cmp_ps(_mm256_cvtepi32_ps(n), v, _CMP_EQ_OQ);
    const __m256 below = _mm256_and_ps(_mm256_cmp_ps(v, spread(kLanes), _CMP_LT_OQ), _mm256_cmp_ps(v, zero(), _CMP_GE_OQ));
    const bool small = _mm256_movemask_ps(_mm256_and_ps(whole, below)) == 0xff;
    store(to + i, small ? _mm256_permutevar8x32_ps(known, n) : log1p(v * factor));
  }
#else
  for (; i + kLanes <= count; i += kLanes) store(to + i, log1p(load(from + i) * factor));
#endif
  if (i < count) store_part(to + i, log1p(part(from + i, count - i) * factor), count - i);
}

// Decodes `count` <= kPiece entries of a row from entry `begin` on; false where a gene or escape is out of range.
inline bool decode(const csr& x, const float* scale, int64_t row, int64_t begin, int count, piece& p) {
  if (!genes_of(x, begin, count, p)) return false;
  if (x.compact) {
    const uint8_t* stored = x.counts() + begin;
    uint8_t any = 0;
    for (int i = 0; i < count; ++i) any |= uint8_t(stored[i] == VC_ESCAPE);
    for (int i = 0; i < count; ++i) p.stored_room[i] = float(stored[i]);
    for (int i = 0; any && i < count; ++i)
      if (stored[i] == VC_ESCAPE) {
        const int64_t value = escaped(x, row, p.gene[i]);
        if (value < 0) return false;
        p.stored_room[i] = float(value);
      }
    p.stored = p.stored_room;
  } else {
    p.stored = x.values() + begin;
  }
  p.value = p.stored;
  if (scale) {
    take_logarithms(p.stored, count, scale[row], p.value_room);
    p.value = p.value_room;
  }
  return true;
}

inline int least(int64_t a, int64_t b) { return int(a < b ? a : b); }

}  // namespace
}  // namespace VC_SET
}  // namespace vc
