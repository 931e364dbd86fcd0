// Forward and backward of the energy distance for a block of rows of x against all of x and of y.
//
//   v_ij = each / d_ij, 0 where d_ij = 0;   gradient_i = (sum_j v_ij) x_i - sum_j v_ij z_j,   z the rows of x, then of y
//
// Idea      the distances of the block to up to 512 others become weights in scratch (256 KiB); the second product then takes
//           its columns a tile at a time with all these others in registers. Nothing of rows x rows x columns exists.
//           The block against itself takes half of the products. Pairs whose distance cancels would cancel in the gradient
//           as well: they stand apart and are added as v_ij (x_i - z_j) from the rows themselves.
// Order     others by rising row, x before y, 512 at a time; then the pairs that stand apart, by rising other.
// Tried     weights of one block of 128 others at a time: the gradient is read and written once more per block.
// SPDX-License-Identifier: Apache-2.0
#include "distance_tile.h"

namespace vc {
namespace VC_SET {
namespace {

constexpr int64_t kPieces = kOthers / kBlock;

// Some of the others, at most kBlock rows, and where their weights stand.
struct piece {
  row_set rows;
  float each;    // the factor of v
  bool itself;   // the block itself
  float* weight; // of row j of the others and row i of the block at place(j, i)
  float* apart;  // of pairs that cancel, [row of the others][row of the block]; a row counts only where flagged
  uint8_t* flag;
};

// The weights of row j of the others from `products` in place; returns the sum of the wanted distances.
VC_INLINE double weights_of(int64_t columns, const row_set& block, const piece& p, int64_t j, int64_t after) {
  float* apart = p.apart + j * kBlock;
  p.flag[j] = 0;
  vec sum = zero();
  for (int64_t i = (after + 1) / kLanes * kLanes; i < block.rows; i += kLanes) {
    const unsigned wanted = lanes_of(i, after + 1, block.rows);
    unsigned near;
    float* row = p.weight + place(j, i);
    const vec d = keep(wanted, root(squares(columns, p.rows, j, block, i, row, wanted, near)));
    sum = sum + d;
    const vec v = over(spread(p.each), d);
    if (near) {
      if (!p.flag[j])
        for (int64_t l = 0; l < kBlock; l += kLanes) store(apart + l, zero());
      p.flag[j] = 1;
      store(apart + i, keep(near, v));
      store(row, keep(wanted & ~near, v));
    } else {
      store(row, v);
    }
  }
  return lane_sum(sum);
}

// The weights of a piece; returns the sum of its distances.
inline double weights(int64_t columns, const row_set& block, const piece& p) {
  products(columns, p.rows, block, p.itself, p.weight);
  double sum = 0;
  for (int64_t j = 0; j < p.rows.rows; ++j) sum += weights_of(columns, block, p, j, p.itself ? j : -1);
  if (!p.itself) return sum;
  for (int64_t j = 0; j < p.rows.rows; ++j) {  // what is above the diagonal stands below it too
    p.weight[place(j, j)] = 0;
    for (int64_t i = j + 1; i < block.rows; ++i) p.weight[place(i, j)] = p.weight[place(j, i)];
    if (!p.flag[j]) continue;
    for (int64_t i = j + 1; i < block.rows; ++i) {
      const float v = p.apart[j * kBlock + i];
      if (v == 0) continue;
      if (!p.flag[i])
        for (int64_t l = 0; l < kBlock; l += kLanes) store(p.apart + i * kBlock + l, zero());
      p.flag[i] = 1;
      p.apart[i * kBlock + j] = v;
    }
    for (int64_t i = 0; i < j; ++i)
      if (!p.flag[i]) p.apart[j * kBlock + i] = 0;
  }
  return 2 * sum;
}

// out[k, i] = total[i] x[k, i] - sum over the others j of v[j, i] z[k, j], for kBroadcast columns from k and N panels of
// the block from row i on.
template <int N>
VC_INLINE void gradient_tile(int64_t columns, int64_t k, int64_t ahead, const row_set& block, int64_t i, const piece* pieces, int count,
                             const float* total, float* out) {
  constexpr int kVecs = N * kPanelVecs;
  vec sum[kBroadcast][kVecs];
  for (int c = 0; c < kBroadcast; ++c)
    for (int l = 0; l < kVecs; ++l) sum[c][l] = zero();
  for (int q = 0; q < count; ++q) {
    const float* weight = pieces[q].weight + place(0, i);
    const float* z = pieces[q].rows.packed + k * kPanel;
    for (int64_t j = 0; j < pieces[q].rows.rows; j += kPanel, z += kPanel * columns) {
      const int64_t here = pieces[q].rows.rows - j < kPanel ? pieces[q].rows.rows - j : kPanel;
      for (int c = 0; c < kBroadcast; ++c) __builtin_prefetch(z + (ahead + c) * kPanel);
      for (int64_t r = 0; r < here; ++r, weight += kWide) {
        vec v[kVecs];
        for (int l = 0; l < kVecs; ++l) v[l] = load(weight + l * kLanes);
        for (int c = 0; c < kBroadcast; ++c) {
          const vec value = spread(z[c * kPanel + r]);
          for (int l = 0; l < kVecs; ++l) sum[c][l] = fma(value, v[l], sum[c][l]);
        }
      }
    }
  }
  for (int c = 0; c < kBroadcast; ++c)
    for (int l = 0; l < kVecs; ++l) {
      const float* x = block.packed + ((i + l * kLanes) / kPanel * columns + k + c) * kPanel + l * kLanes % kPanel;
      store(out + c * kBlock + l * kLanes, load(total + i + l * kLanes) * load(x) - sum[c][l]);
    }
}

// One column of gradient_tile, for the last few columns.
inline void gradient_column(int64_t columns, int64_t k, const row_set& block, int64_t i, const piece* pieces, int count,
                            const float* total, float* out) {
  vec sum[kPanelVecs];
  for (int l = 0; l < kPanelVecs; ++l) sum[l] = zero();
  for (int q = 0; q < count; ++q)
    for (int64_t j = 0; j < pieces[q].rows.rows; ++j) {
      const vec value = spread(pieces[q].rows.packed[(j / kPanel * columns + k) * kPanel + j % kPanel]);
      for (int l = 0; l < kPanelVecs; ++l)
        sum[l] = fma(value, load(pieces[q].weight + place(j, i + l * kLanes)), sum[l]);
    }
  for (int l = 0; l < kPanelVecs; ++l) {
    const float* x = block.packed + (i / kPanel * columns + k) * kPanel + l * kLanes;
    store(out + l * kLanes, load(total + i + l * kLanes) * load(x) - sum[l]);
  }
}

// Rows i to i + 15 of the gradient, columns k to k + wide - 1, from the turned tile.
VC_INLINE void write(int64_t columns, const float* tile, int rows, int wide, bool add, float* to) {
#if defined(__AVX512F__)
  vec in[16], out[16];
  for (int c = 0; c < 16; ++c) in[c] = c < wide ? load(tile + c * kBlock) : zero();
  turn(in, out);
  for (int r = 0; r < 16; ++r)
    if (r < rows) store_part(to + r * columns, add ? part(to + r * columns, wide) + out[r] : out[r], wide);
#else
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < wide; ++c) {
      float* at = to + r * columns + c;
      *at = add ? *at + tile[c * kBlock + r] : tile[c * kBlock + r];
    }
#endif
}

// The gradient by these pieces of the others.
inline void gradient_of(int64_t columns, const row_set& block, const piece* pieces, int count, float* total, float* tile,
                        bool add, float* gradient) {
  const int64_t panels = (block.rows + kPanel - 1) / kPanel;
  for (int64_t i = 0; i < panels * kPanel; i += kLanes) {
    vec sum = zero();
    for (int q = 0; q < count; ++q)
      for (int64_t j = 0; j < pieces[q].rows.rows; ++j) sum = sum + load(pieces[q].weight + place(j, i));
    store(total + i, sum);
  }
  for (int64_t k = 0; k < columns; k += kPanel) {
    const int wide = int(columns - k < kPanel ? columns - k : kPanel);
    const int64_t ahead = k + 2 * kPanel <= columns ? kPanel : 0;  // columns to the next tile's
    int64_t p = 0;
    for (; p + kPanels <= panels; p += kPanels)
      for (int c = 0; c + kBroadcast <= wide; c += kBroadcast)
        gradient_tile<kPanels>(columns, k + c, ahead, block, p * kPanel, pieces, count, total, tile + c * kBlock + p * kPanel);
    if (p < panels)
      for (int c = 0; c + kBroadcast <= wide; c += kBroadcast)
        gradient_tile<1>(columns, k + c, ahead, block, p * kPanel, pieces, count, total, tile + c * kBlock + p * kPanel);
    for (int c = wide / kBroadcast * kBroadcast; c < wide; ++c)
      for (p = 0; p < panels; ++p)
        gradient_column(columns, k + c, block, p * kPanel, pieces, count, total, tile + c * kBlock + p * kPanel);
    for (p = 0; p < panels; ++p) {
      const int64_t left = block.rows - p * kPanel;
      write(columns, tile + p * kPanel, int(left < kPanel ? left : kPanel), wide, add, gradient + p * kPanel * columns + k);
    }
  }
}

// gradient_i += v_ij (x_i - z_j) for the pairs that stand apart.
inline void gradient_apart(int64_t columns, const row_set& block, const piece& p, float* gradient) {
  for (int64_t j = 0; j < p.rows.rows; ++j) {
    if (!p.flag[j]) continue;
    const float* z = p.rows.x + j * columns;
    for (int64_t i = 0; i < block.rows; ++i) {
      const float v = p.apart[j * kBlock + i];
      if (v == 0) continue;
      const float* x = block.x + i * columns;
      float* g = gradient + i * columns;
      const vec factor = spread(v);
      int64_t k = 0;
      for (; k + kLanes <= columns; k += kLanes) store(g + k, fma(factor, load(x + k) - load(z + k), load(g + k)));
      if (k < columns)
        store_part(g + k, fma(factor, part(x + k, columns - k) - part(z + k, columns - k), part(g + k, columns - k)),
                   columns - k);
    }
  }
}

}  // namespace

void energy_gradient(int64_t columns, const row_set& x, const row_set& y, int64_t first, float weight, float* scratch,
                     float* gradient, double* sums) {
  const row_set block = rows_from(x, columns, first, x.rows - first < kBlock ? x.rows - first : kBlock);
  float* to = gradient + first * columns;
  float* total = scratch + 2 * kOthers * kBlock;
  float* tile = total + kBlock;
  uint8_t* flags = reinterpret_cast<uint8_t*>(tile + kPanel * kBlock);
  const double each[2] = {-double(weight) / (double(x.rows) * double(x.rows)),
                          double(weight) / (double(x.rows) * double(y.rows))};
  sums[0] = sums[1] = 0;
  piece pieces[kPieces];
  int count = 0;
  bool add = false;
  for (int set = 0; set < 2; ++set) {
    const row_set& all = set ? y : x;
    for (int64_t j = 0; j < all.rows; j += kBlock) {
      float* at = scratch + count * kBlock * kBlock;
      pieces[count] = {rows_from(all, columns, j, all.rows - j < kBlock ? all.rows - j : kBlock), float(each[set]),
                       set == 0 && j == first, at, at + kOthers * kBlock, flags + count * kBlock};
      sums[set] += weights(columns, block, pieces[count++]);
      const bool last = set == 1 ? j + kBlock >= y.rows : y.rows == 0 && j + kBlock >= x.rows;
      if (count < kPieces && !last) continue;
      gradient_of(columns, block, pieces, count, total, tile, add, to);
      for (int q = 0; q < count; ++q) gradient_apart(columns, block, pieces[q], to);
      count = 0;
      add = true;
    }
  }
  if (y.rows == 0)  // no mean distance to y, no gradient of it
    for (int64_t k = 0; k < block.rows * columns; ++k) to[k] = __builtin_nanf("");
}

}  // namespace VC_SET
}  // namespace vc
