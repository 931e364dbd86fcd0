// Distances of packed rows: packing, all distances of two sets, and sums of them. See distance_tile.h for the products.
//
// Shapes   x float[rows x columns]; blocks of at most 128 x 128 rows, whose products stand in 64 KiB of scratch.
// Bytes    packing reads a row once and writes it once; a block reads 256 packed rows and, for sums, writes nothing.
// SPDX-License-Identifier: Apache-2.0
#include "distance_tile.h"

namespace vc {
namespace VC_SET {

void distance_centre(int64_t x_rows, const float* x, int64_t y_rows, const float* y, int64_t columns, float* centre) {
  constexpr int64_t kMost = 256;  // of each set
  for (int64_t k = 0; k < columns; ++k) centre[k] = 0;
  int64_t taken = 0;
  for (int set = 0; set < 2; ++set) {
    const int64_t rows = set ? y_rows : x_rows, by = rows / kMost + 1;
    const float* from = set ? y : x;
    for (int64_t r = 0; r < rows; r += by, ++taken) {
      const float* row = from + r * columns;
      int64_t k = 0;
      for (; k + kLanes <= columns; k += kLanes) store(centre + k, load(centre + k) + load(row + k));
      for (; k < columns; ++k) centre[k] += row[k];
    }
  }
  const float each = taken ? 1.0f / float(taken) : 0.0f;
  for (int64_t k = 0; k < columns; ++k) {
    const float mean = centre[k] * each;
    centre[k] = mean - mean == 0 ? mean : 0.0f;  // not finite: no shift
  }
}

void distance_pack(int64_t rows, int64_t columns, const float* x, const float* centre, float* packed, float* norm) {
  for (int64_t row = 0; row < rows; row += kPanel) {
    const int here = int(rows - row < kPanel ? rows - row : kPanel);
    const float* from = x + row * columns;
    float* to = packed + row * columns;
    vec total[kPanelVecs];
    for (int j = 0; j < kPanelVecs; ++j) total[j] = zero();
    for (int64_t first = 0; first < columns; first += kPanel) {
      const int wide = int(columns - first < kPanel ? columns - first : kPanel);
#if defined(__AVX512F__)
      vec in[16], out[16];
      const vec shift = part(centre + first, wide);
      for (int r = 0; r < 16; ++r) in[r] = r < here ? part(from + r * columns + first, wide) - shift : zero();
      turn(in, out);
      vec sum = zero();
      for (int k = 0; k < 16; ++k) {  // columns past the last are zero
        if (k < wide) store(to + (first + k) * kPanel, out[k]);
        sum = fma(out[k], out[k], sum);
      }
      total[0] = total[0] + sum;
#else
      for (int k = 0; k < wide; ++k)
        for (int r = 0; r < int(kPanel); ++r)
          to[(first + k) * kPanel + r] = r < here ? from[r * columns + first + k] - centre[first + k] : 0.0f;
      for (int j = 0; j < kPanelVecs; ++j) {
        vec sum = zero();
        for (int k = 0; k < wide; ++k) {
          const vec v = load(to + (first + k) * kPanel + j * kLanes);
          sum = fma(v, v, sum);
        }
        total[j] = total[j] + sum;
      }
#endif
    }
    for (int j = 0; j < kPanelVecs; ++j) store(norm + row + j * kLanes, total[j]);
  }
}

void distance_rows(int64_t columns, const row_set& x, const row_set& y, bool squared, float* tile, float* out,
                   int64_t stride) {
  for (int64_t i0 = 0; i0 < x.rows; i0 += kBlock) {
    const row_set a = rows_from(x, columns, i0, x.rows - i0 < kBlock ? x.rows - i0 : kBlock);
    for (int64_t j0 = 0; j0 < y.rows; j0 += kBlock) {
      const row_set b = rows_from(y, columns, j0, y.rows - j0 < kBlock ? y.rows - j0 : kBlock);
      products(columns, a, b, false, tile);
      for (int64_t i = 0; i < a.rows; ++i) {
        float* to = out + (i0 + i) * stride + j0;
        for (int64_t j = 0; j < b.rows; j += kLanes) {
          unsigned near;
          vec d = squares(columns, a, i, b, j, tile + place(i, j), lanes_of(j, 0, b.rows), near);
          if (!squared) d = root(d);
          if (b.rows - j >= kLanes) {
            store(to + j, d);
          } else {
            store_part(to + j, d, b.rows - j);
          }
        }
      }
    }
  }
}

namespace {

// The sum over j > after of the distances of row i of a to row j of b.
VC_INLINE double row_sum(int64_t columns, const row_set& a, int64_t i, const row_set& b, int64_t after, const float* tile) {
  vec sum = zero();
  for (int64_t j = (after + 1) / kLanes * kLanes; j < b.rows; j += kLanes) {
    const unsigned wanted = lanes_of(j, after + 1, b.rows);
    unsigned near;
    vec d = root(squares(columns, a, i, b, j, tile + place(i, j), wanted, near));
    if (wanted != (1u << kLanes) - 1) d = keep(wanted, d);
    sum = sum + d;
  }
  return lane_sum(sum);
}

}  // namespace

double distance_sum(int64_t columns, const row_set& x, const row_set& y, bool same, float* tile) {
  double total = 0;
  for (int64_t j0 = 0; j0 < y.rows; j0 += kBlock) {
    const row_set b = rows_from(y, columns, j0, y.rows - j0 < kBlock ? y.rows - j0 : kBlock);
    const bool itself = same && j0 == 0;
    products(columns, x, b, itself, tile);
    double sum = 0;
    for (int64_t i = 0; i < x.rows; ++i) sum += row_sum(columns, x, i, b, itself ? i : -1, tile);
    total += same ? 2 * sum : sum;
  }
  return total;
}

}  // namespace VC_SET
}  // namespace vc
