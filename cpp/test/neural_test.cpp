// The neural kernels of every instruction set this processor has, against the formulas in double precision, whole and cut into
// chunks, on ragged shapes; operands are exactly as long as they must be, for AddressSanitizer. The table over all types and
// operations, against a reference whose ways back are checked by differences, is Java's NeuralContract.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cases.h"
#include "virtualcell_cpu.h"
#include "virtualcell_cpu_neural.h"

namespace {

using namespace test;

template <class T>
int64_t at(const std::vector<T>& v) {
  return reinterpret_cast<int64_t>(v.data());
}

std::vector<float> numbers(int64_t n, uint64_t seed) {
  random_numbers random{seed};
  std::vector<float> v;
  for (int64_t i = 0; i < n; ++i) v.push_back(float(4 * random.unit() - 2));
  return v;
}

int64_t bits(double x) {
  int64_t b;
  std::memcpy(&b, &x, 8);
  return b;
}

struct call {
  int isa;
  int what;
  int64_t f[VC_NEURAL_FIELDS] = {};
  call(int set, int kind) : isa(set), what(kind) {}
  call& operands(std::vector<int64_t> addresses) {
    std::copy(addresses.begin(), addresses.end(), f);
    return *this;
  }
  call& size(int64_t n, int64_t w) {
    f[VC_NEURAL_N] = n, f[VC_NEURAL_W] = w;
    return *this;
  }
  call& set(int field, int64_t value) {
    f[field] = value;
    return *this;
  }
  // Runs the range in chunks of `step`.
  void run(int64_t extent, int64_t step, int64_t scratch = 0, int half = 0) {
    for (int64_t i = 0; i < extent; i += step) {
      const int32_t status = vc_cpu_neural(isa, what, half, int64_t(f), i, std::min(extent, i + step), scratch);
      expect(status == VC_OK, "kind " + std::to_string(what) + ": " + (status ? vc_cpu_error_text() : ""));
    }
  }
};

void close(const std::vector<float>& got, const std::vector<double>& wanted, double tolerance, const std::string& what) {
  double worst = 0;
  for (size_t i = 0; i < wanted.size(); ++i) worst = std::max(worst, std::fabs(double(got[i]) - wanted[i]));
  expect(worst <= tolerance && got.size() == wanted.size(), what + " is off by " + std::to_string(worst));
}

void norms(int isa, int64_t n, int64_t w) {
  const std::string what = "norm " + std::to_string(n) + " x " + std::to_string(w) + ", set " + std::to_string(isa);
  const auto x = numbers(n * w, 1), gain = numbers(w, 2), bias = numbers(w, 3), slope = numbers(n * w, 4);
  std::vector<float> statistics(size_t(2 * n), 0), out(size_t(n * w), 0), dx(size_t(n * w), 0), d_gain(size_t(w), 7), d_bias(size_t(w), 7);
  call(isa, VC_NORMALIZE).operands({at(x), at(gain), at(bias), at(statistics), at(out)}).size(n, w).set(VC_NEURAL_FLAG, 1)
      .set(VC_NEURAL_X, bits(1e-5)).run(n, 3);
  call(isa, VC_NORMALIZE_INPUTS).operands({at(x), at(gain), at(statistics), at(slope), at(dx)}).size(n, w).set(VC_NEURAL_FLAG, 1).run(n, 2);
  call(isa, VC_NORMALIZE_WEIGHTS).operands({at(x), 0, at(statistics), at(slope), at(d_gain), at(d_bias)}).size(n, w).run(w, 64);
  std::vector<double> y, wx, wg(size_t(w), 0), wb(size_t(w), 0);
  for (int64_t i = 0; i < n; ++i) {
    double mean = 0, square = 0, sum = 0, product = 0;
    for (int64_t j = 0; j < w; ++j) mean += x[size_t(i * w + j)] / double(w);
    for (int64_t j = 0; j < w; ++j) square += std::pow(x[size_t(i * w + j)] - mean, 2) / double(w);
    const double r = 1 / std::sqrt(square + 1e-5);
    for (int64_t j = 0; j < w; ++j) {
      const size_t a = size_t(i * w + j);
      const double z = (x[a] - mean) * r, g = double(slope[a]) * gain[size_t(j)];
      y.push_back(z * gain[size_t(j)] + bias[size_t(j)]);
      sum += g / double(w);
      product += g * z / double(w);
      wg[size_t(j)] += slope[a] * z;
      wb[size_t(j)] += slope[a];
    }
    for (int64_t j = 0; j < w; ++j) {
      const size_t a = size_t(i * w + j);
      wx.push_back(r * (double(slope[a]) * gain[size_t(j)] - sum - (x[a] - mean) * r * product));
    }
  }
  close(out, y, 2e-5, what);
  close(dx, wx, w == 1 ? 1e-3 : 2e-4, what + ", inputs");
  close(d_gain, wg, 1e-4, what + ", gain");
  close(d_bias, wb, 1e-4, what + ", bias");
}

void attention(int isa, int half, int64_t sets, int64_t s, int64_t heads, int64_t d) {
  const std::string what = "attention of " + std::to_string(s) + " cells, head size " + std::to_string(d) + ", set " +
                           std::to_string(isa) + (half ? ", bf16" : "");
  const int64_t width = heads * d;
  const auto qkv = numbers(sets * s * 3 * width, 5), slope = numbers(sets * s * width, 6);
  std::vector<float> sums(size_t(sets * s * heads), 0), out(size_t(sets * s * width), 0), d_qkv(qkv.size());
  call forward(isa, VC_ATTENTION), back(isa, VC_ATTENTION_GRADIENT);
  forward.operands({at(qkv), at(sums), at(out)});
  back.operands({at(qkv), at(sums), at(out), at(slope), at(d_qkv)});
  for (call* c : {&forward, &back}) {
    c->size(sets, s).set(VC_NEURAL_ENTRIES, heads).set(VC_NEURAL_REPEAT, d);
    const int64_t bytes = vc_cpu_neural_scratch(isa, c->what, half, int64_t(c->f));
    std::vector<char> room(size_t(bytes) + 64, 0);
    c->run(sets * heads, 1, (at(room) + 63) / 64 * 64, half);
  }
  std::vector<double> y(out.size()), dx(qkv.size(), 0);
  for (int64_t set = 0; set < sets; ++set)
    for (int64_t h = 0; h < heads; ++h) {
      auto place = [&](int64_t i, int64_t part) { return size_t(((set * s + i) * 3 + part) * width + h * d); };
      for (int64_t i = 0; i < s; ++i) {
        std::vector<double> p, dp;
        double sum = 0, along = 0;
        const size_t to = size_t((set * s + i) * width + h * d);
        for (int64_t j = 0; j < s; ++j) {
          double score = 0, g = 0;
          for (int64_t k = 0; k < d; ++k) {
            score += double(qkv[place(i, 0) + size_t(k)]) * qkv[place(j, 1) + size_t(k)] / std::sqrt(double(d));
            g += double(slope[to + size_t(k)]) * qkv[place(j, 2) + size_t(k)];
          }
          p.push_back(std::exp(score));
          dp.push_back(g);
          sum += p.back();
        }
        for (int64_t j = 0; j < s; ++j) {
          p[size_t(j)] /= sum;
          along += p[size_t(j)] * dp[size_t(j)];
          for (int64_t k = 0; k < d; ++k) y[to + size_t(k)] += p[size_t(j)] * qkv[place(j, 2) + size_t(k)];
        }
        for (int64_t j = 0; j < s; ++j) {
          const double ds = p[size_t(j)] * (dp[size_t(j)] - along) / std::sqrt(double(d));
          for (int64_t k = 0; k < d; ++k) {
            dx[place(i, 0) + size_t(k)] += ds * qkv[place(j, 1) + size_t(k)];
            dx[place(j, 1) + size_t(k)] += ds * qkv[place(i, 0) + size_t(k)];
            dx[place(j, 2) + size_t(k)] += p[size_t(j)] * slope[to + size_t(k)];
          }
        }
      }
    }
  double most = 0;
  for (const double v : dx) most = std::max(most, std::fabs(v));
  close(out, y, half ? 4e-2 : 2e-5, what);
  close(d_qkv, dx, (half ? 2e-2 : 2e-5) * most, what + ", gradient");
}

void others(int isa) {
  const int64_t n = 5, w = 37, count = n * w;
  const auto x = numbers(count, 7), y = numbers(count, 8), wide = numbers(2 * count, 9);
  std::vector<float> out(size_t(count), 0), twice(size_t(2 * count), 0), sum(size_t(w), 3);
  for (int kind = VC_ACTIVATION_NONE; kind <= VC_ACTIVATION_SOFTPLUS; ++kind) {
    call(isa, VC_ACTIVATE).operands({at(x), at(out)}).size(count, 0).set(VC_NEURAL_KIND, kind).run(count, 64);
    call(isa, VC_ACTIVATE_GRADIENT).operands({at(x), at(y), at(out)}).size(count, 0).set(VC_NEURAL_KIND, kind).run(count, 64);
  }
  call(isa, VC_GATE).operands({at(wide), at(out)}).size(n, w).run(n, 2);
  call(isa, VC_GATE_GRADIENT).operands({at(wide), at(y), at(twice)}).size(n, w).run(n, 2);
  call(isa, VC_COLUMN_SUMS).operands({at(x), at(sum)}).size(n, w).run(w, 64);
  std::vector<double> wanted(size_t(w), 0);
  for (int64_t i = 0; i < count; ++i) wanted[size_t(i % w)] += x[size_t(i)];
  close(sum, wanted, 1e-5, "column sums, set " + std::to_string(isa));
  const std::vector<int32_t> index = {2, 0, 2, 1, 1}, bad = {2, 0, 3, 1, 1};
  const auto table = numbers(3 * w, 10);
  std::vector<float> rows = x, d_table(size_t(3 * w), 9);
  call(isa, VC_ADD_ROWS).operands({at(table), at(index), at(rows)}).size(n, w).set(VC_NEURAL_ENTRIES, 3).set(VC_NEURAL_REPEAT, 1).run(n, 2);
  call(isa, VC_ADD_ROWS_GRADIENT).operands({at(x), at(index), at(d_table)}).size(n, w).set(VC_NEURAL_ENTRIES, 3)
      .set(VC_NEURAL_REPEAT, 1).run(w, 64);
  wanted.assign(size_t(3 * w), 0);
  for (int64_t i = 0; i < count; ++i) wanted[size_t(index[size_t(i / w)] * w + i % w)] += x[size_t(i)];
  close(d_table, wanted, 1e-6, "gradient of a table, set " + std::to_string(isa));
  call wrong(isa, VC_ADD_ROWS);
  wrong.operands({at(table), at(bad), at(rows)}).size(n, w).set(VC_NEURAL_ENTRIES, 3).set(VC_NEURAL_REPEAT, 1);
  expect(vc_cpu_neural(isa, VC_ADD_ROWS, 0, int64_t(wrong.f), 0, n, 0) == VC_INVALID, "an index outside its table");
  expect(vc_cpu_neural(isa, VC_ADD_ROWS, 0, int64_t(wrong.f), 0, n + 1, 0) == VC_INVALID, "a range outside its rows");
  expect(vc_cpu_neural(isa, VC_NEURAL_KINDS, 0, int64_t(wrong.f), 0, n, 0) == VC_INVALID, "an unknown kind");
  double squares = 0, total = 0;
  call(isa, VC_SQUARED_SUM).operands({at(x)}).size(count, 0).run(count, count, int64_t(reinterpret_cast<intptr_t>(&squares)));
  for (const float v : x) total += double(v) * v;
  expect(std::fabs(squares - total) < 1e-5 * total, "a sum of squares");
  // one step of AdamW from nothing: m = (1 - b1) g, v = (1 - b2) g^2, and both corrections cancel them
  std::vector<float> weights = y, m(size_t(count), 0), v(size_t(count), 0), mean = y, control = {0.01f, 1, 0.5f, 0};
  call(isa, VC_ADAMW).operands({at(x), at(weights), at(m), at(v), at(mean), at(control)}).size(count, 0).set(VC_NEURAL_X, bits(0.9))
      .set(VC_NEURAL_Y, bits(0.999)).set(VC_NEURAL_Z, bits(1e-8)).set(VC_NEURAL_U, bits(0.1)).set(VC_NEURAL_V, bits(0.75)).run(count, 64);
  wanted.clear();
  std::vector<double> average;
  for (int64_t i = 0; i < count; ++i) {
    wanted.push_back(y[size_t(i)] * (1 - 0.001) - 0.01 * (x[size_t(i)] > 0 ? 1 : -1));
    average.push_back(0.75 * y[size_t(i)] + 0.25 * wanted.back());
  }
  close(weights, wanted, 2e-6, "AdamW, set " + std::to_string(isa));
  close(mean, average, 2e-6, "its average");
  // Philox 4x32-10 of a counter and key of zeros begins 6627e8d5 e169c58d bc57ac4c 9b00dbd8
  const std::vector<int64_t> key = {0, 0};
  std::vector<float> ones(size_t(count), 1), kept(size_t(count), 9);
  call(isa, VC_DROPOUT).operands({at(ones), at(kept), at(key)}).size(count, 0).set(VC_NEURAL_X, bits(0.5)).run(count, 64);
  expect(kept[0] == 0 && kept[1] == 2 && kept[2] == 2 && kept[3] == 2, "the first words of Philox, set " + std::to_string(isa));
}

}  // namespace

int main() {
  for (int isa = VC_ISA_BASELINE; isa <= vc_cpu_best_isa(); ++isa) {
    norms(isa, 7, 1);
    norms(isa, 5, 33);
    norms(isa, 130, 70);
    others(isa);
    for (const int half : {0, 1})
      if (!half || isa >= VC_ISA_AVX512_BF16) {
        attention(isa, half, 2, 5, 3, 7);
        attention(isa, half, 1, 64, 2, 32);
        attention(isa, half, 1, 33, 1, 128);
      }
  }
  return verdict("neural kernels");
}
