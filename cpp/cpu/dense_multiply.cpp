// Dense product with what follows it: out = activation(factor A B + out + bias) + residual.
//
// Shapes   a call owns a block of rows x panels of columns; within it a strip of kRows rows of A meets panel after panel.
//          The strips are equally high, so that none is much thinner than the register tile.
// Order    virtualcell_cpu_dense.h; every set with fused multiply-add gives the same bytes for fp32.
// A        is read where it lies, if it is row-major and of the right type, else copied a strip at a time: rows of another
//          type, transposed ones, and rows a multiple of 2 KiB apart, which would meet in the same few lines of the cache.
// End      the last block of k goes through a tile in the first-level cache, where bias, activation and residual join it; a
//          plain fp32 output is written straight from the registers.
// Bytes    per strip and panel: 4 or 2 x k x (kRows + kPanel), from the second-level cache or the third.
// Tried    panels outside of strips, so that a panel stays in the cache: 5 to 15 % slower at n = 2,000 and above, since an
//          output row is then met in pieces of 128 bytes. Deeper and shallower blocks: 256 costs 3 %, 1,024 changes nothing.
// SPDX-License-Identifier: Apache-2.0
#include "activation.h"
#include "dense_pack.h"

namespace vc {
namespace VC_SET {
namespace {

constexpr int64_t kPad = 16;  // numbers between the rows of a copied strip, against meeting in the cache
constexpr int64_t kStripNumbers = kRows * (kDeep + kPad) + kLanes;

struct left_strip {
  const void* data;
  int64_t row, step;  // bytes
};

bool direct(const dense_product& p) {
  const int64_t bytes = kPairs ? 2 : 4;
  return p.a.column == 1 && p.a.bf16 == kPairs && p.a.row * bytes % 2048 != 0 && (!kPairs || p.k % 2 == 0);
}

// Rows [r, r + m) and k [x, x + n) of A, as the tile can read them.
left_strip left(const dense_product& p, int64_t r, int m, int64_t x, int64_t n, uint32_t* room) {
  const int64_t numbers = kPairs ? 2 : 1, steps = steps_of(n);
  if (direct(p)) {
    const int64_t bytes = kPairs ? 2 : 4;
    return {static_cast<const char*>(p.a.data) + (r * p.a.row + x) * bytes, p.a.row * bytes, 4};
  }
  if (p.a.column == 1) {
    const int64_t row = steps + kPad;
    for (int i = 0; i < m; ++i)
      for (int64_t s = 0; s < steps; s += kLanes)
        put(room + i * row + s, k_of_lane(p.a, r + i, p.a.row, x + s * numbers, x + n), lesser(kLanes, steps - s));
    return {room, row * 4, 4};
  }
  for (int64_t s = 0; s < steps; ++s)
    for (int64_t i = 0; i < m; i += kLanes) {
      const int64_t count = lesser(kLanes, m - i);
      put(room + s * m + i, lanes_of_k(p.a, x + s * numbers, x + n, p.a.column, r + i, count), count);
    }
  return {room, 4, m * 4};
}

bool plain(const dense_product& p) {
  return !p.out_bf16 && !p.bias && p.activation == VC_ACTIVATION_NONE && !p.residual && !p.before && !p.copy;
}

// One vector of outputs on its way out; `at` its place in row-major m x n.
inline void finish(const dense_product& p, int64_t row, int64_t column, vec x, int64_t n) {
  if (p.bias) x += take(p.bias, false, column, n);
  const int64_t at = row * p.n + column;
  if (p.before) give(p.before, p.before_bf16, at, x, n);
  x = activated(p.activation, x);
  if (p.residual) x += take(p.residual, p.residual_bf16, at, n);
  give(p.out, p.out_bf16, row * p.out_row + column, x, n);
  if (p.copy) give(p.copy, true, at, x, n);
}

}  // namespace

int64_t dense_scratch(const dense_product& p, int64_t rows, int64_t panels) {
  const int64_t sums = p.out_bf16 && blocks_of(p.k) > 1 ? rows * panels * kPanel : 0;
  return (kStripNumbers + sums) * 4;
}

void dense_multiply(const dense_product& p, int64_t first_row, int64_t end_row, int64_t first_panel, int64_t end_panel,
                    void* scratch) {
  const int64_t rows = end_row - first_row, strips = (rows + kRows - 1) / kRows;
  const int64_t blocks = blocks_of(p.k), length = block_length(p.k), steps = steps_of(p.k);
  uint32_t* room = static_cast<uint32_t*>(scratch);
  // where the sums of the blocks before the last are kept
  const int64_t first_column = first_panel * kPanel;
  float* kept = p.out_bf16 ? reinterpret_cast<float*>(room + kStripNumbers)
                           : static_cast<float*>(p.out) + first_row * p.out_row + first_column;
  const int64_t kept_row = p.out_bf16 ? (end_panel - first_panel) * kPanel : p.out_row;
  const bool straight = plain(p);
  alignas(64) float ready[kRows * kPanel];
  for (int64_t block = 0; block < blocks; ++block) {
    const int64_t x = block * length, n = lesser(length, p.k - x), deep = steps_of(n);
    const bool last = block + 1 == blocks, add = block > 0 || p.add;
    for (int64_t s = 0; s < strips; ++s) {
      const int64_t r = rows * s / strips;
      const int m = int(rows * (s + 1) / strips - r);
      const left_strip a = left(p, first_row + r, m, x, n, room);
      for (int64_t panel = first_panel; panel < end_panel; ++panel) {
        const int64_t column = panel * kPanel, width = lesser(kPanel, p.n - column);
        const uint32_t* b = static_cast<const uint32_t*>(p.b) + (panel * steps + steps_of(x)) * kPanel;
        const int vectors = width > kLanes ? 2 : 1;
        float* c = kept + r * kept_row + (column - first_column);
        const bool whole = width == vectors * kLanes || (p.out_bf16 && !last);
        if (whole && (straight || !last)) {
          multiply(m, vectors, deep, a.data, a.row, a.step, b, c, kept_row, p.factor, add);
          continue;
        }
        multiply(m, vectors, deep, a.data, a.row, a.step, b, ready, kPanel, p.factor, false);
        for (int i = 0; i < m; ++i)
          for (int64_t j = 0; j < width; j += kLanes) {
            const int64_t count = lesser(kLanes, width - j);
            vec sum = load(ready + i * kPanel + j);
            if (add) sum += take(c, false, i * kept_row + j, count);
            if (last) {
              finish(p, first_row + r + i, column + j, sum, count);
            } else {
              give(c, false, i * kept_row + j, sum, count);
            }
          }
      }
    }
  }
}

}  // namespace VC_SET
}  // namespace vc
