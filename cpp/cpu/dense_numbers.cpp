// Conversion between fp32 and bf16, and the search for numbers that are not finite. Each reads and writes once.
// SPDX-License-Identifier: Apache-2.0
#include "dense_tile.h"

namespace vc {
namespace VC_SET {

void dense_convert(const void* from, bool from_bf16, void* to, int64_t first, int64_t end) {
  for (int64_t i = first; i < end; i += kLanes) {
    const int64_t n = lesser(kLanes, end - i);
    give(to, !from_bf16, i, take(from, from_bf16, i, n), n);
  }
}

bool dense_finite(const void* x, bool bf16, int64_t first, int64_t end) {
  constexpr int64_t kRun = 4096;  // a look after every so many
  for (int64_t i = first; i < end; i += kRun) {
    const int64_t stop = lesser(end, i + kRun);
    ints seen = (ints)zero();
    for (int64_t j = i; j < stop; j += kLanes) {
      const words exponent = (words)take(x, bf16, j, lesser(kLanes, stop - j)) & 0x7f800000u;
      seen |= (ints)(exponent == 0x7f800000u);
    }
    int32_t any = 0;
    for (int l = 0; l < kLanes; ++l) any |= seen[l];
    if (any) return false;
  }
  return true;
}

}  // namespace VC_SET
}  // namespace vc
