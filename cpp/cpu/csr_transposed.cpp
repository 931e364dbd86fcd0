// Transposed CSR x dense, the weight gradient: out[g, c] = sum over the cells r of x[r, g] * dense[r, c].
//
// Shapes   x cells x genes, dense float[cells x columns], out float[genes x columns].
// Order    (fp32) one accumulator per output, by rising cell: no atomics, no split of a sum, the same bytes for any cut of the
//          work and for every set with fused multiply-add.
// Idea     cells are taken in blocks, a span of blocks at a time. First each block is turned into columns by a counting sort,
//          and its rows of `dense` are laid out strip by strip (transposed_block: blocks are independent). Then each strip
//          of columns of a range of genes walks the blocks of the span, the sums of one gene in registers, the strip of a
//          block, 32 KB, in the first-level cache (transposed_sum: ranges and strips are independent). fp32: transposed_exact.h.
// Bytes    4 x columns per value from the first-level cache; out once per block; the packed matrix twice, dense once.
// Rounding with `half`, dense and the values are rounded to bf16, nearest even: two cells of a gene are multiplied and added
//          at once, by rising cell in twos within a block; half the bytes, and at most 2^-7.9 of each term.
// Head     with `half`, genes that many cells express are multiplied as a dense tile (transposed_head.h): a span at a time in
//          one chain, by rising cell in twos.
// Tried    ranges of genes that each sort their own part: fetching a row's few values of the range took half the time.
//          Blocks of 256 cells read where they lie: the second-level cache is the limit, 2.5 times slower.
// SPDX-License-Identifier: Apache-2.0
#include "piece.h"
#include "transposed.h"
#include "transposed_head.h"
#include "transposed_exact.h"

