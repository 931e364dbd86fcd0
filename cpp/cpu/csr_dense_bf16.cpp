// CSR x dense with both operands in bfloat16 and sums in single precision; needs AVX-512-BF16.
//
// Shapes   x cells x genes, dense bf16[genes x columns] as it comes (row-major), out float[cells x columns].
// Order    values of the row by rising gene, two at a time: acc + v0 w0 + v1 w1 in one vdpbf16ps; a last odd value is paired
//          with a zero. No output is split, so any cut of the rows gives the same bytes.
// Rounding values and weights to bf16, nearest even: 2^-8 of each term at most.
// Idea     vdpbf16ps wants the two weights of a column side by side. The genes of a pair are known here only, so the rows of
//          weights are interleaved on the way (two unpacks a pair of vectors); the accumulators then hold columns in the order
//          of the unpacks, which is put right where they are stored.
// Bytes    2 x columns per value, half of the fp32 kernel, whose limit is the second-level cache.
// Tried    weights widened to fp32 (shift, and) with fp32 multiply-adds: a tenth slower.
// SPDX-License-Identifier: Apache-2.0
#if defined(__AVX512BF16__)
#include "activation.h"
#include "piece.h"

namespace vc {
namespace VC_SET {
namespace {

constexpr int kPairs = kPiece / 2;

// A stretch of a row: gene numbers, and values rounded and packed in twos.
struct pairs {
  int64_t at[kPiece];  // where each gene's weights begin
  alignas(64) uint32_t value[kPairs];
};

inline __m512i both(const __m512 low, const __m512 high) { return (__m512i)_mm512_cvtne2ps_pbh(high, low); }

// Pads an odd count with a zero times the last gene.
inline int pair_up(const piece& p, int count, int64_t columns, pairs& to) {
  for (int k = 0; k < count; ++k) to.at[k] = p.gene[k] * columns;
  if (count % 2) to.at[count] = to.at[count - 1];
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
  for (int j = 0; j < N; ++j) {
    const thirty_two sum = first ? thirty_two{zero(), zero()} : interleaved(load(out + 32 * j), load(out + 32 * j + 16));
    low[j] = sum.low;
    high[j] = sum.high;
  }
  for (int k = 0; k < count; ++k) {
    const uint16_t *even = dense + p.at[2 * k], *odd = dense + p.at[2 * k + 1];
    const __m512bh value = (__m512bh)_mm512_set1_epi32(int(p.value[k]));
    for (int j = 0; j < N; ++j) {
      const __m512i a = _mm512_loadu_si512(even + 32 * j), b = _mm512_loadu_si512(odd + 32 * j);
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

}  // namespace

int32_t csr_dense_bf16(const csr& x, const float* scale, int64_t first_row, int64_t end_row, int64_t columns,
                       const uint16_t* dense, const float* bias, int32_t activation, float* out) {
  piece p;
  pairs pairs_of_p;
  for (int64_t r = first_row; r < end_row; ++r) {
    if (!x.row_is_sound(r)) return VC_BAD_INDEX;
    const int64_t begin = x.row_start[r], end = x.row_start[r + 1];
    int64_t k = begin;
    do {
      const int values = least(kPiece, end - k);
      if (!decode(x, scale, r, k, values, p)) return VC_BAD_INDEX;
      const int count = pair_up(p, values, columns, pairs_of_p);
      const bool first = k == begin;
      float* row = out + r * columns;
      int64_t c = 0;
      for (; c + 256 <= columns; c += 256) strip<8>(pairs_of_p, count, first, dense + c, row + c);
      if (c + 128 <= columns) { strip<4>(pairs_of_p, count, first, dense + c, row + c); c += 128; }
      if (c + 64 <= columns) { strip<2>(pairs_of_p, count, first, dense + c, row + c); c += 64; }
      if (c + 32 <= columns) { strip<1>(pairs_of_p, count, first, dense + c, row + c); c += 32; }
      if (c < columns) rest(pairs_of_p, count, first, columns - c, dense + c, row + c);
      k += kPiece;
    } while (k < end);
    finish(out + r * columns, columns, bias, activation);
  }
  return VC_OK;
}

void round_to_bf16(const float* from, int64_t count, uint16_t* to) {
  int64_t i = 0;
  for (; i + 32 <= count; i += 32) _mm512_storeu_si512(to + i, both(load(from + i), load(from + i + 16)));
  for (; i < count; i += 16) {
    const int64_t n = count - i < 16 ? count - i : 16;
    _mm256_mask_storeu_epi16(to + i, first_lanes(n), (__m256i)_mm512_cvtneps_pbh(part(from + i, n)));
  }
}

}  // namespace VC_SET
}  // namespace vc
#endif
