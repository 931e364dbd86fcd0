// CSR x dense in bfloat16 where some genes are in most cells: those as a dense tile, the others gathered. Needs AVX-512-BF16.
//
// Shapes   as csr_dense_bf16, whose roundings these are.
// Order    the gathered genes by rising gene in twos, one chain per output; the head's by rising gene in twos, at most 1536
//          genes to a chain, are then added by dense_multiply. The head is chosen from the whole matrix, so any cut of the
//          rows gives the same bytes.
// Idea     a gathered value costs 6 to 8 ns at 256 columns, a cell of a dense gene 2.3 ns present or not: from kRoundedShare of
//          the cells on (entry_mixed.cpp) a gene is cheaper dense. Genes are so uneven that at 40 % density half of them hold
//          five sixths of the values, so making all of them dense costs more (93 ms of a dense product alone against 74 at
//          20,000 x 2,000). kHeadRows cells at a time are spread into a tile of bf16, which the dense kernel multiplies with
//          the head's weights.
// Spread   where a matrix is full enough, each gene has a place in a line of the first-level cache, the head's first: a value
//          costs one store without a question (0.6 ns), then vectors copy the head to the tile and list what the tail has.
//          Else every value is asked whether it is of the head (1.3 ns), which is less than looking through empty places.
// Values   of a compact matrix are looked up: 64 counts of a cell have their bf16 in two registers, the few others are
//          computed together.
// SPDX-License-Identifier: Apache-2.0
#if defined(__AVX512BF16__)
#include "bf16_rows.h"
#include "mixed.h"

