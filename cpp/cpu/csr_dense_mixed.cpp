// CSR x dense in bfloat16 where some genes are in most cells: those as a dense tile, the others gathered. Needs AVX-512-BF16.
//
// Shapes   as csr_dense_bf16, whose roundings these are.
// Order    the gathered genes by rising gene in twos, then the head genes by rising gene in twos, all into one accumulator per
//          output. The head is chosen from the whole matrix, so any cut of the rows gives the same bytes.
// Idea     a gathered value costs 7 ns at 256 columns, a cell of a dense gene 2.5 ns present or not, and 1 ns to put it in
//          its place: from about kShare of the cells on a gene is cheaper dense. Genes are so uneven that at 40 % density
//          half of them hold nine tenths of the values. kRows cells at a time are spread into a tile of bf16, whose products
//          with the head's weights, laid out in pairs of genes, keep kTall x 64 sums in registers.
// Bytes    the head's weights from the second-level cache once per kTall cells.
// SPDX-License-Identifier: Apache-2.0
#if defined(__AVX512BF16__)
#include "bf16_rows.h"
#include "mixed.h"

namespace vc {
namespace VC_SET {
namespace {

constexpr int kTall = 6;  // cells of a tile of registers
constexpr int kVectors = 4;  // and vectors of columns

inline int64_t width_of(int64_t columns, int64_t c) { return columns - c < 16 ? (columns > c ? columns - c : 0) : 16; }

// rows[i] + tile, kTall cells x 64 columns from column c on; `cells` of them are stored.
inline void tile(const uint32_t* values, int64_t stride, const uint16_t* weights, int64_t twos, int64_t columns, int64_t c,
                 int64_t cells, float* out) {
  __m512 sum[kTall][kVectors];
#pragma GCC unroll 6
  for (int i = 0; i < kTall; ++i)
#pragma GCC unroll 4
    for (int j = 0; j < kVectors; ++j) {
      const int64_t n = i < cells ? width_of(columns, c + 16 * j) : 0;
      sum[i][j] = _mm512_maskz_loadu_ps(first_lanes(n), out + i * columns + c + 16 * j);
    }
  for (int64_t k = 0; k < twos; ++k) {
    const __m512i* w = reinterpret_cast<const __m512i*>(weights + k * 128);
    const __m512bh w0 = (__m512bh)_mm512_loadu_si512(w), w1 = (__m512bh)_mm512_loadu_si512(w + 1);
    const __m512bh w2 = (__m512bh)_mm512_loadu_si512(w + 2), w3 = (__m512bh)_mm512_loadu_si512(w + 3);
#pragma GCC unroll 6
    for (int i = 0; i < kTall; ++i) {
      const __m512bh v = (__m512bh)_mm512_set1_epi32(int(values[i * stride + k]));
      sum[i][0] = _mm512_dpbf16_ps(sum[i][0], w0, v);
      sum[i][1] = _mm512_dpbf16_ps(sum[i][1], w1, v);
      sum[i][2] = _mm512_dpbf16_ps(sum[i][2], w2, v);
      sum[i][3] = _mm512_dpbf16_ps(sum[i][3], w3, v);
    }
  }
#pragma GCC unroll 6
  for (int i = 0; i < kTall; ++i)
#pragma GCC unroll 4
    for (int j = 0; j < kVectors; ++j) {
      const int64_t n = i < cells ? width_of(columns, c + 16 * j) : 0;
      _mm512_mask_storeu_ps(out + i * columns + c + 16 * j, first_lanes(n), sum[i][j]);
    }
}

// Puts the head's values of a piece into a cell's row of the tile; the others, in order, into `tail`. Returns how many.
inline int spread_out(const piece& p, int count, const head& h, uint16_t* row, piece& tail) {
  alignas(64) uint16_t halves[kPiece];
  for (int i = 0; i < count; i += 16) {
    const int64_t n = count - i < 16 ? count - i : 16;
    _mm256_store_si256(reinterpret_cast<__m256i*>(halves + i), (__m256i)_mm512_cvtneps_pbh(part(p.value + i, n)));
  }
  uint16_t others[kPiece];
  const int32_t* place = h.place;
  const int32_t none = int32_t(h.genes);  // a column nobody reads, for a gene of the tail
  int left = 0;
  for (int i = 0; i < count; ++i) {
    const int32_t at = place[p.gene[i]];
    row[at] = halves[i];
    others[left] = uint16_t(i);
    left += at == none;
  }
  for (int i = 0; i < left; ++i) {
    tail.gene_room[i] = p.gene[others[i]];
    tail.value_room[i] = p.value[others[i]];
  }
  tail.gene = tail.gene_room;
  tail.value = tail.value_room;
  return left;
}

}  // namespace

int32_t csr_dense_mixed(const csr& x, const float* scale, int64_t first_row, int64_t end_row, int64_t columns,
                        const uint16_t* dense, const head& h, const float* bias, int32_t activation, uint16_t* room,
                        float* out) {
  piece p, tail;
  pairs pairs_of_tail;
  const int64_t stride = h.genes + 2;  // even; the column after the head takes what is not the head's
  for (int64_t first = first_row; first < end_row; first += kHeadRows) {
    const int64_t rows = end_row - first < kHeadRows ? end_row - first : kHeadRows;
    for (int64_t i = 0; i < kHeadRows * stride; ++i) room[i] = 0;
    for (int64_t i = 0; i < rows; ++i) {
      const int64_t r = first + i;
      if (!x.row_is_sound(r)) return VC_BAD_INDEX;
      const int64_t begin = x.row_start[r], end = x.row_start[r + 1];
      int64_t k = begin;
      do {
        const int values = least(kPiece, end - k);
        if (!decode(x, scale, r, k, values, p)) return VC_BAD_INDEX;
        const int left = spread_out(p, values, h, room + i * stride, tail);
        const int count = left ? pair_up(tail, left, columns, pairs_of_tail) : 0;
        if (count || k == begin) gather(pairs_of_tail, count, k == begin, columns, dense, out + r * columns);
        k += kPiece;
      } while (k < end);
    }
    for (int64_t c = 0; c < columns; c += 64)
      for (int64_t i = 0; i < rows; i += kTall)
        tile(reinterpret_cast<const uint32_t*>(room + i * stride), stride / 2, h.weights + c * h.genes, h.genes / 2, columns, c,
             rows - i < kTall ? rows - i : kTall, out + (first + i) * columns);
    for (int64_t i = 0; i < rows; ++i) finish(out + (first + i) * columns, columns, bias, activation);
  }
  return VC_OK;
}

// The weights of two head genes, columns side by side, in strips of 64 columns.
void pack_head(const uint16_t* dense, int64_t columns, const head& h, int64_t two) {
  const int32_t a = h.list[2 * two], b = h.list[2 * two + 1];  // b may be -1: none
  for (int64_t c = 0; c < (columns + 63) / 64 * 64; ++c) {
    uint16_t* to = h.weights + c / 64 * 64 * h.genes + two * 128 + c % 64 * 2;
    to[0] = c < columns ? dense[a * columns + c] : uint16_t(0);
    to[1] = c < columns && b >= 0 ? dense[b * columns + c] : uint16_t(0);
  }
}

}  // namespace VC_SET
}  // namespace vc
#endif
