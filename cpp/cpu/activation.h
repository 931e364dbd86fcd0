// The end of a layer: bias and activation of a row of sums; written once for every instruction set.
//
//   VC_ACTIVATION_GELU       x Phi(x), Phi from Abramowitz and Stegun 7.1.26 (error of erf below 1.5e-7)
//   VC_ACTIVATION_GELU_TANH  x / (1 + exp(-y)), y = 2 sqrt(2 / pi) (x + 0.044715 x^3)
//   VC_ACTIVATION_SILU       x / (1 + exp(-x))
//   VC_ACTIVATION_SOFTPLUS   max(x, 0) + log1p(exp(-|x|)); never below exp(-87)
// Errors below 4e-7 of |x| (tested against double). NaN stays NaN.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "simd.h"
#include "virtualcell.h"

namespace vc {
namespace VC_SET {
namespace {

typedef int32_t exponent_bits __attribute__((vector_size(sizeof(vec))));

// exp(x) for x <= 0; below -87 it ends at exp(-87). With n = round(x / ln 2) and r = x - n ln 2, |r| <= 0.347:
// exp(x) = 2^n (1 + r + r^2/2! + ... + r^6/6!), the rest below 1.2e-7. NaN stays NaN.
inline vec exp_below_zero(vec x) {
  const vec floor = spread(-87.0f);
  x = x < floor ? floor : x;
  const vec shift = spread(12582912.0f);  // 1.5 * 2^23: adding it rounds to a whole number
  const vec n = fma(x, spread(1.44269504f), shift) - shift;
  vec r = fma(n, spread(-0.693145752f), x);
  r = fma(n, spread(-1.42860677e-06f), r);
  vec series = spread(1.0f / 720);
  series = fma(series, r, spread(1.0f / 120));
  series = fma(series, r, spread(1.0f / 24));
  series = fma(series, r, spread(1.0f / 6));
  series = fma(series, r, spread(0.5f));
  series = fma(series, r, spread(1.0f));
  series = fma(series, r, spread(1.0f));
  const exponent_bits power = (__builtin_convertvector(n == n ? n : zero(), exponent_bits) + 127) << 23;
  return series * (vec)power;
}

// 1 / (1 + exp(-y)), from the exponential of -|y| so that nothing overflows.
inline vec logistic(vec y) {
  const vec one = spread(1.0f);
  const vec e = exp_below_zero(y < zero() ? y : -y);
  return (y < zero() ? e : one) / (one + e);
}

inline vec gelu(vec x) {
  const vec one = spread(1.0f);
  const vec size = x < zero() ? -x : x;
  const vec z = size * spread(0.70710678f);
  const vec t = one / fma(z, spread(0.3275911f), one);
  vec series = spread(1.061405429f);
  series = fma(series, t, spread(-1.453152027f));
  series = fma(series, t, spread(1.421413741f));
  series = fma(series, t, spread(-0.284496736f));
  series = fma(series, t, spread(0.254829592f));
  const vec least = spread(-87.0f);
  const vec power = -(z * z);
  const vec above = power < least ? zero() : spread(0.5f) * (series * t) * exp_below_zero(power);
  return x < zero() ? x * above : x * (one - above);
}

inline vec activated(int32_t activation, vec x) {
  switch (activation) {
    case VC_ACTIVATION_RELU: return x < zero() ? zero() : x;
    case VC_ACTIVATION_GELU: return gelu(x);
    case VC_ACTIVATION_GELU_TANH: {
      const vec cube = x * x * x;
      return x * logistic(spread(1.59576912f) * fma(cube, spread(0.044715f), x));
    }
    case VC_ACTIVATION_SILU: return x * logistic(x);
    case VC_ACTIVATION_SOFTPLUS: {
      // log1p(e), 0 <= e <= 1: 2 atanh(s) with s = e / (2 + e) <= 1/3, the rest of the series below 2e-9
      const vec e = exp_below_zero(x < zero() ? x : -x);
      const vec s = e / (e + spread(2.0f));
      const vec z = s * s;
      vec series = spread(1.0f / 15);
      series = fma(series, z, spread(1.0f / 13));
      series = fma(series, z, spread(1.0f / 11));
      series = fma(series, z, spread(1.0f / 9));
      series = fma(series, z, spread(1.0f / 7));
      series = fma(series, z, spread(1.0f / 5));
      series = fma(series, z, spread(1.0f / 3));
      const vec twice = s + s;
      return (x < zero() ? zero() : x) + fma(twice * z, series, twice);
    }
    default: return x;
  }
}

// row[c] = activation(row[c] + bias[c]); bias may be null.
inline void finish(float* row, int64_t columns, const float* bias, int32_t activation) {
  if (!bias && activation == VC_ACTIVATION_NONE) return;
  int64_t c = 0;
  for (; c + kLanes <= columns; c += kLanes) {
    const vec x = bias ? load(row + c) + load(bias + c) : load(row + c);
    store(row + c, activated(activation, x));
  }
  if (c == columns) return;
  const int64_t n = columns - c;
  const vec x = bias ? part(row + c, n) + part(bias + c, n) : part(row + c, n);
  store_part(row + c, activated(activation, x), n);
}

}  // namespace
}  // namespace VC_SET
}  // namespace vc
