// The weight gradient in fp32: how a block of cells is sorted by gene, and how a strip of its columns is summed.
//
// Layers   The cells of a block are cut into layers whose strip fits the first-level cache. A gene with few values in the block
//          is summed through all layers in one go, from the second-level cache: what it costs to begin and end a sum (20 ns) is
//          paid once, where the rows are cheaper nearby (2 ns a value). The others take their turn layer by layer. Either way
//          by rising cell. A matrix with five values or more of a gene a layer, on average, has one layer: the values of a layer
//          then lie too far apart, which made the sums a tenth (10 % of 2,000 genes) to a half (40 %) slower.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "piece.h"
#include "transposed.h"

namespace vc {
namespace VC_SET {
namespace {

constexpr int64_t kChunk = 256;  // genes whose sums stay in the caches through the layers
constexpr int32_t kRare = 8;     // values a layer: a gene that has fewer is summed through all layers
constexpr int kNext = 4;         // values whose rows are fetched beforehand
constexpr int kFetched = 48;     // values whose places are fetched beforehand

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
  const int64_t first = v.bound[b], end = v.bound[b + 1], stride = x.genes + 1;
  int32_t* start = v.start + b * v.layers * stride;
  if (!count_genes(x, first, end, start)) return false;
  piece p;
  for (int64_t r = first; r < end; ++r) {
    const int64_t cell = r - first;
    // where a layer begins: each gene's next entry
    if (cell && cell % v.layer_rows == 0)
      __builtin_memcpy(start + cell / v.layer_rows * stride, start, uint64_t(stride) * sizeof *start);
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

// Adds values begin .. end - 1 of a gene to its sums, or sets them; `stop`: the end of all values.
template <int N, bool kFetch>
VC_INLINE void sum_gene(const uint16_t* cells, const float* values, int32_t begin, int32_t end, int32_t stop, const float* dense, bool first,
                        int64_t width, float* to) {
  const int64_t last = width - (N - 1) * kLanes;  // columns of the last vector
  vec sum[N];
  for (int i = 0; i < N - 1; ++i) sum[i] = first ? zero() : load(to + i * kLanes);
  sum[N - 1] = first ? zero() : up_to(to + (N - 1) * kLanes, last);
  for (int32_t k = begin; k < end; ++k) {
    const vec value = spread(values[k]);
    const float* row = dense + cells[k] * (N * kLanes);
    const float* later = row;
    if (kFetch) later = dense + cells[k + kNext < stop ? k + kNext : k] * (N * kLanes);
#pragma GCC unroll 8
    for (int i = 0; i < N; ++i) {
      if (kFetch && i * kLanes % 16 == 0) __builtin_prefetch(later + i * kLanes);
      sum[i] = fma(value, load(row + i * kLanes), sum[i]);
    }
  }
  for (int i = 0; i < N - 1; ++i) store(to + i * kLanes, sum[i]);
  store_part(to + (N - 1) * kLanes, sum[N - 1], last);
}

template <int N>
inline void sum_genes(const transposed_view& v, int64_t b, bool first, int64_t first_gene, int64_t end_gene,
                      const float* dense, int64_t columns, int64_t width, float* out) {
  const int64_t stride = v.genes + 1, rows = v.bound[b + 1] - v.bound[b];
  const int64_t layers = (rows + v.layer_rows - 1) / v.layer_rows;
  const int32_t* start = v.start + b * v.layers * stride;
  const uint16_t* cells = v.cell + v.entry[b];
  const float* values = v.value + v.entry[b];
  const int32_t stop = start[v.genes];
  if (layers == 1) {
    for (int64_t g = first_gene; g < end_gene; ++g)
      if (first || start[g] < start[g + 1])
        sum_gene<N, false>(cells, values, start[g], start[g + 1], stop, dense, first, width, out + g * columns);
    return;
  }
  const int32_t rare = int32_t(kRare * layers);
  uint16_t often[kChunk];
  for (int64_t from = first_gene; from < end_gene; from += kChunk) {
    const int64_t genes = end_gene - from < kChunk ? end_gene - from : kChunk;
    int many = 0;
    for (int64_t i = 0; i < genes; ++i) {
      often[many] = uint16_t(i);
      many += start[from + i + 1] - start[from + i] >= rare;
    }
    for (int64_t i = 0; i < genes; ++i) {
      const int32_t begin = start[from + i], end = start[from + i + 1];
      if (end - begin >= rare || (begin == end && !first)) continue;
      sum_gene<N, true>(cells, values, begin, end, stop, dense, first, width, out + (from + i) * columns);
    }
    for (int64_t layer = 0; layer < layers && many; ++layer) {
      const int32_t* now = start + layer * stride;
      const int32_t* next = layer + 1 < layers ? now + stride : start + 1;
      for (int i = 0; i < many; ++i) {
        const int64_t g = from + often[i];
        sum_gene<N, false>(cells, values, now[g], next[g], stop, dense, first && layer == 0, width, out + g * columns);
      }
    }
  }
}

}  // namespace
}  // namespace VC_SET
}  // namespace vc