namespace vc {
namespace VC_SET {
namespace {

constexpr int64_t kStrip = 8 * kLanes;  // columns of a strip

// Columns of a strip as it is laid out and summed. With 512-bit registers fp32 may take strips in halves: four sums keep the unit
// busy, and twice the cells fit into the first-level cache, so that outputs are read and written half as often.
inline int64_t strip_columns(const transposed_view& v) { return v.narrow && kLanes == 16 ? kStrip / 2 : kStrip; }

// A row of a strip is laid out in whole vectors, as bf16 in whole pairs of them.
inline int64_t whole(int64_t columns, bool half) {
  const int64_t unit = half ? 2 * kLanes : kLanes;
  return (columns + unit - 1) / unit * unit;
}

// Where the strip from a column on begins in a block's rows: strips one after the other, each [rows x its width].
inline int64_t strip_at(int64_t rows, int64_t from) { return rows * from; }

inline void lay_out(const float* row, int64_t width, float* to) {
  for (int64_t c = 0; c < width; c += kLanes) store(to + c, up_to(row + c, width - c));
}

#if defined(__AVX512BF16__)
// 32 columns a time, fours of the first 16 between fours of the others: so the pairs that unpacking two cells' rows gives
// are those of 16 columns side by side.
inline void lay_out(const float* row, int64_t width, uint16_t* to) {
  const __m512i fours = _mm512_setr_epi64(0, 4, 1, 5, 2, 6, 3, 7);
  for (int64_t c = 0; c < width; c += 2 * kLanes) {
    const __m512bh both = _mm512_cvtne2ps_pbh(up_to(row + c + kLanes, width - c - kLanes), up_to(row + c, width - c));
    _mm512_storeu_si512(to + c, _mm512_maskz_permutexvar_epi64(0xff, fours, (__m512i)both));
  }
}
#endif

template <class Element>
inline void lay_out_row(const float* row, int64_t columns, int64_t strip, int64_t rows, int64_t r, Element* to) {
  for (int64_t first = 0; first < columns; first += strip) {
    const int64_t width = columns - first < strip ? columns - first : strip;
    lay_out(row + first, width, to + strip_at(rows, first) + r * whole(width, sizeof(Element) == 2));
  }
}

#if defined(__AVX512BF16__)
// sum[i] += value * vector i of a row, for all entries of a gene, two cells a time; a last one alone meets itself times zero.
template <int N>
VC_INLINE void add(const transposed_view& v, int64_t begin, int64_t end, const uint16_t* dense, vec* sum) {
  constexpr int kGroups = (N + 1) / 2;
  for (int64_t k = begin; k < end; k += 2) {
    const uint32_t first = v.entries[k], second = k + 1 < end ? v.entries[k + 1] : first & 0xffffu;
    const __m512bh value = (__m512bh)_mm512_set1_epi32(int(first >> 16 | (second & 0xffff0000u)));
    const uint16_t* one = dense + (first & 0xffffu) * (kGroups * 32);
    const uint16_t* two = dense + (second & 0xffffu) * (kGroups * 32);
#pragma GCC unroll 4
    for (int i = 0; i < kGroups; ++i) {
      __m512i a = _mm512_loadu_si512(one + 32 * i), b = _mm512_loadu_si512(two + 32 * i);
      asm("" : "+v"(a), "+v"(b));  // else the compiler loads each twice, once for either unpack
      sum[2 * i] = _mm512_dpbf16_ps(sum[2 * i], (__m512bh)_mm512_unpacklo_epi16(a, b), value);
      if (2 * i + 1 < N) sum[2 * i + 1] = _mm512_dpbf16_ps(sum[2 * i + 1], (__m512bh)_mm512_unpackhi_epi16(a, b), value);
    }
  }
}

template <int N>
inline void sum_genes(const transposed_view& v, int64_t b, bool first, int64_t first_gene, int64_t end_gene,
                      const uint16_t* dense, const uint16_t*, int64_t, int64_t columns, int64_t width, float* out) {
  const int32_t* start = v.start + b * (v.genes + 1);
  const int64_t entry = v.entry[b];
  const int64_t last = width - (N - 1) * kLanes;  // columns of the last vector
  for (int64_t g = first_gene; g < end_gene; ++g) {
    const int32_t begin = start[g], end = start[g + 1];
    if (begin == end && (!first || (v.head && v.base[g] != v.none))) continue;
    float* to = out + g * columns;
    vec sum[N];
    for (int i = 0; i < N - 1; ++i) sum[i] = first ? zero() : load(to + i * kLanes);
    sum[N - 1] = first ? zero() : up_to(to + (N - 1) * kLanes, last);
    add<N>(v, entry + begin, entry + end, dense, sum);
    for (int i = 0; i < N - 1; ++i) store(to + i * kLanes, sum[i]);
    store_part(to + (N - 1) * kLanes, sum[N - 1], last);
  }
}
#endif

// Columns [from, from + width) of a range of genes: all blocks of the span.
template <class Element>
void sum_blocks(const transposed_view& v, bool first, int64_t first_gene, int64_t end_gene, int64_t from, int64_t width,
                int64_t columns, float* out) {
  constexpr bool kHalf = sizeof(Element) == 2;
  const int64_t row = whole(width, kHalf);
  for (int64_t b = 0; b < v.blocks; ++b) {
    const int64_t begin = v.bound[b] - v.bound[0], end = v.bound[b + 1] - v.bound[0];
    const Element* dense = static_cast<const Element*>(v.dense) + begin * whole(columns, kHalf) + strip_at(end - begin, from);
    const int64_t next_rows = b + 1 < v.blocks ? v.bound[b + 2] - v.bound[b + 1] : 0;
    const Element* next = static_cast<const Element*>(v.dense) + end * whole(columns, kHalf) + strip_at(next_rows, from);
    const int64_t next_lines = next_rows * row * int64_t(sizeof(Element)) / 64;
    const bool new_sums = first && b == 0;
    switch ((width + kLanes - 1) / kLanes) {
#define VC_STRIP(n) \
  case n: sum_genes<n>(v, b, new_sums, first_gene, end_gene, dense, next, next_lines, columns, width, out + from); break;
      VC_STRIP(1)
      VC_STRIP(2)
      VC_STRIP(3)
      VC_STRIP(4)
      VC_STRIP(5)
      VC_STRIP(6)
      VC_STRIP(7)
      VC_STRIP(8)
#undef VC_STRIP
    }
  }
}

#if defined(__AVX512BF16__)
// transposed_block with bf16: the values are decoded once, the head's put into the tile, the others kept until they are counted.
int32_t halve_block(const csr& x, const float* scale, int64_t columns, const float* dense, const transposed_view& v, int64_t b) {
  const int64_t first = v.bound[b], end = v.bound[b + 1], before = first - v.bound[0];
  int32_t* start = v.start + b * (x.genes + 1);
  uint32_t* other_gene = v.other_gene + v.entry[b];
  uint16_t* other_value = v.other_value + v.entry[b];
  uint16_t* laid_out = static_cast<uint16_t*>(v.dense) + before * whole(columns, true);
  piece p;
  alignas(64) uint16_t value[kPiece];
  uint16_t others[kPiece];
  int32_t row_end[kMostTransposedRows];
  for (int64_t g = 0; g <= x.genes; ++g) start[g] = 0;
  if (v.head) clear_tile(v, before / 2, (before + end - first + 1) / 2);
  int32_t kept = 0;
  for (int64_t r = first; r < end; ++r) {
    if (!x.row_is_sound(r)) return VC_BAD_INDEX;
    const small_counts known(scale ? scale[r] : 0, scale && x.compact);
    const int64_t place = before + r - first;
    char* cell = v.tile + place / 2 * kPair + place % 2 * 2;
    for (int64_t k = x.row_start[r]; k < x.row_start[r + 1]; k += kPiece) {
      const int count = least(kPiece, x.row_start[r + 1] - k);
      if (x.compact) {
        if (!halves_of(x, scale, r, k, count, known, value)) return VC_BAD_INDEX;
      } else {
        if (!decode(x, scale, r, k, count, p)) return VC_BAD_INDEX;
        round_to_bf16(p.value, count, value);
      }
      int left = count;
      if (v.head) {
        left = x.compact ? spread_out(v, x.gene16() + k, value, count, cell, others)
                         : spread_out(v, p.gene, value, count, cell, others);
      }
      for (int i = 0; i < left; ++i) {
        const int at = v.head ? others[i] : i;
        const uint32_t gene = x.compact ? x.gene16()[k + at] : uint32_t(p.gene[at]);
        other_gene[kept] = gene;
        other_value[kept] = value[at];
        ++start[gene + 1];
        ++kept;
      }
    }
    row_end[r - first] = kept;
    lay_out_row(dense + r * columns, columns, strip_columns(v), end - first, r - first, laid_out);
    if (v.head && (place % 2 || r + 1 == end)) {
      const float* row = dense + r * columns;
      if (place % 2) {
        pack_pair(v, row - columns, row, columns, place / 2);
      } else {
        pack_pair(v, row, nullptr, columns, place / 2);
      }
    }
  }
  for (int64_t g = 0; g < x.genes; ++g) start[g + 1] += start[g];
  uint32_t* entries = v.entries + v.entry[b];
  for (int32_t r = 0, k = 0; r < end - first; ++r)
    for (; k < row_end[r]; ++k) entries[start[other_gene[k]]++] = uint32_t(other_value[k]) << 16 | uint32_t(r);
  for (int64_t g = x.genes; g > 0; --g) start[g] = start[g - 1];
  start[0] = 0;
  return VC_OK;
}
#endif

}  // namespace

int64_t transposed_strip() { return kStrip; }

int32_t transposed_block(const csr& x, const float* scale, int64_t columns, const float* dense, const transposed_view& v,
                         int64_t b) {
#if defined(__AVX512BF16__)
  if (v.half) return halve_block(x, scale, columns, dense, v, b);
#endif
  if (!sort_block(x, scale, v, b)) return VC_BAD_INDEX;
  const int64_t first = v.bound[b], end = v.bound[b + 1];
  float* laid_out = static_cast<float*>(v.dense) + (first - v.bound[0]) * whole(columns, false);
  for (int64_t r = first; r < end; ++r) lay_out_row(dense + r * columns, columns, strip_columns(v), end - first, r - first, laid_out);
  return VC_OK;
}

void transposed_sum(const transposed_view& v, bool first, int64_t first_gene, int64_t end_gene, int64_t strip, int64_t columns,
                    float* out) {
  if (first_gene == end_gene) return;
  const int64_t from = strip * kStrip, end = columns - from < kStrip ? columns : from + kStrip;
  if (v.blocks == 0 && first) {  // no cells
    for (int64_t g = first_gene; g < end_gene; ++g)
      for (int64_t c = from; c < end; ++c) out[g * columns + c] = 0;
  }
#if defined(__AVX512BF16__)
  if (v.half) {
    sum_blocks<uint16_t>(v, first, first_gene, end_gene, from, end - from, columns, out);
    if (v.head && v.blocks) sum_head(v, first, first_gene, end_gene, from, end - from, columns, out);
    return;
  }
#endif
  const int64_t step = strip_columns(v);
  for (int64_t c = from; c < end; c += step)
    sum_blocks<float>(v, first, first_gene, end_gene, c, end - c < step ? end - c : step, columns, out);
}

}  // namespace VC_SET
}  // namespace vc
