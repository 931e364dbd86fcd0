// Set attention, a head of a set at a time, from the kernels of dense products: scores by heads x cells^2, a softmax over each
// row while it is in the cache, and the product with the values. The way back computes the probabilities again from the kept
// logarithms of their sums. Products of avx512bf16 round their factors to bf16; sums, exponentials and what lies between
// products are fp32. Order: that of the products, and rising lanes in the sums of a row.
// SPDX-License-Identifier: Apache-2.0
#include "activation.h"
#include "dense_tile.h"
#include "kernels_neural.h"
#include "log1p.h"

namespace vc {
namespace VC_SET {
namespace {

int64_t lines(int64_t bytes) { return (bytes + 63) / 64 * 64; }

int64_t panels_of(int64_t n) { return (n + dense_panel() - 1) / dense_panel(); }

int64_t packed_bytes(int64_t k, int64_t n) { return lines(panels_of(n) * dense_panel() * steps_of(k) * 4); }

dense_product plain_product(int64_t m, int64_t n, int64_t k) {
  dense_product p = {};
  p.m = m;
  p.n = n;
  p.k = k;
  p.out_row = n;
  p.factor = 1;
  return p;
}

// One head of one set, and the room it works in.
struct head {
  int64_t s, d, row;  // cells, numbers of a head, numbers of a row of q, k and v
  bool bf16;
  char *packed, *room;

  dense_view view(const void* data, bool half, int64_t stride) const { return {data, half, stride, 1}; }

