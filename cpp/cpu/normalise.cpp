// Row scale and normalised logarithms.
//
// row_scale      out[r] = total / sum of row r. Counts of a compact matrix are summed as integers, others in eight double
//                accumulators by position: exact for counts either way, in an order that is the same for every instruction
//                set. Reads every value once, writes 4 bytes a cell.
// log_normalize  out[k] = log1p(value[k] * scale[r]). Reads and writes every value once; genes are only checked.
// Values         of a compact matrix are looked up: the logarithms of a cell's counts below 64 stand in four registers, the
//                few others are computed together.
// Written        past the caches where the output is larger than they are: a line that is filled whole needs not be read first.
// SPDX-License-Identifier: Apache-2.0
#include "piece.h"

namespace vc {
namespace VC_SET {
namespace {

constexpr int64_t kFar = 8 << 20;  // values of an output that is larger than the caches

// Which of the first 64 of `count` stored counts are escapes, as bits.
inline uint64_t escapes_of(const uint8_t* stored, int count) {
#if defined(__AVX512F__)
  const __mmask64 in = count < 64 ? (__mmask64(1) << count) - 1 : ~__mmask64(0);
  return _mm512_mask_cmpeq_epi8_mask(in, _mm512_maskz_loadu_epi8(in, stored), _mm512_set1_epi8(char(VC_ESCAPE)));
#else
  uint64_t found = 0;
  uint8_t any = 0;
  const int n = count < 64 ? count : 64;
  for (int i = 0; i < n; ++i) any |= uint8_t(stored[i] == VC_ESCAPE);
  for (int i = 0; any && i < n; ++i) found |= uint64_t(stored[i] == VC_ESCAPE) << i;
  return found;
#endif
}

// The sum of the counts of a compact row; -1 where a gene or escape is out of range.
inline int64_t sum_of_counts(const csr& x, int64_t row) {
  const int64_t begin = x.row_start[row], end = x.row_start[row + 1];
  const uint16_t most = uint16_t(x.genes > 0xffff ? 0xffff : x.genes - 1);  // of 65,536 genes every number is one
  int64_t sum = 0;
  if (begin < end && x.genes < 1) return -1;
  for (int64_t k = begin; k < end; k += kPiece) {
    const int count = least(kPiece, end - k);
    const uint16_t* gene = x.gene16() + k;
    const uint8_t* stored = x.counts() + k;
    uint16_t outside = 0;
    for (int i = 0; i < count; ++i) outside |= uint16_t(gene[i] > most);
    if (outside) return -1;
    uint32_t all = 0;
    for (int i = 0; i < count; ++i) all += stored[i];
    sum += all;
    for (int i = 0; i < count; i += 64) {
      for (uint64_t there = escapes_of(stored + i, count - i); there; there &= there - 1) {
        const int64_t value = escaped(x, row, gene[i + __builtin_ctzll(there)]);
        if (value < 0) return -1;
        sum += value - VC_ESCAPE;
      }
    }
  }
  return sum;
}

#if defined(__AVX512F__)
// The logarithms of the counts 0 to 63 of one cell.
struct few_logarithms {
  vec of[4];

