// Packs the right factor of a dense product: panel after panel of kPanel columns, k below each other, so that the register
// tile reads one stream. Reads B once, writes it once; 4 bytes a number (fp32) or a pair (bf16).
// SPDX-License-Identifier: Apache-2.0
#include "dense_pack.h"

namespace vc {
namespace VC_SET {
namespace {

constexpr int64_t kNumbers = kPairs ? 2 : 1;  // k a step takes
constexpr int64_t kGroup = 8;                 // panels filled side by side from one row of B
constexpr int64_t kAhead = 16;                // rows of B that are fetched ahead: each may be a page of its own

void fetch_rows(const dense_view& b, int64_t row, int64_t k, int64_t first, int64_t end) {
  const int64_t bytes = b.bf16 ? 2 : 4;
  for (int64_t r = row; r < lesser(row + kNumbers, k); ++r) {
    const char* at = static_cast<const char*>(b.data) + (r * b.row + first) * bytes;
    for (int64_t i = 0; i < (end - first) * bytes; i += 64) __builtin_prefetch(at + i);
  }
}

// B row-major: the columns lie side by side.
void pack_rows(int64_t k, int64_t n, dense_view b, int64_t first, int64_t end, uint32_t* packed) {
  const int64_t steps = steps_of(k);
  for (int64_t group = first; group < end; group += kGroup)
    for (int64_t s = 0; s < steps; ++s) {
      fetch_rows(b, s * kNumbers + kAhead, k, group * kPanel, lesser(n, (group + kGroup) * kPanel));
      for (int64_t panel = group; panel < lesser(end, group + kGroup); ++panel) {
        uint32_t* to = packed + (panel * steps + s) * kPanel;
        for (int64_t j = 0; j < kPanel; j += kLanes) {
          const int64_t column = panel * kPanel + j, width = lesser(kLanes, n - column);
          put(to + j, width > 0 ? lanes_of_k(b, s * kNumbers, k, b.row, column, width) : (words)zero(), kLanes);
        }
      }
    }
}

// B column-major: the k of a column lie side by side.
void pack_columns(int64_t k, int64_t n, dense_view b, int64_t panel, uint32_t* packed) {
  const int64_t steps = steps_of(k);
  uint32_t* to = packed + panel * steps * kPanel;
  for (int64_t s = 0; s < steps; s += kLanes)
    for (int64_t j = 0; j < kPanel; j += kLanes) {
      const int64_t column = panel * kPanel + j, rows = lesser(kLanes, steps - s);
      words square[kLanes];
      for (int64_t i = 0; i < kLanes; ++i)
        square[i] = column + i < n ? k_of_lane(b, column + i, b.column, s * kNumbers, k) : (words)zero();
      turn(square);
      for (int64_t i = 0; i < rows; ++i) put(to + (s + i) * kPanel + j, square[i], kLanes);
    }
}

}  // namespace

int64_t dense_panel() { return kPanel; }

void dense_pack(int64_t k, int64_t n, const dense_view& b, int64_t first, int64_t end, void* packed) {
  uint32_t* to = static_cast<uint32_t*>(packed);
  if (b.column == 1) {
    pack_rows(k, n, b, first, end, to);
  } else {
    for (int64_t panel = first; panel < end; ++panel) pack_columns(k, n, b, panel, to);
  }
}

}  // namespace VC_SET
}  // namespace vc
