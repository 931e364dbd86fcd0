// Sum, sum of squares and number of non-zeros of each gene over the cells of each group.
//
// Shapes   x cells x genes; start, order list the cells of each group; sums, squares, detections [groups x genes].
// Order    cells of a group by rising number. Whole numbers are summed as integers: exact, in any order. Others are summed in
//          double and rounded once. Neither depends on how groups and genes are cut.
// Idea     whole: counts below 255 are nearly all, so a gene's three sums share one 64-bit number (29 bits of squares, 21 of
//          sums, 14 of cells) and a count costs one addition, of an entry of a table; the number is emptied into the outputs
//          every kCells cells, before a field can run over. Larger and negative values go to the outputs at once.
//          Others: the two sums of a gene lie side by side, one vector addition a value.
// Bytes    every value of the range once, plus 20 or 12 bytes per output.
// Tried    three separate 64-bit sums, and ranges of genes for every group: 4 times slower. Asking for the next row ahead: no gain.
// SPDX-License-Identifier: Apache-2.0
#include "piece.h"

namespace vc {
namespace VC_SET {
namespace {

constexpr int kSquares = 29, kSums = 21;  // bits of the two lower fields
constexpr int64_t kCells = 8191;          // 254^2 kCells < 2^29, 254 kCells < 2^21, kCells < 2^14

inline uint64_t packed(uint64_t v) { return v * v | v << kSquares | uint64_t(v != 0) << (kSquares + kSums); }

struct outputs {
  int64_t* sum;
  int64_t* square;
  int32_t* seen;
};

inline void add_large(const outputs& o, int64_t g, int64_t v) {
  o.sum[g] += v;
  o.square[g] += v * v;
  o.seen[g] += v != 0;
}

inline void empty(uint64_t* sums, int64_t genes, const outputs& o) {
  for (int64_t g = 0; g < genes; ++g) {
    o.square[g] += int64_t(sums[g] & ((uint64_t(1) << kSquares) - 1));
    o.sum[g] += int64_t(sums[g] >> kSquares & ((uint64_t(1) << kSums) - 1));
    o.seen[g] += int32_t(sums[g] >> (kSquares + kSums));
    sums[g] = 0;
  }
}

// The stretch of a row within the range of genes; false where its offsets cannot be followed.
inline bool stretch(const csr& x, int64_t r, int64_t first_gene, int64_t end_gene, int64_t& k, int64_t& end) {
  if (r < 0 || r >= x.rows || !x.row_is_sound(r)) return false;
  k = x.row_start[r];
  end = x.row_start[r + 1];
  if (first_gene != 0) k = find_gene(x, k, end, first_gene);
  if (end_gene != x.genes) end = find_gene(x, k, end, end_gene);
  return true;
}

// Whether all genes of a piece lie in the range.
inline bool within(const piece& p, int count, int64_t first_gene, int64_t genes) {
  uint32_t outside = 0;
  for (int i = 0; i < count; ++i) outside |= uint32_t(uint32_t(p.gene[i]) - uint32_t(first_gene) >= uint32_t(genes));
  return !outside;
}

inline bool add_counts(const csr& x, int64_t r, int64_t k, int count, const uint64_t* table, const piece& p, int64_t first_gene,
                       uint64_t* sums, const outputs& o) {
  const uint8_t* stored = x.counts() + k;
  uint8_t any = 0;
  for (int i = 0; i < count; ++i) any |= uint8_t(stored[i] == VC_ESCAPE);
  for (int i = 0; i < count; ++i) sums[p.gene[i] - first_gene] += table[stored[i]];
  for (int i = 0; any && i < count; ++i)
    if (stored[i] == VC_ESCAPE) {
      const int64_t value = escaped(x, r, p.gene[i]);
      if (value < 0) return false;
      add_large(o, p.gene[i] - first_gene, value);
    }
  return true;
}

inline void add_values(const float* stored, int count, const uint64_t* table, const piece& p, int64_t first_gene, uint64_t* sums,
                       const outputs& o) {
  for (int i = 0; i < count; ++i) {
    const int32_t v = int32_t(stored[i]);
    if (uint32_t(v) < VC_ESCAPE) {
      sums[p.gene[i] - first_gene] += table[v];
    } else {
      add_large(o, p.gene[i] - first_gene, v);
    }
  }
}

int32_t whole_sums(const csr& x, int64_t cells, const int64_t* order, int64_t first_gene, int64_t end_gene,
                   const uint64_t* table, uint64_t* sums, const outputs& o) {
  const int64_t genes = end_gene - first_gene;
  for (int64_t g = 0; g < genes; ++g) {
    sums[g] = 0;
    o.sum[g] = o.square[g] = 0;
    o.seen[g] = 0;
  }
  piece p;
  for (int64_t i = 0; i < cells; ++i) {
    int64_t k, end;
    if (!stretch(x, order[i], first_gene, end_gene, k, end)) return VC_BAD_INDEX;
    for (; k < end; k += kPiece) {
      const int count = least(kPiece, end - k);
      if (!genes_of(x, k, count, p) || !within(p, count, first_gene, genes)) return VC_BAD_INDEX;
      if (!x.compact) {
        add_values(x.values() + k, count, table, p, first_gene, sums, o);
      } else if (!add_counts(x, order[i], k, count, table, p, first_gene, sums, o)) {
        return VC_BAD_INDEX;
      }
    }
    if (i % kCells == kCells - 1) empty(sums, genes, o);
  }
  empty(sums, genes, o);
  return VC_OK;
}

typedef double two __attribute__((vector_size(16)));  // a gene's sum and sum of squares

int32_t real_sums(const csr& x, const float* scale, int64_t cells, const int64_t* order, int64_t first_gene, int64_t end_gene,
                  two* both, float* sums, float* squares, int32_t* seen) {
  const int64_t genes = end_gene - first_gene;
  for (int64_t g = 0; g < genes; ++g) {
    both[g] = two{0, 0};
    seen[g] = 0;
  }
  piece p;
  for (int64_t i = 0; i < cells; ++i) {
    int64_t k, end;
    if (!stretch(x, order[i], first_gene, end_gene, k, end)) return VC_BAD_INDEX;
    for (; k < end; k += kPiece) {
      const int count = least(kPiece, end - k);
      if (!decode(x, scale, order[i], k, count, p) || !within(p, count, first_gene, genes)) return VC_BAD_INDEX;
      for (int j = 0; j < count; ++j) {
        const int64_t g = p.gene[j] - first_gene;
        const double v = double(p.value[j]);
        both[g] += two{v, v * v};
        seen[g] += p.stored[j] != 0;
      }
    }
  }
  for (int64_t g = 0; g < genes; ++g) {
    sums[g] = float(both[g][0]);
    squares[g] = float(both[g][1]);
  }
  return VC_OK;
}

}  // namespace

int32_t group_sums(const csr& x, const float* scale, const int64_t* start, const int64_t* order, int64_t first_group,
                   int64_t end_group, int64_t first_gene, int64_t end_gene, bool whole, void* scratch, void* sums, void* squares,
                   int32_t* detections) {
  uint64_t table[VC_ESCAPE + 1];
  for (uint64_t v = 0; v < VC_ESCAPE; ++v) table[v] = packed(v);
  table[VC_ESCAPE] = 0;
  for (int64_t group = first_group; group < end_group; ++group) {
    const int64_t to = group * x.genes + first_gene, cells = start[group + 1] - start[group];
    const int64_t* list = order + start[group];
    const int32_t bad =
        whole ? whole_sums(x, cells, list, first_gene, end_gene, table, static_cast<uint64_t*>(scratch),
                           {static_cast<int64_t*>(sums) + to, static_cast<int64_t*>(squares) + to, detections + to})
              : real_sums(x, scale, cells, list, first_gene, end_gene, static_cast<two*>(scratch),
                          static_cast<float*>(sums) + to, static_cast<float*>(squares) + to, detections + to);
    if (bad) return bad;
  }
  return VC_OK;
}

}  // namespace VC_SET
}  // namespace vc
