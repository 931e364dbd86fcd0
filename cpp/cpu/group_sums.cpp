// Sum, sum of squares and number of non-zeros of each gene over the cells of each group.
//
// Shapes   x cells x genes; start, order list the cells of each group; sums, squares, detections [groups x genes].
// Order    cells of a group by rising number. Whole numbers are summed in int64: exact, in any order. Others are summed in
//          double and rounded once. Neither depends on how the genes are cut.
// Idea     a call owns a range of genes and takes group after group, so that the accumulators (20 bytes a gene of the
//          range) stay in cache and every output is written once.
// Bytes    every value of the range once, plus 12 or 20 bytes per output.
// SPDX-License-Identifier: Apache-2.0
#include "piece.h"

namespace vc {
namespace VC_SET {
namespace {

template <class Sum, class Out>
int32_t sums_of(const csr& x, const float* scale, int64_t groups, const int64_t* start, const int64_t* order,
                int64_t first_gene, int64_t end_gene, void* scratch, Out* sums, Out* squares, int32_t* detections) {
  const int64_t genes = end_gene - first_gene;
  Sum* sum = static_cast<Sum*>(scratch);
  Sum* square = sum + genes;
  int32_t* seen = reinterpret_cast<int32_t*>(square + genes);
  const bool all = first_gene == 0 && end_gene == x.genes;
  piece p;
  for (int64_t group = 0; group < groups; ++group) {
    for (int64_t g = 0; g < genes; ++g) {
      sum[g] = square[g] = 0;
      seen[g] = 0;
    }
    for (int64_t i = start[group]; i < start[group + 1]; ++i) {
      const int64_t r = order[i];
      if (r < 0 || r >= x.rows || !x.row_is_sound(r)) return VC_BAD_INDEX;
      int64_t k = x.row_start[r], end = x.row_start[r + 1];
      if (!all) {
        k = find_gene(x, k, end, first_gene);
        end = find_gene(x, k, end, end_gene);
      }
      for (; k < end; k += kPiece) {
        const int count = least(kPiece, end - k);
        if (!decode(x, scale, r, k, count, p)) return VC_BAD_INDEX;
        for (int j = 0; j < count; ++j) {
          const int64_t g = p.gene[j] - first_gene;
          if (uint64_t(g) >= uint64_t(genes)) return VC_BAD_INDEX;
          const Sum v = Sum(p.value[j]);
          sum[g] += v;
          square[g] += v * v;
          seen[g] += p.stored[j] != 0;
        }
      }
    }
    const int64_t to = group * x.genes + first_gene;
    for (int64_t g = 0; g < genes; ++g) {
      sums[to + g] = Out(sum[g]);
      squares[to + g] = Out(square[g]);
      detections[to + g] = seen[g];
    }
  }
  return VC_OK;
}

}  // namespace

int32_t group_sums(const csr& x, const float* scale, int64_t groups, const int64_t* start, const int64_t* order,
                   int64_t first_gene, int64_t end_gene, bool whole, void* scratch, void* sums, void* squares,
                   int32_t* detections) {
  if (whole)
    return sums_of<int64_t, int64_t>(x, nullptr, groups, start, order, first_gene, end_gene, scratch,
                                     static_cast<int64_t*>(sums), static_cast<int64_t*>(squares), detections);
  return sums_of<double, float>(x, scale, groups, start, order, first_gene, end_gene, scratch, static_cast<float*>(sums),
                                static_cast<float*>(squares), detections);
}

}  // namespace VC_SET
}  // namespace vc