  VC_INLINE explicit few_logarithms(vec scale) {
    const vec sixteen = _mm512_setr_ps(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    for (int i = 0; i < 4; ++i) of[i] = log1p((sixteen + spread(float(16 * i))) * scale);
  }
};

// The logarithms of `count` <= kPiece entries of a compact row from entry `begin` on; false where an escape has no value or
// a gene is out of range. May write up to the next multiple of a vector.
inline bool logarithms_of(const csr& x, vec scale, int64_t row, int64_t begin, int count, const few_logarithms& known,
                          float* to) {
  const uint16_t* gene = x.gene16() + begin;
  const uint8_t* stored = x.counts() + begin;
  alignas(64) float large[kPiece];
  uint16_t place[kPiece];
  const uint16_t most = uint16_t(x.genes > 0xffff ? 0xffff : x.genes - 1);
  uint16_t outside = 0;
  for (int i = 0; i < count; ++i) outside |= uint16_t(gene[i] > most);
  if (outside || (count && x.genes < 1)) return false;
  int many = 0;
  for (int i = 0; i < count; i += kLanes) {
    const __mmask16 in = count - i < kLanes ? first_lanes(count - i) : __mmask16(0xffff);
    const __m512i n = _mm512_maskz_cvtepu8_epi32(0xffff, _mm_maskz_loadu_epi8(in, stored + i));
    const vec low = _mm512_permutex2var_ps(known.of[0], n, known.of[1]);
    const __mmask16 upper = _mm512_test_epi32_mask(n, _mm512_set1_epi32(32));
    store(to + i, _mm512_mask_blend_ps(upper, low, _mm512_permutex2var_ps(known.of[2], n, known.of[3])));
    for (uint32_t beyond = _mm512_cmpgt_epi32_mask(n, _mm512_set1_epi32(63)); beyond; beyond &= beyond - 1) {
      place[many] = uint16_t(i + __builtin_ctz(beyond));
      large[many] = float(stored[place[many]]);
      ++many;
    }
  }
  for (int i = 0; i < many; ++i)
    if (large[i] == VC_ESCAPE) {
      const int64_t value = escaped(x, row, gene[place[i]]);
      if (value < 0) return false;
      large[i] = float(value);
    }
  for (int i = 0; i < many; i += kLanes) {
    const int64_t n = many - i < kLanes ? many - i : kLanes;
    store(large + i, log1p(part(large + i, n) * scale));
  }
  for (int i = 0; i < many; ++i) to[place[i]] = large[i];
  return true;
}

// Copies past the caches; what does not fill a line goes through them.
inline void write_far(const float* from, int64_t count, float* to) {
  const int64_t before = int64_t(-(reinterpret_cast<uintptr_t>(to) / sizeof *to) & (kLanes - 1));
  int64_t i = before < count ? before : count;
  if (i) store_part(to, part(from, i), i);
  for (; i + kLanes <= count; i += kLanes) _mm512_stream_ps(to + i, load(from + i));
  if (i < count) store_part(to + i, part(from + i, count - i), count - i);
}
#endif

}  // namespace

int32_t row_scale(const csr& x, int64_t first_row, int64_t end_row, float total, float* out) {
  piece p;
  for (int64_t r = first_row; r < end_row; ++r) {
    if (!x.row_is_sound(r)) return VC_BAD_INDEX;
    double all;
    if (x.compact) {
      const int64_t sum = sum_of_counts(x, r);
      if (sum < 0) return VC_BAD_INDEX;
      all = double(sum);
    } else {
      double sum[8] = {0, 0, 0, 0, 0, 0, 0, 0};
      for (int64_t k = x.row_start[r], end = x.row_start[r + 1]; k < end; k += kPiece) {
        const int count = least(kPiece, end - k);
        if (!decode(x, nullptr, r, k, count, p)) return VC_BAD_INDEX;
        int i = 0;
        for (; i + 8 <= count; i += 8)
          for (int j = 0; j < 8; ++j) sum[j] += double(p.value[i + j]);
        for (int j = 0; i < count; ++i, ++j) sum[j] += double(p.value[i]);
      }
      all = ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
    }
    out[r] = all == 0 ? 0.0f : float(double(total) / all);
  }
  return VC_OK;
}

int32_t log_normalize(const csr& x, const float* scale, int64_t first_row, int64_t end_row, float* out) {
  piece p;
#if defined(__AVX512F__)
  const bool far = x.non_zeros >= kFar;
  for (int64_t r = first_row; x.compact && r < end_row; ++r) {
    if (!x.row_is_sound(r)) return VC_BAD_INDEX;
    const vec factor = spread(scale[r]);
    const few_logarithms known(factor);
    for (int64_t k = x.row_start[r], end = x.row_start[r + 1]; k < end; k += kPiece) {
      const int count = least(kPiece, end - k);
      if (!logarithms_of(x, factor, r, k, count, known, p.value_room)) return VC_BAD_INDEX;
      if (far) {
        write_far(p.value_room, count, out + k);
      } else {
        __builtin_memcpy(out + k, p.value_room, size_t(count) * sizeof *out);
      }
    }
  }
  if (far) _mm_sfence();  // before another thread is told that this one has done
  if (x.compact) return VC_OK;
#endif
  for (int64_t r = first_row; r < end_row; ++r) {
    if (!x.row_is_sound(r)) return VC_BAD_INDEX;
    for (int64_t k = x.row_start[r], end = x.row_start[r + 1]; k < end; k += kPiece) {
      const int count = least(kPiece, end - k);
      if (!decode(x, nullptr, r, k, count, p)) return VC_BAD_INDEX;
      take_logarithms(p.stored, count, scale[r], out + k);
    }
  }
  return VC_OK;
}

}  // namespace VC_SET
}  // namespace vc
