// Dense product with what follows it: out = activation(factor A B + out + bias) + residual.
//
// Shapes   a call owns a block of rows x panels of columns. As many panels as half the second-level cache holds are met by
//          strip after strip of kRows rows of A. The strips are equally high, so that none is much thinner than the tile.
// Order    virtualcell_cpu_dense.h; every set with fused multiply-add gives the same bytes for fp32.
// A        is read where it lies, if it is row-major and of the right type, else copied: rows of another type, rows a multiple
//          of 2 KiB apart, which would meet in the same few lines of the cache, and transposed ones, all strips of a block at
//          once, since 14 numbers of each of its rows would be a page each.
// End      the last block of k goes through a tile in the first-level cache, where bias, activation and residual join it; a
//          plain fp32 output is written straight from the registers.
// Bytes    per strip and panel: 4 or 2 x k x (kRows + kPanel), from the second-level cache or the third.
// Tried    one panel at a time: 5 to 15 % slower at n = 2,000 and above, since an output row is then met in pieces of 128
//          bytes. All panels for each strip: as fast on a quiet machine, slower on a busy one. Shallower blocks: 256 costs 3 %.
// SPDX-License-Identifier: Apache-2.0
#include "activation.h"
#include "dense_pack.h"

namespace vc {
namespace VC_SET {
namespace {

constexpr int64_t kPad = 16;          // numbers between the rows of a copied strip, against meeting in the cache
constexpr int64_t kNumbers = kPairs ? 2 : 1;
constexpr int64_t kTurn = 16;         // steps of a transposed A that are turned at a time
constexpr int64_t kGroup = 112 << 10;  // numbers of 4 bytes of the panels that stay in the second-level cache

struct left_strip {
  const void* data;
  int64_t row, step;  // bytes
};

enum class lies { direct, in_rows, turned };

lies left_of(const dense_product& p) {
  if (p.a.column != 1) return lies::turned;
  const bool fits = p.a.bf16 == kPairs && p.k % kNumbers == 0;
  return fits && p.a.row * (kPairs ? 2 : 4) % 2048 != 0 ? lies::direct : lies::in_rows;
}

// Numbers of the scratch that copies of `rows` rows of A take.
int64_t left_numbers(int64_t rows) { return rows * (kDeep / kNumbers + kPad) + kLanes; }

// Where a copied strip of a transposed A begins. A gap follows each, since whole vectors are written.
int64_t turned_at(int64_t r, int64_t strip, int64_t steps) { return r * steps + strip * kLanes; }

// Some steps of one such strip of m rows: k from `k` on, zeros from `end` on.
template <bool kHalf>
VC_INLINE void turn_strip(dense_view a, int64_t k, int64_t end, int64_t first, int64_t m, int64_t steps, uint32_t* to) {
  const dense_view known = {a.data, kHalf, a.row, a.column};
  const char* data = static_cast<const char*>(a.data);
  for (int64_t s = 0; s < steps; ++s, k += kNumbers) {
    for (int64_t i = 0; i < kNumbers; ++i)
      __builtin_prefetch(data + (lesser(k + i + kTurn * kNumbers, end - 1) * a.column + first) * (kHalf ? 2 : 4));
    put(to + s * m, lanes_of_k(known, k, end, a.column, first, m), kLanes);
  }
}

// All strips of rows [first, first + rows), k [x, x + n) of a transposed A: kTurn steps of each, then the next ones, which
// are fetched meanwhile: each row of A may be a page of its own.
void turn_strips(dense_view a, int64_t first, int64_t rows, int64_t strips, int64_t x, int64_t n, uint32_t* room) {
  static_assert(kRows <= kLanes, "a vector holds a step of a strip");
  const int64_t steps = steps_of(n);
  for (int64_t s = 0; s < steps; s += kTurn)
    for (int64_t strip = 0; strip < strips; ++strip) {
      const int64_t r = rows * strip / strips, m = rows * (strip + 1) / strips - r;
      const int64_t k = x + s * kNumbers, count = lesser(kTurn, steps - s);
      uint32_t* to = room + turned_at(r, strip, steps) + s * m;
      if (a.bf16) {
        turn_strip<true>(a, k, x + n, first + r, m, count, to);
      } else {
        turn_strip<false>(a, k, x + n, first + r, m, count, to);
      }
    }
}

// Rows [r, r + m) from `first` on, k [x, x + n) of a row-major A, at their place in the room.
void copy_rows(dense_view a, int64_t first, int64_t r, int m, int64_t x, int64_t n, uint32_t* room) {
  const int64_t steps = steps_of(n), row = steps + kPad;
  for (int64_t i = r; i < r + m; ++i)
    for (int64_t s = 0; s < steps; s += kLanes)
      put(room + i * row + s, k_of_lane(a, first + i, a.row, x + s * kNumbers, x + n), lesser(kLanes, steps - s));
}

// The strip of rows [r, r + m) from `first` on, as the tile reads it.
left_strip left(const dense_product& p, lies how, int64_t first, int64_t r, int m, int64_t strip, int64_t x, int64_t n,
                const uint32_t* room) {
  const int64_t steps = steps_of(n), bytes = kPairs ? 2 : 4;
  switch (how) {
    case lies::direct: return {static_cast<const char*>(p.a.data) + ((first + r) * p.a.row + x) * bytes, p.a.row * bytes, 4};
    case lies::in_rows: return {room + r * (steps + kPad), (steps + kPad) * 4, 4};
    default: return {room + turned_at(r, strip, steps), 4, m * 4};
  }
}

// Whether nothing follows the product that the tile could not write itself.
bool plain(const dense_product& p) {
  return (!p.out_bf16 || kPairs) && !p.bias && p.activation == VC_ACTIVATION_NONE && !p.residual && !p.before && !p.copy;
}

// As give, but bf16 below 2^-126 may become zero.
VC_INLINE void give_result(void* p, bool bf16, int64_t at, vec v, int64_t n) {
#if defined(__AVX512BF16__)
  if (bf16) {
    const __m256i h = (__m256i)_mm512_cvtneps_pbh(v);
    _mm256_mask_storeu_epi16(static_cast<uint16_t*>(p) + at, first_lanes(n), h);
    return;
  }
#endif
  give(p, bf16, at, v, n);
}

// One vector of outputs on its way out; `at` its place in row-major m x n.
inline void finish(const dense_product& p, int64_t row, int64_t column, vec x, int64_t n) {
  if (p.bias) x += take(p.bias, false, column, n);
  const int64_t at = row * p.n + column;
  if (p.before) give_result(p.before, p.before_bf16, at, x, n);
  x = activated(p.activation, x);
  if (p.residual) x += take(p.residual, p.residual_bf16, at, n);
  give_result(p.out, p.out_bf16, row * p.out_row + column, x, n);
  if (p.copy) give_result(p.copy, true, at, x, n);
}

// A tile whose sums go the long way: what was kept of earlier blocks joins them, then all that follows a product.
void end_tile(const dense_product& p, int64_t row, int64_t column, int m, int64_t width, const float* ready, float* c,
              int64_t c_row, bool add, bool last) {
  for (int i = 0; i < m; ++i)
    for (int64_t j = 0; j < width; j += kLanes) {
      const int64_t count = lesser(kLanes, width - j);
      vec sum = load(ready + i * kPanel + j);
      if (add) sum += take(c, false, i * c_row + j, count);
      if (last) {
        finish(p, row + i, column + j, sum, count);
      } else {
        give(c, false, i * c_row + j, sum, count);
      }
    }
}

}  // namespace

int64_t dense_scratch(const dense_product& p, int64_t rows, int64_t panels) {
  const int64_t sums = p.out_bf16 && blocks_of(p.k) > 1 ? rows * panels * kPanel : 0;
  return (left_numbers(rows) + sums) * 4;
}

void dense_multiply(const dense_product& p, int64_t first_row, int64_t end_row, int64_t first_panel, int64_t end_panel,
                    void* scratch) {
  const int64_t rows = end_row - first_row, strips = (rows + kRows - 1) / kRows;
  const int64_t blocks = blocks_of(p.k), length = block_length(p.k), steps = steps_of(p.k);
  uint32_t* room = static_cast<uint32_t*>(scratch);
  // where the sums of the blocks before the last are kept
  const int64_t first_column = first_panel * kPanel;
  float* kept = p.out_bf16 ? reinterpret_cast<float*>(room + left_numbers(rows))
                           : static_cast<float*>(p.out) + first_row * p.out_row + first_column;
  const int64_t kept_row = p.out_bf16 ? (end_panel - first_panel) * kPanel : p.out_row;
  const bool straight = plain(p);
  const lies how = left_of(p);
  alignas(64) float ready[kRows * kPanel];
  for (int64_t block = 0; block < blocks; ++block) {
    const int64_t x = block * length, n = lesser(length, p.k - x), deep = steps_of(n);
    const int64_t fit = kGroup / ((deep + 1) * kPanel), group = fit > 4 ? fit : 4;
    const bool last = block + 1 == blocks, add = block > 0 || p.add;
    if (how == lies::turned) turn_strips(p.a, first_row, rows, strips, x, n, room);
    for (int64_t from = first_panel; from < end_panel; from += group)
      for (int64_t s = 0; s < strips; ++s) {
        const int64_t r = rows * s / strips;
        const int m = int(rows * (s + 1) / strips - r);
        if (how == lies::in_rows && from == first_panel) copy_rows(p.a, first_row, r, m, x, n, room);
        const left_strip a = left(p, how, first_row, r, m, s, x, n, room);
        for (int64_t panel = from; panel < lesser(end_panel, from + group); ++panel) {
          const int64_t column = panel * kPanel, width = lesser(kPanel, p.n - column);
          const uint32_t* b = static_cast<const uint32_t*>(p.b) + (panel * steps + steps_of(x)) * kPanel;
          const int vectors = width > kLanes ? 2 : 1;
          float* c = kept + r * kept_row + (column - first_column);
          const bool whole = width == vectors * kLanes || (p.out_bf16 && !last);
          if (whole && (straight || !last)) {
            uint16_t* half = p.out_bf16 && last ? static_cast<uint16_t*>(p.out) + (first_row + r) * p.out_row + column : nullptr;
            multiply(m, vectors, deep, a.data, a.row, a.step, b, {c, kept_row, half, p.out_row, p.factor, add});
          } else {
            multiply(m, vectors, deep, a.data, a.row, a.step, b, {ready, kPanel, nullptr, 0, p.factor, false});
            end_tile(p, first_row + r, column, m, width, ready, c, kept_row, add, last);
          }
        }
      }
  }
}

}  // namespace VC_SET
}  // namespace vc
