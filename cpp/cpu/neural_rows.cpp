// Norms, activations, gates, tables and sums of rows: each reads its operands once or twice and writes once. Sums over a row
// run in four vectors and then by rising lane; sums over rows in blocks of 128 rows, strip by strip of 64 columns.
// SPDX-License-Identifier: Apache-2.0
#include "activation.h"
#include "dense_tile.h"
#include "kernels_neural.h"

namespace vc {
namespace VC_SET {
namespace {

constexpr int64_t kRowBlock = 128;

inline float total(vec v) {
  float sum = 0;
  for (int i = 0; i < kLanes; ++i) sum += v[i];
  return sum;
}

// The sum over a row of f(position, lanes), lanes beyond the end giving zero.
template <class F>
VC_INLINE float sum_of_row(int64_t w, F f) {
  vec s[4] = {zero(), zero(), zero(), zero()};
  int64_t j = 0;
  for (; j + 4 * kLanes <= w; j += 4 * kLanes)
    for (int q = 0; q < 4; ++q) s[q] += f(j + q * kLanes, int64_t(kLanes));
  for (; j < w; j += kLanes) s[0] += f(j, lesser(kLanes, w - j));
  return total((s[0] + s[1]) + (s[2] + s[3]));
}

template <class F>
VC_INLINE void along(int64_t first, int64_t end, F f) {
  int64_t j = first;
  for (; j + kLanes <= end; j += kLanes) f(j, int64_t(kLanes));
  if (j < end) f(j, end - j);
}

// d activation / dx; accuracy as activation.h, relative to the larger of its parts.
inline vec slope_of(int64_t kind, vec x) {
  const vec one = spread(1.0f);
  switch (kind) {
    case VC_ACTIVATION_RELU: return x > zero() ? one : zero();
    case VC_ACTIVATION_GELU: {
      // Phi(x) + x phi(x), Phi as in gelu
      const vec size = x < zero() ? -x : x;
      const vec z = size * spread(0.70710678f);
      const vec t = one / fma(z, spread(0.3275911f), one);
      vec series = spread(1.061405429f);
      series = fma(series, t, spread(-1.453152027f));
      series = fma(series, t, spread(1.421413741f));
      series = fma(series, t, spread(-0.284496736f));
      series = fma(series, t, spread(0.254829592f));
      const vec power = -(z * z);
      const vec density = power < spread(-87.0f) ? zero() : exp_below_zero(power);
      const vec above = spread(0.5f) * (series * t) * density;
      return (x < zero() ? above : one - above) + x * density * spread(0.39894228f);
    }
    case VC_ACTIVATION_GELU_TANH: {
      const vec square = x * x;
      const vec s = logistic(spread(1.59576912f) * x * fma(square, spread(0.044715f), one));
      return s + x * s * (one - s) * spread(1.59576912f) * fma(square, spread(0.134145f), one);
    }
    case VC_ACTIVATION_SILU: {
      const vec s = logistic(x);
      return s * fma(x, one - s, one);
    }
    case VC_ACTIVATION_SOFTPLUS: return logistic(x);
    default: return one;
  }
}

}  // namespace

void neural_normalize(const neural_call& p, int64_t first, int64_t end) {
  const float* gain = p.b.floats();
  const float* bias = p.c.floats();
  for (int64_t i = first; i < end; ++i) {
    const float* x = p.a.floats() + i * p.w;
    float mean = 0;
    if (p.flag) mean = sum_of_row(p.w, [&](int64_t j, int64_t n) { return take(x, false, j, n); }) / float(p.w);
    const vec m = spread(mean);
    const float square = sum_of_row(p.w, [&](int64_t j, int64_t n) {
      vec v = take(x, false, j, n) - m;
      if (n < kLanes)
        for (int64_t l = n; l < kLanes; ++l) v[l] = 0;
      return v * v;
    });
    const float r = 1.0f / __builtin_sqrtf(square / float(p.w) + float(p.x));
    p.d.floats()[2 * i] = mean;
    p.d.floats()[2 * i + 1] = r;
    const vec s = spread(r);
    along(0, p.w, [&](int64_t j, int64_t n) {
      vec y = (take(x, false, j, n) - m) * s * take(gain, false, j, n);
      if (bias) y += take(bias, false, j, n);
      give(p.e.data, p.e.bf16, i * p.w + j, y, n);
    });
  }
}

void neural_normalize_inputs(const neural_call& p, int64_t first, int64_t end) {
  const float* gain = p.b.floats();
  for (int64_t i = first; i < end; ++i) {
    const int64_t at = i * p.w;
    const float *x = p.a.floats() + at, mean = p.c.floats()[2 * i], r = p.c.floats()[2 * i + 1];
    const vec m = spread(mean), s = spread(r);
    auto slope = [&](int64_t j, int64_t n) { return take(p.d.data, p.d.bf16, at + j, n) * take(gain, false, j, n); };
    float sum = 0;
    if (p.flag & 1) sum = sum_of_row(p.w, slope) / float(p.w);
    const float product =
        sum_of_row(p.w, [&](int64_t j, int64_t n) { return slope(j, n) * ((take(x, false, j, n) - m) * s); }) / float(p.w);
    const vec a = spread(sum), b = spread(product);
    along(0, p.w, [&](int64_t j, int64_t n) {
      vec y = s * (slope(j, n) - a - (take(x, false, j, n) - m) * s * b);
      if (p.flag & 2) y += take(p.e.data, false, at + j, n);
      give(p.e.data, false, at + j, y, n);
    });
  }
}

void neural_normalize_weights(const neural_call& p, int64_t first, int64_t end) {
  for (int64_t c = first; c < end; c += kStrip) {
    const int64_t vectors = (lesser(kStrip, end - c) + kLanes - 1) / kLanes;
    vec gain[kStrip / kLanes], bias[kStrip / kLanes];
    for (int64_t q = 0; q < vectors; ++q) gain[q] = bias[q] = zero();
    for (int64_t block = 0; block < p.n; block += kRowBlock) {
      vec g[kStrip / kLanes], b[kStrip / kLanes];
      for (int64_t q = 0; q < vectors; ++q) g[q] = b[q] = zero();
      for (int64_t i = block; i < lesser(p.n, block + kRowBlock); ++i) {
        const vec m = spread(p.c.floats()[2 * i]), s = spread(p.c.floats()[2 * i + 1]);
        for (int64_t q = 0; q < vectors; ++q) {
          const int64_t j = c + q * kLanes, n = lesser(kLanes, end - j);
          const vec d = take(p.d.data, p.d.bf16, i * p.w + j, n);
          g[q] += d * ((take(p.a.data, false, i * p.w + j, n) - m) * s);
          b[q] += d;
        }
      }
      for (int64_t q = 0; q < vectors; ++q) gain[q] += g[q], bias[q] += b[q];
    }
    for (int64_t q = 0; q < vectors; ++q) {
      const int64_t j = c + q * kLanes, n = lesser(kLanes, end - j);
      give(p.e.data, false, j, gain[q], n);
      if (p.f.data) give(p.f.data, false, j, bias[q], n);
    }
  }
}

void neural_column_sums(const neural_call& p, int64_t first, int64_t end) {
  for (int64_t c = first; c < end; c += kStrip) {
    const int64_t vectors = (lesser(kStrip, end - c) + kLanes - 1) / kLanes;
    vec sum[kStrip / kLanes];
    for (int64_t q = 0; q < vectors; ++q) sum[q] = zero();
    for (int64_t block = 0; block < p.n; block += kRowBlock) {
      vec b[kStrip / kLanes];
      for (int64_t q = 0; q < vectors; ++q) b[q] = zero();
      for (int64_t i = block; i < lesser(p.n, block + kRowBlock); ++i)
        for (int64_t q = 0; q < vectors; ++q) {
          const int64_t j = c + q * kLanes;
          b[q] += take(p.a.data, p.a.bf16, i * p.w + j, lesser(kLanes, end - j));
        }
      for (int64_t q = 0; q < vectors; ++q) sum[q] += b[q];
    }
    for (int64_t q = 0; q < vectors; ++q)
      give(p.b.data, false, c + q * kLanes, sum[q], lesser(kLanes, end - c - q * kLanes));
  }
}

void neural_activate(const neural_call& p, int64_t first, int64_t end) {
  along(first, end, [&](int64_t j, int64_t n) {
    give(p.b.data, p.b.bf16, j, activated(int32_t(p.kind), take(p.a.data, p.a.bf16, j, n)), n);
  });
}

void neural_activate_gradient(const neural_call& p, int64_t first, int64_t end) {
  along(first, end, [&](int64_t j, int64_t n) {
    const vec slope = slope_of(p.kind, take(p.a.data, p.a.bf16, j, n)) * take(p.b.data, p.b.bf16, j, n);
    give(p.c.data, p.c.bf16, j, slope, n);
  });
}

void neural_gate(const neural_call& p, int64_t first, int64_t end) {
  for (int64_t i = first; i < end; ++i)
    along(0, p.w, [&](int64_t j, int64_t n) {
      const vec gate = take(p.a.data, p.a.bf16, 2 * i * p.w + j, n), up = take(p.a.data, p.a.bf16, (2 * i + 1) * p.w + j, n);
      give(p.b.data, p.b.bf16, i * p.w + j, gate * logistic(gate) * up, n);
    });
}

void neural_gate_gradient(const neural_call& p, int64_t first, int64_t end) {
  for (int64_t i = first; i < end; ++i)
    along(0, p.w, [&](int64_t j, int64_t n) {
      const int64_t at = 2 * i * p.w + j;
      const vec gate = take(p.a.data, p.a.bf16, at, n), up = take(p.a.data, p.a.bf16, at + p.w, n);
      const vec slope = take(p.b.data, p.b.bf16, i * p.w + j, n), one = spread(1.0f);
      const vec s = logistic(gate);
      give(p.c.data, p.c.bf16, at, s * fma(gate, one - s, one) * up * slope, n);
      give(p.c.data, p.c.bf16, at + p.w, gate * s * slope, n);
    });
}

bool neural_add_rows(const neural_call& p, int64_t first, int64_t end) {
  const int32_t* index = static_cast<const int32_t*>(p.b.data);
  for (int64_t i = first; i < end; ++i) {
    const int64_t row = index[i / p.repeat];
    if (row < 0 || row >= p.entries) return false;
    along(0, p.w, [&](int64_t j, int64_t n) {
      const vec sum = take(p.c.data, false, i * p.w + j, n) + take(p.a.data, false, row * p.w + j, n);
      give(p.c.data, false, i * p.w + j, sum, n);
    });
  }
  return true;
}

bool neural_add_rows_gradient(const neural_call& p, int64_t first, int64_t end) {
  const int32_t* index = static_cast<const int32_t*>(p.b.data);
  for (int64_t t = 0; t < p.entries; ++t)
    along(first, end, [&](int64_t j, int64_t n) { give(p.c.data, false, t * p.w + j, zero(), n); });
  for (int64_t i = 0; i < p.n; ++i) {
    const int64_t row = index[i / p.repeat];
    if (row < 0 || row >= p.entries) return false;
    along(first, end, [&](int64_t j, int64_t n) {
      const vec sum = take(p.c.data, false, row * p.w + j, n) + take(p.a.data, false, i * p.w + j, n);
      give(p.c.data, false, row * p.w + j, sum, n);
    });
  }
  return true;
}

void neural_add(const neural_call& p, int64_t first, int64_t end) {
  const vec factor = spread(float(p.x));
  along(first, end, [&](int64_t j, int64_t n) {
    give(p.b.data, p.b.bf16, j, fma(factor, take(p.a.data, p.a.bf16, j, n), take(p.b.data, p.b.bf16, j, n)), n);
  });
}

void neural_copy_columns(const neural_call& p, int64_t first, int64_t end) {
  for (int64_t i = first; i < end; ++i)
    along(0, p.flag, [&](int64_t j, int64_t n) {
      give(p.b.data, p.b.bf16, i * p.w + p.kind + j, take(p.a.data, p.a.bf16, i * p.entries + p.repeat + j, n), n);
    });
}

}  // namespace VC_SET
}  // namespace vc
