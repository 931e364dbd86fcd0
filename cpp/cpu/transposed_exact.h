// The weight gradient in fp32: how a block of cells is sorted by gene, and how a strip of its columns is summed.
//
// Near     the strip of the next block is fetched while this one is summed: else each range of genes waits for it again, which
//          took a fifth of the time at 10 % of 2,000 genes.
// Tried    blocks of 512 cells in layers of 64, genes with few values summed through all layers: a tenth slower. Genes in order of
//          their number of values, so that loops end as foreseen: the outputs then lie scattered, a third slower. Genes of more
//          than two fifths of the cells as a dense tile, like bf16: 6 ns a value, no less than here. Cell and value side by side
//          in 8 bytes: no difference.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "piece.h"
#include "transposed.h"

namespace vc {
namespace VC_SET {
namespace {

constexpr int kFetched = 48;       // values whose places are fetched beforehand
constexpr int64_t kMostLines = 8;  // of the next block, fetched with a gene

inline vec up_to(const float* p, int64_t n) { return n >= kLanes ? load(p) : n > 0 ? part(p, n) : zero(); }

template <class Gene>
inline bool count_row(const Gene* gene, int64_t length, uint32_t genes, int32_t* start) {
  uint32_t outside = 0;
  for (int64_t i = 0; i < length; ++i) outside |= uint32_t(uint32_t(gene[i]) >= genes);
  if (outside) return false;
  for (int64_t i = 0; i < length; ++i) ++start[gene[i]];
  return true;
}

// The first entry of each gene in a block, and in start[genes] how many there are; false where a row cannot be followed.
inline bool count_genes(const csr& x, int64_t first, int64_t end, int32_t* start) {
  for (int64_t g = 0; g <= x.genes; ++g) start[g] = 0;
  for (int64_t r = first; r < end; ++r) {
    if (!x.row_is_sound(r)) return false;
    const int64_t k = x.row_start[r], length = x.row_start[r + 1] - k;
    const bool sound = x.compact ? count_row(x.gene16() + k, length, uint32_t(x.genes), start)
                                 : count_row(x.gene32() + k, length, uint32_t(x.genes), start);
    if (!sound) return false;
  }
  int32_t before = 0;
  for (int64_t g = 0; g <= x.genes; ++g) {
    const int32_t here = start[g];
    start[g] = before;
    before += here;
  }
  return true;
}

// Puts values of a cell where their genes' go; `known`: how many genes can be read, those of cells to come among them.
template <class Gene>
inline void place(const Gene* gene, const float* value, int count, int64_t known, uint16_t cell, uint16_t* cells,
                  float* values, int32_t* start) {
  const int fetched = int(known - kFetched < count ? known - kFetched : count);
  int i = 0;
  for (; i < fetched; ++i) {
    const int32_t later = start[gene[i + kFetched]], at = start[gene[i]]++;
    __builtin_prefetch(values + later, 1);
    __builtin_prefetch(cells + later, 1);
    cells[at] = cell;
    values[at] = value[i];
  }
  for (; i < count; ++i) {
    const int32_t at = start[gene[i]]++;
    cells[at] = cell;
    values[at] = value[i];
  }
}

// Sorts the values of block b by gene.
inline bool sort_block(const csr& x, const float* scale, const transposed_view& v, int64_t b) {
  const int64_t first = v.bound[b], end = v.bound[b + 1];
  int32_t* start = v.start + b * (x.genes + 1);
  if (!count_genes(x, first, end, start)) return false;
  piece p;
  for (int64_t r = first; r < end; ++r) {
    const int64_t cell = r - first;
    for (int64_t k = x.row_start[r]; k < x.row_start[r + 1]; k += kPiece) {
      const int count = least(kPiece, x.row_start[r + 1] - k);
      if (!decode(x, scale, r, k, count, p)) return false;
      if (x.compact) {
        place(x.gene16() + k, p.value, count, x.row_start[end] - k, uint16_t(cell), v.cell + v.entry[b], v.value + v.entry[b], start);
      } else {
        place(x.gene32() + k, p.value, count, x.row_start[end] - k, uint16_t(cell), v.cell + v.entry[b], v.value + v.entry[b], start);
      }
    }
  }
  // each start now stands at the next gene's; move them back by one gene
  for (int64_t g = x.genes; g > 0; --g) start[g] = start[g - 1];
  start[0] = 0;
  return true;
}

// Adds values begin .. end - 1 of a gene to its sums, or sets them.
template <int N>
VC_INLINE void sum_gene(const uint16_t* cells, const float* values, int32_t begin, int32_t end, const float* dense, bool first,
                        int64_t width, float* to) {
  const int64_t last = width - (N - 1) * kLanes;  // columns of the last vector
  vec sum[N];
  for (int i = 0; i < N - 1; ++i) sum[i] = first ? zero() : load(to + i * kLanes);
  sum[N - 1] = first ? zero() : up_to(to + (N - 1) * kLanes, last);
  for (int32_t k = begin; k < end; ++k) {
    const vec value = spread(values[k]);
    const float* row = dense + cells[k] * (N * kLanes);
#pragma GCC unroll 8
    for (int i = 0; i < N; ++i) sum[i] = fma(value, load(row + i * kLanes), sum[i]);
  }
  for (int i = 0; i < N - 1; ++i) store(to + i * kLanes, sum[i]);
  store_part(to + (N - 1) * kLanes, sum[N - 1], last);
}

// `next`: the strip of the next block, of next_lines cache lines.
template <int N>
inline void sum_genes(const transposed_view& v, int64_t b, bool first, int64_t first_gene, int64_t end_gene, const float* dense,
                      const float* next, int64_t next_lines, int64_t columns, int64_t width, float* out) {
  const int32_t* start = v.start + b * (v.genes + 1);
  const uint16_t* cells = v.cell + v.entry[b];
  const float* values = v.value + v.entry[b];
  const int64_t share = (next_lines + end_gene - first_gene - 1) / (end_gene - first_gene);
  const int64_t lines = share < kMostLines ? share : kMostLines;
  for (int64_t g = first_gene; g < end_gene; ++g) {
    for (int64_t i = 0; i < lines; ++i) __builtin_prefetch(next + ((g - first_gene) * lines + i) * 16, 0, 2);
    if (first || start[g] < start[g + 1])
      sum_gene<N>(cells, values, start[g], start[g + 1], dense, first, width, out + g * columns);
  }
}

}  // namespace
}  // namespace VC_SET
}  // namespace vc
