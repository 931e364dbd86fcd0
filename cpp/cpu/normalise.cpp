// Row scale and normalised logarithms.
//
// row_scale      out[r] = total / sum of row r. Eight double accumulators by position, so that the sum is exact for counts
//                and its order is the same for every instruction set. Reads every value once, writes 4 bytes a cell.
// log_normalize  out[k] = log1p(value[k] * scale[r]). Reads and writes every value once; genes are only checked.
// SPDX-License-Identifier: Apache-2.0
#include "piece.h"

namespace vc {
namespace VC_SET {

int32_t row_scale(const csr& x, int64_t first_row, int64_t end_row, float total, float* out) {
  piece p;
  for (int64_t r = first_row; r < end_row; ++r) {
    if (!x.row_is_sound(r)) return VC_BAD_INDEX;
    double sum[8] = {0, 0, 0, 0, 0, 0, 0, 0};
    for (int64_t k = x.row_start[r], end = x.row_start[r + 1]; k < end; k += kPiece) {
      const int count = least(kPiece, end - k);
      if (!decode(x, nullptr, r, k, count, p)) return VC_BAD_INDEX;
      int i = 0;
      for (; i + 8 <= count; i += 8)
        for (int j = 0; j < 8; ++j) sum[j] += double(p.value[i + j]);
      for (int j = 0; i < count; ++i, ++j) sum[j] += double(p.value[i]);
    }
    const double all = ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
    out[r] = all == 0 ? 0.0f : float(double(total) / all);
  }
  return VC_OK;
}

int32_t log_normalize(const csr& x, const float* scale, int64_t first_row, int64_t end_row, float* out) {
  piece p;
  for (int64_t r = first_row; r < end_row; ++r) {
    if (!x.row_is_sound(r)) return VC_BAD_INDEX;
    for (int64_t k = x.row_start[r], end = x.row_start[r + 1]; k < end; k += kPiece) {
      const int count = least(kPiece, end - k);
      if (!decode(x, scale, r, k, count, p)) return VC_BAD_INDEX;
      for (int i = 0; i < count; ++i) out[k + i] = p.value[i];
    }
  }
  return VC_OK;
}

}  // namespace VC_SET
}  // namespace vc
