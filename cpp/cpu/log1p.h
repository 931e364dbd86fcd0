// log1p of a vector, for arguments zero and above; written once for every instruction set.
//
// With u = 1 + x = 2^e m, m in [sqrt(1/2), sqrt(2)):  log1p(x) = e ln 2 + log m + c / u,  where c is what rounding 1 + x
// lost, and log m = 2 atanh(s) = 2 s (1 + s^2/3 + s^4/5 + ...), s = (m - 1) / (m + 1). |s| < 0.172, so the series ends at
// s^10/11 below half a unit of single precision. Error below 3 units in the last place (tested against double).
// Infinity stays infinity; NaN and everything below -1 is NaN.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "simd.h"

namespace vc {
namespace VC_SET {
namespace {

typedef int32_t bits __attribute__((vector_size(sizeof(vec))));

inline vec log1p(vec x) {
  const vec one = spread(1.0f);
  const vec u = one + x;
  const vec lost = x < one ? x - (u - one) : one - (u - x);
  const bits shifted = (bits)u - 0x3f3504f3;  // the bits of sqrt(1/2)
  const bits exponent = shifted >> 23;
  const vec m = (vec)((bits)u - (exponent << 23));
  const vec e = __builtin_convertvector(exponent, vec);
  const vec f = m - one;
  const vec s = f / (f + spread(2.0f));
  const vec z = s * s;
  vec series = spread(1.0f / 11);
  series = fma(series, z, spread(1.0f / 9));
  series = fma(series, z, spread(1.0f / 7));
  series = fma(series, z, spread(1.0f / 5));
  series = fma(series, z, spread(1.0f / 3));
  const vec twice = s + s;
  const vec log_m = fma(twice * z, series, twice);
  // ln 2 in two parts: the upper one has so few bits that e times it is exact
  const vec low = fma(e, spread(1.42860677e-06f), lost / u);
  const vec result = fma(e, spread(0.693145752f), log_m + low);
  const vec largest = spread(3.40282347e+38f);
  return u <= largest ? (u > zero() ? result : spread(__builtin_nanf(""))) : u;
}

}  // namespace
}  // namespace VC_SET
}  // namespace vc
