// CSR x dense: out[r, c] = activation(bias[c] + sum over the values of row r of value * dense[gene, c]).
//
// Shapes   x cells x genes, dense [genes x columns] fp32 or bf16 (widened: exact), out float[cells x columns].
// Order    one accumulator per output, values of the row in order of genes. No output is split, so any cut of the rows
//          gives the same bytes; the sets with fused multiply-add give the same bytes as each other.
// Idea     a strip of up to kWide vectors of one row's outputs stays in registers while a piece of the row is walked; each
//          value costs one broadcast and one load and multiply-add per vector.
// Bytes    4 x columns per value, from cache (popular genes stay there), and the packed matrix once.
// Fetched  the weights of kAhead values beforehand: a tenth less time where they exceed the second-level cache.
// Head     csr_dense_tail leaves frequent genes to the dense tile: their values go into `tile`, those of the others are summed.
// Tried    strips outside of a block of rows, so that one strip of `dense` stays in cache: no gain at 2,000 or 20,000 genes,
//          since a quarter of the genes holds four fifths of the values. Strips of 4 and 8 vectors: slower than 16.
// SPDX-License-Identifier: Apache-2.0
#include "activation.h"
#include "mixed.h"
#include "piece.h"

namespace vc {
namespace VC_SET {
namespace {

#if defined(__AVX512F__)
constexpr int kWide = 16;  // of 32 registers: 256 columns
#else
constexpr int kWide = 8;   // of 16 registers
#endif

constexpr int kAhead = 4;  // values whose weights are fetched beforehand: they lie in the second-level cache or beyond

// One piece of a row, a strip of N full vectors, starting from what `out` holds unless it is the row's first piece.
template <int N, class Weight>
inline void strip(const piece& p, int count, bool first, int64_t columns, const Weight* dense, float* out) {
  vec sum[N];
  for (int i = 0; i < N; ++i) sum[i] = first ? zero() : load(out + i * kLanes);
  for (int k = 0; k < count; ++k) {
    const Weight* row = dense + p.gene[k] * columns;
    const vec value = spread(p.value[k]);
    const Weight* later = dense + p.gene[k + kAhead < count ? k + kAhead : count - 1] * columns;
#pragma GCC unroll 16
    for (int i = 0; i < N; ++i) {
      if (N >= 8 && i * kLanes * sizeof(Weight) % 64 == 0) __builtin_prefetch(later + i * kLanes);
      sum[i] = fma(value, load(row + i * kLanes), sum[i]);
    }
  }
  for (int i = 0; i < N; ++i) store(out + i * kLanes, sum[i]);
}

// The same for the last `width` columns, fewer than a vector.
template <class Weight>
inline void rest(const piece& p, int count, bool first, int64_t columns, int64_t width, const Weight* dense, float* out) {
  vec sum = first ? zero() : part(out, width);
  for (int k = 0; k < count; ++k) sum = fma(spread(p.value[k]), part(dense + p.gene[k] * columns, width), sum);
  store_part(out, sum, width);
}

template <class Weight>
inline void row_of(const piece& p, int count, bool first, int64_t columns, const Weight* dense, float* out) {
  int64_t c = 0;
  for (; c + kWide * kLanes <= columns; c += kWide * kLanes) strip<kWide>(p, count, first, columns, dense + c, out + c);
#if defined(__AVX512F__)
  if (c + 8 * kLanes <= columns) { strip<8>(p, count, first, columns, dense + c, out + c); c += 8 * kLanes; }
#endif
  if (c + 4 * kLanes <= columns) { strip<4>(p, count, first, columns, dense + c, out + c); c += 4 * kLanes; }
  if (c + 2 * kLanes <= columns) { strip<2>(p, count, first, columns, dense + c, out + c); c += 2 * kLanes; }
  if (c + kLanes <= columns) { strip<1>(p, count, first, columns, dense + c, out + c); c += kLanes; }
  if (c < columns) rest(p, count, first, columns, columns - c, dense + c, out + c);
}

}  // namespace

namespace {

template <class Weight>
int32_t rows_of(const csr& x, const float* scale, int64_t first_row, int64_t end_row, int64_t columns, const Weight* dense,
                const float* bias, int32_t activation, float* out) {
  piece p;
  for (int64_t r = first_row; r < end_row; ++r) {
    if (!x.row_is_sound(r)) return VC_BAD_INDEX;
    const int64_t begin = x.row_start[r], end = x.row_start[r + 1];
    int64_t k = begin;
    do {
      const int count = least(kPiece, end - k);
      if (!decode(x, scale, r, k, count, p)) return VC_BAD_INDEX;
      row_of(p, count, k == begin, columns, dense, out + r * columns);
      k += kPiece;
    } while (k < end);
    finish(out + r * columns, columns, bias, activation);
  }
  return VC_OK;
}

// Puts the head's values of a piece into a cell's row of the tile, moves the others, in order, to `tail`; how many these are.
inline int spread_out(const piece& p, int count, const head& h, float* row, piece& tail) {
  const uint16_t none = uint16_t(h.genes);  // a column nobody reads, for a gene of the tail
  int left = 0;
  for (int i = 0; i < count; ++i) {
    const uint16_t at = h.place[p.gene[i]];
    row[at] = p.value[i];
    tail.gene_room[left] = p.gene[i];
    tail.value_room[left] = p.value[i];
    left += at == none;
  }
  tail.gene = tail.gene_room;
  tail.value = tail.value_room;
  return left;
}

template <class Weight>
int32_t tail_of(const csr& x, const float* scale, int64_t first_row, int64_t end_row, int64_t columns, const Weight* dense,
                const head& h, int64_t stride, float* tile, float* out) {
  piece p, tail;
  __builtin_memset(tile, 0, uint64_t((end_row - first_row) * stride) * sizeof(float));
  for (int64_t r = first_row; r < end_row; ++r) {
    if (!x.row_is_sound(r)) return VC_BAD_INDEX;
    const int64_t begin = x.row_start[r], end = x.row_start[r + 1];
    int64_t k = begin;
    do {
      const int count = least(kPiece, end - k);
      if (!decode(x, scale, r, k, count, p)) return VC_BAD_INDEX;
      const int left = spread_out(p, count, h, tile + (r - first_row) * stride, tail);
      if (left || k == begin) row_of(tail, left, k == begin, columns, dense, out + r * columns);
      k += kPiece;
    } while (k < end);
  }
  return VC_OK;
}

}  // namespace

int32_t csr_dense_tail(const csr& x, const float* scale, int64_t first_row, int64_t end_row, int64_t columns,
                       const void* dense, int32_t type, const head& h, int64_t stride, float* tile, float* out) {
  if (type == VC_BF16)
    return tail_of(x, scale, first_row, end_row, columns, static_cast<const uint16_t*>(dense), h, stride, tile, out);
  return tail_of(x, scale, first_row, end_row, columns, static_cast<const float*>(dense), h, stride, tile, out);
}

int32_t csr_dense(const csr& x, const float* scale, int64_t first_row, int64_t end_row, int64_t columns, const void* dense,
                  int32_t type, const float* bias, int32_t activation, float* out) {
  if (type == VC_BF16)
    return rows_of(x, scale, first_row, end_row, columns, static_cast<const uint16_t*>(dense), bias, activation, out);
  return rows_of(x, scale, first_row, end_row, columns, static_cast<const float*>(dense), bias, activation, out);
}

}  // namespace VC_SET
}  // namespace vc
