// CSR x dense with both operands in bfloat16 and sums in single precision; needs AVX-512-BF16.
//
// Shapes   x cells x genes, dense bf16[genes x columns] as it comes (row-major), out float[cells x columns].
// Order    values of the row by rising gene, two at a time: acc + v0 w0 + v1 w1 in one vdpbf16ps; a last odd value is paired
//          with a zero. No output is split, so any cut of the rows gives the same bytes.
// Rounding values and weights to bf16, nearest even: 2^-8 of each term at most.
// Fetched  the weights of kAhead pairs beforehand: 2 to 6 % less time at 256 columns.
// Idea     vdpbf16ps wants the two weights of a column side by side. The genes of a pair are known here only, so the rows of
//          weights are interleaved on the way (two unpacks a pair of vectors); the accumulators then hold columns in the order
//          of the unpacks, which is put right where they are stored.
// Bytes    2 x columns per value, half of the fp32 kernel, whose limit is the second-level cache.
// Tried    weights widened to fp32 (shift, and) with fp32 multiply-adds: a tenth slower.
// SPDX-License-Identifier: Apache-2.0
#if defined(__AVX512BF16__)
#include "bf16_rows.h"

namespace vc {
namespace VC_SET {

int32_t csr_dense_bf16(const csr& x, const float* scale, int64_t first_row, int64_t end_row, int64_t columns,
                       const uint16_t* dense, const float* bias, int32_t activation, float* out) {
  piece p;
  pairs pairs_of_p;
  for (int64_t r = first_row; r < end_row; ++r) {
    if (!x.row_is_sound(r)) return VC_BAD_INDEX;
    const int64_t begin = x.row_start[r], end = x.row_start[r + 1];
    int64_t k = begin;
    do {
      const int values = least(kPiece, end - k);
      if (!decode(x, scale, r, k, values, p)) return VC_BAD_INDEX;
      const int count = pair_up(p, values, columns, pairs_of_p);
      gather(pairs_of_p, count, k == begin, columns, dense, out + r * columns);
      k += kPiece;
    } while (k < end);
    finish(out + r * columns, columns, bias, activation);
  }
  return VC_OK;
}

void round_to_bf16(const float* from, int64_t count, uint16_t* to) {
  int64_t i = 0;
  for (; i + 32 <= count; i += 32) _mm512_storeu_si512(to + i, both(load(from + i), load(from + i + 16)));
  for (; i < count; i += 16) {
    const int64_t n = count - i < 16 ? count - i : 16;
    _mm256_mask_storeu_epi16(to + i, first_lanes(n), (__m256i)_mm512_cvtneps_pbh(part(from + i, n)));
  }
}

}  // namespace VC_SET
}  // namespace vc
#endif
