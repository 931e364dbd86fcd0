// Sums of squares, AdamW and dropout. A sum of squares runs in two vectors of doubles' worth: single precision within 256
// elements, double beyond. Dropout draws Philox 4x32-10 words, four elements a counter.
// SPDX-License-Identifier: Apache-2.0
#include "dense_tile.h"
#include "kernels_neural.h"

namespace vc {
namespace VC_SET {
namespace {

constexpr int64_t kRun = 256;  // elements summed in single precision

#if defined(__AVX512F__)
inline vec root(vec v) { return _mm512_maskz_sqrt_ps(0xffff, v); }
#elif defined(__AVX2__)
inline vec root(vec v) { return _mm256_sqrt_ps(v); }
#else
inline vec root(vec v) {
  for (int i = 0; i < kLanes; ++i) v[i] = __builtin_sqrtf(v[i]);
  return v;
}
#endif

inline double total(vec v) {
  double sum = 0;
  for (int i = 0; i < kLanes; ++i) sum += v[i];
  return sum;
}

// x to the power of a whole number, by squaring
double power(double x, int64_t n) {
  double result = 1;
  for (; n > 0; n /= 2) {
    if (n % 2) result *= x;
    x *= x;
  }
  return result;
}

template <class F>
double sum_of_squares(int64_t first, int64_t end, F value) {
  double sum = 0;
  for (int64_t run = first; run < end; run += kRun) {
    vec s = zero();
    for (int64_t j = run; j < lesser(end, run + kRun); j += kLanes) {
      const int64_t n = lesser(kLanes, end - j);
      vec v = value(j, n);
      s = fma(v, v, s);
    }
    sum += total(s);
  }
  return sum;
}

}  // namespace

void neural_mean_square(const neural_call& p, int64_t first, int64_t end) {
  const vec factor = spread(float(p.x));
  *static_cast<double*>(p.d.data) = sum_of_squares(first, end, [&](int64_t j, int64_t n) {
    const vec d = take(p.a.data, false, j, n) - take(p.b.data, false, j, n);
    give(p.c.data, false, j, factor * d, n);
    return d;
  });
}

void neural_squared_sum(const neural_call& p, int64_t first, int64_t end) {
  *static_cast<double*>(p.d.data) =
      sum_of_squares(first, end, [&](int64_t j, int64_t n) { return take(p.a.data, p.a.bf16, j, n); });
}

void neural_adamw(const neural_call& p, int64_t first, int64_t end) {
  const float* control = p.f.floats();
  const double rate = control[0];
  const int64_t step = int64_t(control[1]);
  const vec clip = spread(control[2]), keep = spread(float(1 - rate * p.u));
  const vec move = spread(float(rate / (1 - power(p.x, step)))), root_factor = spread(float(1 / __builtin_sqrt(1 - power(p.y, step))));
  const vec beta1 = spread(float(p.x)), other1 = spread(float(1 - p.x)), beta2 = spread(float(p.y)), other2 = spread(float(1 - p.y));
  const vec epsilon = spread(float(p.z)), average = spread(float(p.v)), other = spread(float(1 - p.v));
  for (int64_t j = first; j < end; j += kLanes) {
    const int64_t n = lesser(kLanes, end - j);
    const vec g = clip * take(p.a.data, false, j, n);
    const vec m = fma(beta1, take(p.c.data, false, j, n), other1 * g);
    const vec v = fma(beta2, take(p.d.data, false, j, n), other2 * g * g);
    const vec w = keep * take(p.b.data, false, j, n) - move * m / fma(root(v), root_factor, epsilon);
    give(p.c.data, false, j, m, n);
    give(p.d.data, false, j, v, n);
    give(p.b.data, false, j, w, n);
    if (p.e.data) give(p.e.data, false, j, fma(average, take(p.e.data, false, j, n), other * w), n);
  }
}

void neural_dropout(const neural_call& p, int64_t first, int64_t end) {
  const uint64_t* key = static_cast<const uint64_t*>(p.c.data);
  const uint64_t threshold = uint64_t(p.x * 4294967296.0);
  const float kept = float(1 / (1 - p.x));
  constexpr int kCounters = 64;
  uint32_t word[4][kCounters];
  float factor[4 * kCounters];
  for (int64_t block = first / 4; block * 4 < end; block += kCounters) {
    for (int i = 0; i < kCounters; ++i) {
      uint32_t a = uint32_t(block + i), b = uint32_t(p.kind), c = uint32_t(key[1]), d = uint32_t(key[1] >> 32);
      uint32_t k = uint32_t(key[0]), l = uint32_t(key[0] >> 32);
      for (int round = 0; round < 10; ++round) {
        const uint64_t s = uint64_t(0xD2511F53u) * a, t = uint64_t(0xCD9E8D57u) * c;
        a = uint32_t(t >> 32) ^ b ^ k;
        c = uint32_t(s >> 32) ^ d ^ l;
        b = uint32_t(t);
        d = uint32_t(s);
        k += 0x9E3779B9u;
        l += 0xBB67AE85u;
      }
      word[0][i] = a;
      word[1][i] = b;
      word[2][i] = c;
      word[3][i] = d;
    }
    for (int i = 0; i < 4 * kCounters; ++i) factor[i] = word[i % 4][i / 4] < threshold ? 0.0f : kept;
    const int64_t from = block * 4, begin = from < first ? first : from, stop = lesser(end, from + 4 * kCounters);
    for (int64_t j = begin; j < stop; j += kLanes) {
      const int64_t n = lesser(kLanes, stop - j);
      give(p.b.data, p.b.bf16, j, take(p.a.data, p.a.bf16, j, n) * take(factor, false, j - from, n), n);
    }
  }
}

}  // namespace VC_SET
}  // namespace vc