namespace vc {
namespace VC_SET {
namespace {

// Puts the head's values of a piece into a cell's row of the tile; lists where the others stand. Returns how many.
template <class Gene>
inline int spread_out(const Gene* gene, const uint16_t* value, int count, const head& h, uint16_t* row, uint16_t* others) {
  const uint16_t* place = h.place;
  const uint16_t none = uint16_t(h.genes);  // a column nobody reads, for a gene of the tail
  int left = 0;
  for (int i = 0; i < count; ++i) {
    const uint16_t at = place[gene[i]];
    others[left] = uint16_t(i);
    row[at] = value[i];
    left += at == none;
  }
  return left;
}

template <class Gene>
inline int pair_up(uint16_t* others, int count, const Gene* gene, const uint16_t* value, int64_t columns, pairs& to) {
  if (count == 0) return 0;
  if (count % 2) others[count] = others[count - 1];
  for (int k = 0; k < count; ++k) to.at[k] = int64_t(gene[others[k]]) * columns;
  for (int k = 0; 2 * k < count; ++k) to.value[k] = value[others[2 * k]] | uint32_t(value[others[2 * k + 1]]) << 16;
  for (int k = count; k < count + 2 * kAhead; ++k) to.at[k] = to.at[count - 1];
  if (count % 2) to.value[count / 2] &= 0xffffu;
  return (count + 1) / 2;
}

// The values of a row, one piece after the other, as bf16 beside their genes; false where one is out of range.
template <class Use>
VC_INLINE bool each_piece(const csr& x, const float* scale, int64_t r, piece& p, uint16_t* value, Use use) {
  const int64_t end = x.row_start[r + 1];
  const small_counts known(scale ? scale[r] : 0, scale && x.compact);
  for (int64_t k = x.row_start[r]; k < end; k += kPiece) {
    const int values = least(kPiece, end - k);
    if (x.compact) {
      if (!halves_of(x, scale, r, k, values, known, value)) return false;
      use(x.gene16() + k, values);
    } else {
      if (!decode(x, scale, r, k, values, p)) return false;
      round_to_bf16(p.value, values, value);
      use(p.gene, values);
    }
  }
  return true;
}

// All genes of a cell side by side in the order of their places, the head first.
struct line_of_cell {
  alignas(64) uint16_t at[kMostHead + 64];
  alignas(64) uint32_t other[kMostHead + 16];  // gene and value of the tail's, which are at most kMostHead
};

// Lists the values of the tail that are not zero, by rising gene. Returns how many.
inline int others_of(line_of_cell& line, const head& h) {
  int left = 0;
  for (int64_t i = 0; i < h.others; i += kLanes) {
    const __mmask16 in = h.others - i < kLanes ? first_lanes(h.others - i) : __mmask16(0xffff);
    const __m512i value =
        _mm512_maskz_cvtepu16_epi32(in, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(line.at + h.genes + i)));
    const __mmask16 there = _mm512_test_epi32_mask(value, value);
    const __m512i gene = _mm512_maskz_slli_epi32(there, _mm512_maskz_loadu_epi32(there, h.list + h.genes + i), 16);
    _mm512_storeu_si512(line.other + left, _mm512_maskz_compress_epi32(there, _mm512_or_si512(gene, value)));
    left += __builtin_popcount(there);
  }
  return left;
}

// `count` <= kPiece of them, from `other` on, in twos.
inline int pair_up(const uint32_t* other, int count, int64_t columns, pairs& to) {
  if (count == 0) return 0;
  const __m512i row = _mm512_set1_epi64(columns);
  for (int k = 0; k < count; k += 8) {
    const __mmask8 in = count - k < 8 ? __mmask8((1u << (count - k)) - 1) : __mmask8(0xff);
    const __m256i both = _mm256_maskz_loadu_epi32(in, other + k);
    _mm512_storeu_si512(to.at + k, _mm512_maskz_mul_epu32(0xff, _mm512_maskz_cvtepu32_epi64(0xff, _mm256_srli_epi32(both, 16)), row));
    _mm_store_si128(reinterpret_cast<__m128i*>(to.value + k / 2), _mm256_maskz_cvtepi32_epi16(0xff, both));
  }
  for (int k = count; k < count + 2 * kAhead; ++k) to.at[k] = to.at[count - 1];
  return (count + 1) / 2;
}

// The head of a cell's line to its row of the tile; the line is zero afterwards.
inline void take_head(line_of_cell& line, const head& h, uint16_t* row) {
  for (int64_t i = 0; i < h.genes; i += 32) _mm512_storeu_si512(row + i, _mm512_load_si512(line.at + i));
  for (int64_t i = 0; i < h.genes + h.others; i += 32) _mm512_store_si512(line.at + i, _mm512_setzero_si512());
}

// Rows of a matrix whose genes all have a place.
int32_t spread_all(const csr& x, const float* scale, int64_t first_row, int64_t end_row, int64_t columns,
                   const uint16_t* dense, const head& h, int64_t stride, uint16_t* tile, float* out) {
  piece p;
  pairs pairs_of_tail;
  line_of_cell line;
  alignas(64) uint16_t value[kPiece];
  __builtin_memset(line.at, 0, sizeof line.at);
  const uint16_t* place = h.place;
  for (int64_t r = first_row; r < end_row; ++r) {
    if (!x.row_is_sound(r)) return VC_BAD_INDEX;
    const bool sound = each_piece(x, scale, r, p, value, [&](const auto* gene, int values) {
      int i = 0;
      for (; i + 4 <= values; i += 4) {
        uint64_t four;
        __builtin_memcpy(&four, value + i, sizeof four);
        line.at[place[gene[i]]] = uint16_t(four);
        line.at[place[gene[i + 1]]] = uint16_t(four >> 16);
        line.at[place[gene[i + 2]]] = uint16_t(four >> 32);
        line.at[place[gene[i + 3]]] = uint16_t(four >> 48);
      }
      for (; i < values; ++i) line.at[place[gene[i]]] = value[i];
    });
    if (!sound) return VC_BAD_INDEX;
    const int left = others_of(line, h);
    take_head(line, h, tile + (r - first_row) * stride);
    int k = 0;
    do {
      const int count = pair_up(line.other + k, least(kPiece, left - k), columns, pairs_of_tail);
      gather(pairs_of_tail, count, k == 0, columns, dense, out + r * columns);
      k += kPiece;
    } while (k < left);
  }
  return VC_OK;
}

}  // namespace

int32_t csr_dense_mixed(const csr& x, const float* scale, int64_t first_row, int64_t end_row, int64_t columns,
                        const uint16_t* dense, const head& h, int64_t stride, uint16_t* tile, float* out) {
  if (h.others) return spread_all(x, scale, first_row, end_row, columns, dense, h, stride, tile, out);
  piece p;
  uint16_t others[kPiece + 1];
  pairs pairs_of_tail;
  alignas(64) uint16_t value[kPiece];
  __builtin_memset(tile, 0, uint64_t((end_row - first_row) * stride) * sizeof *tile);
  for (int64_t r = first_row; r < end_row; ++r) {
    if (!x.row_is_sound(r)) return VC_BAD_INDEX;
    uint16_t* row = tile + (r - first_row) * stride;
    bool first = true;
    const bool sound = each_piece(x, scale, r, p, value, [&](const auto* gene, int values) {
      const int count =
          pair_up(others, spread_out(gene, value, values, h, row, others), gene, value, columns, pairs_of_tail);
      if (count || first) gather(pairs_of_tail, count, first, columns, dense, out + r * columns);
      first = false;
    });
    if (!sound) return VC_BAD_INDEX;
    if (first) gather(pairs_of_tail, 0, true, columns, dense, out + r * columns);
  }
  return VC_OK;
}

// The weights of two head genes, columns side by side, as dense_pack lays them.
void pack_head(const uint16_t* dense, int64_t columns, const head& h, int64_t two) {
  constexpr int64_t kPanel = 2 * kLanes;
  const int32_t a = h.list[2 * two], b = h.list[2 * two + 1];  // b may be -1: none
  for (int64_t c = 0; c < (columns + kPanel - 1) / kPanel * kPanel; ++c) {
    uint16_t* to = h.weights + c / kPanel * kPanel * h.genes + (two * kPanel + c % kPanel) * 2;
    to[0] = c < columns ? dense[a * columns + c] : uint16_t(0);
    to[1] = c < columns && b >= 0 ? dense[b * columns + c] : uint16_t(0);
  }
}

}  // namespace VC_SET
}  // namespace vc
#endif
