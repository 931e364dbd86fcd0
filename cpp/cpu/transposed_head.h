// The genes that many cells express, in the weight gradient with bfloat16: their values as a dense tile, turned, and the cells'
// rows of the dense operand packed as dense_pack lays them, so that the register tile of the dense products multiplies both.
//
// Tile     strips of kRows genes, each [pairs of cells][kRows][2]; one strip more takes the values of all other genes, unread.
// Packed   panels of kPanel columns, each [pairs of cells][kPanel][2].
// Both hold a span of blocks, and each block writes its own pairs of cells.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#if defined(__AVX512BF16__)
#include "counts_bf16.h"
#include "dense_tile.h"
#include "transposed.h"

namespace vc {
namespace VC_SET {
namespace {

static_assert(kRows == kHeadStrip, "the layout of the tile is that of the register tile");
constexpr int64_t kPair = kHeadStrip * 4;  // bytes of a pair of cells in a strip

inline void clear_tile(const transposed_view& v, int64_t first_pair, int64_t end_pair) {
  for (int64_t s = 0; s * kRows < v.head; ++s)
    __builtin_memset(v.tile + s * v.strip_bytes + first_pair * kPair, 0, size_t((end_pair - first_pair) * kPair));
}

// Puts values of one cell into the tile; lists where those stand that are not the head's. Returns how many.
template <class Gene>
inline int spread_out(const transposed_view& v, const Gene* gene, const uint16_t* value, int count, char* cell, uint16_t* others) {
  const uint32_t* base = v.base;
  const uint32_t none = v.none;
  int left = 0;
  for (int i = 0; i < count; ++i) {
    const uint32_t at = base[gene[i]];
    others[left] = uint16_t(i);
    __builtin_memcpy(cell + at, value + i, 2);
    left += at == none;
  }
  return left;
}

inline vec columns_of(const float* row, int64_t n) { return !row || n <= 0 ? zero() : n < kLanes ? part(row, n) : load(row); }

// The rows of a pair of cells; the second may be null: zeros.
inline void pack_pair(const transposed_view& v, const float* first, const float* second, int64_t columns, int64_t pair) {
  const __m512i side_by_side = _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8,
                                                23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
  for (int64_t c = 0; c < columns; c += kPanel)
    for (int64_t j = 0; j < kPanel; j += kLanes) {
      const int64_t n = columns - c - j;
      const __m512i both_rows = both(columns_of(first + c + j, n), columns_of(second ? second + c + j : second, n));
      _mm512_storeu_si512(v.packed + ((c / kPanel * v.pairs + pair) * kPanel + j) * 2,
                          _mm512_permutexvar_epi16(side_by_side, both_rows));
    }
}

// Adds the span to the outputs of the head's strips that begin within the genes, or sets them; columns [from, from + width).
inline void sum_head(const transposed_view& v, bool first, int64_t first_gene, int64_t end_gene, int64_t from, int64_t width,
                     int64_t columns, float* out) {
  const int64_t pairs = (v.bound[v.blocks] - v.bound[0] + 1) / 2;
  alignas(64) float ready[kRows * kPanel];
  for (int64_t s = 0; s * kRows < v.head; ++s) {
    const int32_t* gene = v.list + s * kRows;
    if (*gene < first_gene) continue;
    if (*gene >= end_gene) break;
    const int64_t genes = lesser(kRows, v.head - s * kRows);
    for (int64_t c = from; c < from + width; c += kPanel) {
      multiply_tile<kRows, 2>(pairs, v.tile + s * v.strip_bytes, 4, kPair,
                              reinterpret_cast<const uint32_t*>(v.packed) + c * v.pairs, {ready, kPanel, nullptr, 0, 1.0f, false});
      for (int64_t i = 0; i < genes; ++i)
        for (int64_t j = 0; j < kPanel && c + j < columns; j += kLanes) {
          float* to = out + gene[i] * columns + c + j;
          const int64_t n = lesser(kLanes, columns - c - j);
          const vec sum = load(ready + i * kPanel + j);
          store_part(to, first ? sum : part(to, n) + sum, n);
        }
    }
  }
}

}  // namespace
}  // namespace VC_SET
}  // namespace vc
#endif
