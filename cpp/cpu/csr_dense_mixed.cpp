// CSR x dense in bfloat16 where some genes are in most cells: those as a dense tile, the others gathered. Needs AVX-512-BF16.
//
// Shapes   as csr_dense_bf16, whose roundings these are.
// Order    the gathered genes by rising gene in twos, one chain per output; the head's by rising gene in twos, at most 1536
//          genes to a chain, are then added by dense_multiply. The head is chosen from the whole matrix, so any cut of the
//          rows gives the same bytes.
// Idea     a gathered value costs 8 ns at 256 columns, a cell of a dense gene 2.4 ns present or not, and either 1.3 ns to be
//          put in its place: from kRoundedShare of the cells on (entry_mixed.cpp) a gene is cheaper dense. Genes are so
//          uneven that at 40 % density half of them hold nine tenths of the values, so making all of them dense costs more
//          (97 ms of a dense product alone against 88 at 20,000 x 2,000). kHeadRows cells at a time are spread into a tile of
//          bf16, which the dense kernel multiplies with the head's weights.
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

}  // namespace

int32_t csr_dense_mixed(const csr& x, const float* scale, int64_t first_row, int64_t end_row, int64_t columns,
                        const uint16_t* dense, const head& h, int64_t stride, uint16_t* tile, float* out) {
  piece p;
  uint16_t others[kPiece + 1];
  pairs pairs_of_tail;
  alignas(64) uint16_t value[kPiece];
  __builtin_memset(tile, 0, uint64_t((end_row - first_row) * stride) * sizeof *tile);
  for (int64_t r = first_row; r < end_row; ++r) {
    if (!x.row_is_sound(r)) return VC_BAD_INDEX;
    const int64_t begin = x.row_start[r], end = x.row_start[r + 1];
    const small_counts known(scale ? scale[r] : 0, scale && x.compact);
    uint16_t* row = tile + (r - first_row) * stride;
    int64_t k = begin;
    do {
      const int values = least(kPiece, end - k);
      int count = 0;
      if (x.compact) {
        if (!halves_of(x, scale, r, k, values, known, value)) return VC_BAD_INDEX;
        const uint16_t* gene = x.gene16() + k;
        count = pair_up(others, spread_out(gene, value, values, h, row, others), gene, value, columns, pairs_of_tail);
      } else {
        if (!decode(x, scale, r, k, values, p)) return VC_BAD_INDEX;
        round_to_bf16(p.value, values, value);
        count = pair_up(others, spread_out(p.gene, value, values, h, row, others), p.gene, value, columns, pairs_of_tail);
      }
      if (count || k == begin) gather(pairs_of_tail, count, k == begin, columns, dense, out + r * columns);
      k += kPiece;
    } while (k < end);
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
