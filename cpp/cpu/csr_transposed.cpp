// Transposed CSR x dense, the weight gradient: out[g, c] = sum over the cells r of x[r, g] * dense[r, c].
//
// Shapes   x cells x genes, dense float[cells x columns], out float[genes x columns].
// Order    one accumulator per output, by rising cell: no atomics, no split of a sum, the same bytes for any cut of the
//          genes and for every set with fused multiply-add.
// Idea     a call owns a range of genes. Blocks of cells are turned into columns (a counting sort in scratch, each value
//          touched once), then each gene walks its cells with a strip of its outputs in registers; the block of `dense`
//          stays in the second-level cache. A block ends at kBlockRows cells or when the scratch is full.
// Bytes    4 x columns per value from cache; out once per block of cells; the packed matrix once over all ranges.
// Tried    ranges of 64 genes: half the time went into fetching each row's few values of the range; 256 and more are better.
// SPDX-License-Identifier: Apache-2.0
#include "piece.h"

namespace vc {
namespace VC_SET {
namespace {

#if defined(__AVX512F__)
constexpr int kWide = 16;
#else
constexpr int kWide = 8;
#endif

// The values of a block of cells in a range of genes: as found (by cell), then by gene.
struct block {
  int32_t* found_gene;   // relative to the range
  int32_t* found_row;    // relative to the block
  float* found_value;
  int32_t* row;          // by gene, rising cells
  float* value;
  int32_t* gene_start;   // [genes + 1]
};

inline block lay_out(void* scratch, int64_t genes) {
  auto* at = static_cast<int32_t*>(scratch);
  block b;
  b.found_gene = at;
  b.found_row = at + kBlockEntries;
  b.found_value = reinterpret_cast<float*>(at + 2 * kBlockEntries);
  b.row = at + 3 * kBlockEntries;
  b.value = reinterpret_cast<float*>(at + 4 * kBlockEntries);
  b.gene_start = at + 5 * kBlockEntries;
  for (int64_t g = 0; g <= genes; ++g) b.gene_start[g] = 0;
  return b;
}

// Appends the values of one row in the range; false where the row cannot be followed or a gene comes twice.
inline bool collect(const csr& x, const float* scale, int64_t r, int32_t in_block, int64_t first_gene, int64_t end_gene,
                    int64_t room, block& b, int64_t& found, piece& p) {
  if (!x.row_is_sound(r)) return false;
  const int64_t end = x.row_start[r + 1];
  for (int64_t k = find_gene(x, x.row_start[r], end, first_gene); k < end;) {
    int count = 0;
    for (const int most = least(kPiece, end - k); count < most && x.gene_at(k + count) < end_gene; ++count) {}
    if (count == 0) break;
    if (found + count > room || !decode(x, scale, r, k, count, p)) return false;
    for (int i = 0; i < count; ++i) {
      const int64_t gene = p.gene[i] - first_gene;
      if (gene < 0) return false;
      b.found_gene[found] = int32_t(gene);
      b.found_row[found] = in_block;
      b.found_value[found++] = p.value[i];
      ++b.gene_start[gene + 1];
    }
    k += count;
  }
  return true;
}

inline void sort_by_gene(block& b, int64_t genes, int64_t found) {
  for (int64_t g = 0; g < genes; ++g) b.gene_start[g + 1] += b.gene_start[g];
  for (int64_t k = 0; k < found; ++k) {
    const int32_t to = b.gene_start[b.found_gene[k]]++;
    b.row[to] = b.found_row[k];
    b.value[to] = b.found_value[k];
  }
  // each start now stands at the next gene's; move them back by one gene
  for (int64_t g = genes; g > 0; --g) b.gene_start[g] = b.gene_start[g - 1];
  b.gene_start[0] = 0;
}

template <int N>
inline void strip(const block& b, int32_t begin, int32_t end, int64_t columns, const float* dense, float* out) {
  vec sum[N];
  for (int i = 0; i < N; ++i) sum[i] = load(out + i * kLanes);
  for (int32_t k = begin; k < end; ++k) {
    const float* row = dense + b.row[k] * columns;
    const vec value = spread(b.value[k]);
    for (int i = 0; i < N; ++i) sum[i] = fma(value, load(row + i * kLanes), sum[i]);
  }
  for (int i = 0; i < N; ++i) store(out + i * kLanes, sum[i]);
}

inline void rest(const block& b, int32_t begin, int32_t end, int64_t columns, int64_t width, const float* dense, float* out) {
  vec sum = part(out, width);
  for (int32_t k = begin; k < end; ++k) sum = fma(spread(b.value[k]), part(dense + b.row[k] * columns, width), sum);
  store_part(out, sum, width);
}

inline void gene_of(const block& b, int32_t begin, int32_t end, int64_t columns, const float* dense, float* out) {
  int64_t c = 0;
  for (; c + kWide * kLanes <= columns; c += kWide * kLanes) strip<kWide>(b, begin, end, columns, dense + c, out + c);
#if defined(__AVX512F__)
  if (c + 8 * kLanes <= columns) { strip<8>(b, begin, end, columns, dense + c, out + c); c += 8 * kLanes; }
#endif
  if (c + 4 * kLanes <= columns) { strip<4>(b, begin, end, columns, dense + c, out + c); c += 4 * kLanes; }
  if (c + 2 * kLanes <= columns) { strip<2>(b, begin, end, columns, dense + c, out + c); c += 2 * kLanes; }
  if (c + kLanes <= columns) { strip<1>(b, begin, end, columns, dense + c, out + c); c += kLanes; }
  if (c < columns) rest(b, begin, end, columns, columns - c, dense + c, out + c);
}

}  // namespace

int32_t csr_transposed(const csr& x, const float* scale, int64_t first_gene, int64_t end_gene, int64_t columns,
                       const float* dense, void* scratch, float* out) {
  const int64_t genes = end_gene - first_gene;
  if (genes == 0) return VC_OK;
  for (int64_t i = first_gene * columns; i < end_gene * columns; ++i) out[i] = 0;
  piece p;
  for (int64_t first = 0, end = 0; first < x.rows; first = end) {
    block b = lay_out(scratch, genes);
    int64_t found = 0;
    for (; end < x.rows && end - first < kBlockRows; ++end) {
      const int64_t length = x.row_start[end + 1] - x.row_start[end];
      if (found + (length < genes ? length : genes) > kBlockEntries) break;  // a first row always fits
      if (!collect(x, scale, end, int32_t(end - first), first_gene, end_gene, kBlockEntries, b, found, p)) return VC_BAD_INDEX;
    }
    sort_by_gene(b, genes, found);
    for (int64_t g = 0; g < genes; ++g)
      if (b.gene_start[g] < b.gene_start[g + 1])
        gene_of(b, b.gene_start[g], b.gene_start[g + 1], columns, dense + first * columns, out + (first_gene + g) * columns);
  }
  return VC_OK;
}

}  // namespace VC_SET
}  // namespace vc