  // out = factor A B, B k x n
  void multiply(int64_t m, int64_t n, int64_t k, const dense_view& a, const dense_view& b, void* out, bool half, int64_t out_row,
                float factor) const {
    dense_product p = plain_product(m, n, k);
    dense_pack(k, n, b, 0, panels_of(n), packed);
    p.a = a;
    p.b = packed;
    p.out = out;
    p.out_bf16 = half;
    p.out_row = out_row;
    p.factor = factor;
    dense_multiply(p, 0, m, 0, panels_of(n), room);
  }
};

dense_view turned(const dense_view& v) { return {v.data, v.bf16, v.column, v.row}; }

float greatest(const float* x, int64_t n) {
  vec m = spread(-__builtin_inff());
  int64_t j = 0;
  for (; j + kLanes <= n; j += kLanes) {
    const vec v = load(x + j);
    m = v > m ? v : m;
  }
  float most = -__builtin_inff();
  for (int i = 0; i < kLanes; ++i) most = m[i] > most ? m[i] : most;
  for (; j < n; ++j) most = x[j] > most ? x[j] : most;
  return most;
}

float sum_of(const float* x, int64_t n) {
  vec s = zero();
  int64_t j = 0;
  for (; j + kLanes <= n; j += kLanes) s += load(x + j);
  float sum = 0;
  for (int i = 0; i < kLanes; ++i) sum += s[i];
  for (; j < n; ++j) sum += x[j];
  return sum;
}

// log of x >= 1: log1p(x - 1)
float logarithm(float x) {
  const vec v = log1p(spread(x - 1));
  return v[0];
}

// x = exp(x - most), at most 1
void exponentials(float* x, int64_t n, float most) {
  const vec m = spread(most);
  for (int64_t j = 0; j < n; j += kLanes) {
    const int64_t count = lesser(kLanes, n - j);
    vec v = take(x, false, j, count) - m;
    v = v > zero() ? zero() : v;
    give(x, false, j, exp_below_zero(v), count);
  }
}

void times(float* x, int64_t n, float factor) {
  const vec f = spread(factor);
  for (int64_t j = 0; j < n; j += kLanes) {
    const int64_t count = lesser(kLanes, n - j);
    give(x, false, j, take(x, false, j, count) * f, count);
  }
}

float product_of_rows(const neural_operand& a, const neural_operand& b, int64_t at, int64_t n) {
  vec s = zero();
  for (int64_t j = 0; j < n; j += kLanes) {
    const int64_t count = lesser(kLanes, n - j);
    s = fma(take(a.data, a.bf16, at + j, count), take(b.data, b.bf16, at + j, count), s);
  }
  float sum = 0;
  for (int i = 0; i < kLanes; ++i) sum += s[i];
  return sum;
}

char* element(const neural_operand& x, int64_t at) { return static_cast<char*>(x.data) + at * (x.bf16 ? 2 : 4); }

}  // namespace

int64_t neural_attention_scratch(const neural_call& p, bool back) {
  const int64_t s = p.w, d = p.repeat;
  int64_t room = 0;
  for (int i = 0; i < 2; ++i) {
    dense_product worst = i ? plain_product(s, d, s) : plain_product(s, s, d);
    worst.a = {nullptr, false, 1, s};
    worst.out_bf16 = true;
    const int64_t bytes = dense_scratch(worst, s, panels_of(worst.n));
    room = bytes > room ? bytes : room;
  }
  const int64_t one = packed_bytes(d, s), other = packed_bytes(s, d);
  return lines(room) + (one > other ? one : other) + (back ? 2 : 1) * lines(s * s * 4);
}

void neural_attention(const neural_call& p, bool back, int64_t first, int64_t end, void* scratch) {
  const int64_t s = p.w, heads = p.entries, d = p.repeat, width = heads * d, row = 3 * width;
  const float scale = 1.0f / __builtin_sqrtf(float(d));
  float* weights = static_cast<float*>(scratch);
  float* slopes = weights + lines(s * s * 4) / 4;
  char* rest = reinterpret_cast<char*>(back ? slopes + lines(s * s * 4) / 4 : slopes);
  const int64_t one = packed_bytes(d, s), other = packed_bytes(s, d);
  const head h = {s, d, row, p.a.bf16, rest, rest + (one > other ? one : other)};
  for (int64_t i = first; i < end; ++i) {
    const int64_t set = i / heads, place = i % heads * d, from = set * s * row + place, to = set * s * width + place;
    const dense_view q = h.view(element(p.a, from), p.a.bf16, row), k = h.view(element(p.a, from + width), p.a.bf16, row),
                     v = h.view(element(p.a, from + 2 * width), p.a.bf16, row);
    float* sums = p.b.floats() + i * s;
    h.multiply(s, s, d, q, turned(k), weights, false, s, scale);
    if (!back) {
      for (int64_t c = 0; c < s; ++c) {
        float* x = weights + c * s;
        const float most = greatest(x, s);
        exponentials(x, s, most);
        const float sum = sum_of(x, s);
        sums[c] = most + logarithm(sum);
        times(x, s, 1.0f / sum);
      }
      h.multiply(s, d, s, h.view(weights, false, s), v, element(p.c, to), p.c.bf16, width, 1);
      continue;
    }
    for (int64_t c = 0; c < s; ++c) exponentials(weights + c * s, s, sums[c]);
    const dense_view g = h.view(element(p.d, to), p.d.bf16, width);
    const dense_view w = h.view(weights, false, s), z = h.view(slopes, false, s);
    h.multiply(s, d, s, turned(w), g, element(p.e, from + 2 * width), p.e.bf16, row, 1);
    h.multiply(s, s, d, g, turned(v), slopes, false, s, 1);
    for (int64_t c = 0; c < s; ++c) {
      const vec shift = spread(product_of_rows(p.d, p.c, to + c * width, d)), factor = spread(scale);
      for (int64_t j = c * s; j < (c + 1) * s; j += kLanes) {
        const int64_t n = lesser(kLanes, (c + 1) * s - j);
        give(slopes, false, j, factor * take(weights, false, j, n) * (take(slopes, false, j, n) - shift), n);
      }
    }
    h.multiply(s, d, s, z, k, element(p.e, from), p.e.bf16, row, 1);
    h.multiply(s, d, s, turned(z), q, element(p.e, from + width), p.e.bf16, row, 1);
  }
}

}  // namespace VC_SET
}  // namespace vc
