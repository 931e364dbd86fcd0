// Dense products, conversion and the search for infinities, on every instruction set this processor has, against double
// precision; cuts that must not change a byte. Operands are exactly as long as they must be, for AddressSanitizer.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cases.h"
#include "virtualcell_cpu.h"
#include "virtualcell_cpu_dense.h"

namespace {

using namespace test;

template <class T>
int64_t at(const std::vector<T>& v) {
  return reinterpret_cast<int64_t>(v.data());
}

void must(int32_t status, const std::string& what) {
  expect(status == VC_OK, what + ": " + (status ? vc_cpu_error_text() : ""));
}

uint16_t nearest(float x) {
  uint32_t u;
  std::memcpy(&u, &x, 4);
  if (x != x) return uint16_t(u >> 16 | 0x40);
  return uint16_t((u + 0x7fff + (u >> 16 & 1)) >> 16);
}
float widened(uint16_t h) {
  const uint32_t u = uint32_t(h) << 16;
  float x;
  std::memcpy(&x, &u, 4);
  return x;
}

// Numbers of either type, and what they stand for.
struct numbers {
  std::vector<float> f;
  std::vector<uint16_t> h;
  bool bf16 = false;
  numbers(int64_t n, bool as_bf16, uint64_t seed) : bf16(as_bf16) {
    random_numbers random{seed};
    for (int64_t i = 0; i < n; ++i) {
      f.push_back(float(random.unit() - 0.5));
      if (bf16) {
        h.push_back(nearest(f.back()));
        f.back() = widened(h.back());
      }
    }
  }
  int64_t address() const { return bf16 ? at(h) : at(f); }
  int64_t type() const { return bf16 ? VC_BF16 : VC_F32; }
};

double activation(int kind, double x) {
  const double pi = 3.14159265358979323846;
  switch (kind) {
    case VC_ACTIVATION_RELU: return x < 0 ? 0 : x;
    case VC_ACTIVATION_GELU: return x * 0.5 * std::erfc(-x / std::sqrt(2.0));
    case VC_ACTIVATION_GELU_TANH: return x * 0.5 * (1 + std::tanh(std::sqrt(2 / pi) * (x + 0.044715 * x * x * x)));
    case VC_ACTIVATION_SILU: return x / (1 + std::exp(-x));
    case VC_ACTIVATION_SOFTPLUS: return std::fmax(x, 0) + std::log1p(std::exp(-std::fabs(x)));
    default: return x;
  }
}

struct form {
  int inner;
  bool a_bf16, b_bf16, a_turned, b_turned, out_bf16, add, everything;
  int activation;
};

void product(int isa, int64_t m, int64_t n, int64_t k, const form& s) {
  const std::string what = "product " + std::to_string(m) + " x " + std::to_string(n) + " x " + std::to_string(k) + ", set " +
                           std::to_string(isa) + ", form " + std::to_string(s.inner) + std::to_string(s.a_bf16) +
                           std::to_string(s.b_bf16) + std::to_string(s.a_turned) + std::to_string(s.b_turned) +
                           std::to_string(s.out_bf16) + std::to_string(s.add) + std::to_string(s.everything);
  const numbers a(m * k, s.a_bf16, 1), b(k * n, s.b_bf16, 2), bias(n, false, 3), residual(m * n, s.a_bf16, 4), old(m * n, false, 5);
  const float factor = s.everything ? 0.5f : 1.0f, nan = std::nanf("");
  std::vector<double> wanted, scale, before;
  for (int64_t i = 0; i < m; ++i)
    for (int64_t j = 0; j < n; ++j) {
      double sum = 0, size = 0;
      for (int64_t x = 0; x < k; ++x) {
        float l = a.f[size_t(s.a_turned ? x * m + i : i * k + x)], r = b.f[size_t(s.b_turned ? j * k + x : x * n + j)];
        sum += double(l) * r;
        size += std::fabs(double(l) * r);
      }
      sum *= factor;
      size *= factor;
      const size_t o = size_t(i * n + j);
      if (s.add) sum += old.f[o], size += std::fabs(old.f[o]);
      if (s.everything) sum += bias.f[size_t(j)], size += std::fabs(bias.f[size_t(j)]);
      before.push_back(sum);
      sum = activation(s.everything ? s.activation : 0, sum);
      if (s.everything) sum += residual.f[o], size += std::fabs(residual.f[o]);
      wanted.push_back(sum);
      scale.push_back(size);
    }
  std::vector<char> packed(size_t(vc_cpu_dense_packed_bytes(isa, s.inner, k, n)));
  const int64_t panel = vc_cpu_dense_panel(isa, s.inner), panels = (n + panel - 1) / panel;
  for (int64_t p = 0; p < panels; ++p)
    must(vc_cpu_dense_pack(isa, s.inner, k, n, b.address(), int32_t(b.type()), s.b_turned ? 1 : n, s.b_turned ? k : 1, p, p + 1,
                           at(packed)), what);
  std::vector<float> out, was;
  std::vector<uint16_t> half;
  for (const int64_t cut : {m, int64_t(5)}) {
    out = s.add ? old.f : std::vector<float>(size_t(m * n), nan);
    half.assign(size_t(m * n), 0x7fc0);
    std::vector<float> kept(size_t(m * n), nan);
    std::vector<uint16_t> copy(size_t(m * n), 0x7fc0);
    int64_t f[VC_DENSE_FIELDS] = {};
    f[VC_DENSE_M] = m, f[VC_DENSE_N] = n, f[VC_DENSE_K] = k, f[VC_DENSE_INNER] = s.inner;
    f[VC_DENSE_A] = a.address(), f[VC_DENSE_A_TYPE] = a.type();
    f[VC_DENSE_A_ROW] = s.a_turned ? 1 : k, f[VC_DENSE_A_COLUMN] = s.a_turned ? m : 1;
    f[VC_DENSE_B] = at(packed);
    f[VC_DENSE_OUT] = s.out_bf16 ? at(half) : at(out), f[VC_DENSE_OUT_TYPE] = s.out_bf16 ? VC_BF16 : VC_F32;
    f[VC_DENSE_OUT_ROW] = n, f[VC_DENSE_ADD] = s.add;
    int32_t bits;
    std::memcpy(&bits, &factor, 4);
    f[VC_DENSE_FACTOR] = bits;
    if (s.everything) {
      f[VC_DENSE_BIAS] = at(bias.f), f[VC_DENSE_ACTIVATION] = s.activation;
      f[VC_DENSE_RESIDUAL] = residual.address(), f[VC_DENSE_RESIDUAL_TYPE] = residual.type();
      f[VC_DENSE_BEFORE] = at(kept), f[VC_DENSE_COPY] = at(copy);
    }
    for (int64_t r = 0; r < m; r += cut) {
      const int64_t end = std::min(m, r + cut);
      for (int64_t p = 0; p < panels; p += cut) {
        const int64_t last = std::min(panels, p + cut);
        std::vector<char> room(size_t(vc_cpu_dense_scratch(isa, int64_t(f), end - r, last - p)) + 64);
        must(vc_cpu_dense_multiply(isa, int64_t(f), r, end, p, last, (at(room) + 63) / 64 * 64), what);
      }
    }
    if (s.out_bf16)
      for (size_t i = 0; i < half.size(); ++i) out[i] = widened(half[i]);
    // bf16 inside rounds nothing when the operands are bf16; else each factor by 2^-8
    const bool rounds = s.inner == VC_BF16 && !(s.a_bf16 && s.b_bf16);
    const double tolerance = (rounds ? 1e-2 : 1e-5) * 1.2;
    for (size_t i = 0; i < out.size(); ++i) {
      const double allowed = tolerance * scale[i] + (s.out_bf16 ? std::fabs(wanted[i]) / 256 : 0) + 1e-9;
      expect(std::fabs(double(out[i]) - wanted[i]) <= allowed, what + ", element " + std::to_string(i) + ": " +
             std::to_string(out[i]) + ", wanted " + std::to_string(wanted[i]));
      if (s.everything) {
        expect(std::fabs(double(kept[i]) - before[i]) <= tolerance * scale[i] + 1e-9, what + ", before the activation");
        if (!s.out_bf16) expect(copy[i] == nearest(out[i]), what + ", copy");
      }
    }
    if (was.empty()) was = out;
    expect(std::memcmp(was.data(), out.data(), out.size() * 4) == 0, what + ": a cut changes bytes");
  }
}

void products() {
  const int64_t shapes[][3] = {{1, 1, 1}, {1, 33, 7}, {14, 32, 64}, {15, 31, 33}, {29, 70, 17}, {43, 48, 129}, {13, 20, 1601}, {30, 17, 800}, {3, 5, 0}, {6, 16, 1024}};
  for (int isa = 0; isa <= vc_cpu_best_isa(); ++isa)
    for (const auto& shape : shapes)
      for (int bits = 0; bits < 128; ++bits) {
        form s{};
        s.a_bf16 = bits & 1, s.b_bf16 = bits & 2, s.a_turned = bits & 4, s.b_turned = bits & 8, s.out_bf16 = bits & 16;
        s.everything = bits & 32;
        s.inner = bits & 64 ? VC_BF16 : VC_F32;
        if (s.inner == VC_BF16 && isa < VC_ISA_AVX512_BF16) continue;
        if (shape[2] > 1000 && (bits & 3) == 1) continue;
        s.add = !s.out_bf16 && (bits % 3 == 0);
        s.activation = bits % 5;
        product(isa, shape[0], shape[1], shape[2], s);
      }
}

void batches() {
  // attention of 2 sets x 3 heads over 10 tokens of width 3 x 4: out = 0.5 Q K', read from one matrix of 36 columns
  const int64_t sets = 2, heads = 3, tokens = 10, width = 4, row = 3 * heads * width;
  const numbers qkv(sets * tokens * row, false, 9);
  for (int isa = 0; isa <= vc_cpu_best_isa(); ++isa) {
    std::vector<float> out(size_t(sets * heads * tokens * tokens), std::nanf(""));
    int64_t f[VC_DENSE_FIELDS] = {};
    f[VC_DENSE_M] = tokens, f[VC_DENSE_N] = tokens, f[VC_DENSE_K] = width;
    f[VC_DENSE_A] = at(qkv.f), f[VC_DENSE_A_ROW] = row, f[VC_DENSE_A_COLUMN] = 1;
    f[VC_DENSE_A_OUTER] = tokens * row, f[VC_DENSE_A_ITEM] = width;
    f[VC_DENSE_B] = at(qkv.f) + 4 * heads * width, f[VC_DENSE_B_ROW] = 1, f[VC_DENSE_B_COLUMN] = row;
    f[VC_DENSE_B_OUTER] = tokens * row, f[VC_DENSE_B_ITEM] = width;
    f[VC_DENSE_OUT] = at(out), f[VC_DENSE_OUT_ROW] = tokens;
    f[VC_DENSE_OUT_OUTER] = heads * tokens * tokens, f[VC_DENSE_OUT_ITEM] = tokens * tokens;
    f[VC_DENSE_OUTER] = sets, f[VC_DENSE_ITEMS] = heads;
    f[VC_DENSE_FACTOR] = 0x3f000000;
    std::vector<char> room(size_t(vc_cpu_dense_batch_scratch(isa, int64_t(f))) + 64);
    for (int64_t i = 0; i < sets * heads; i += 4)
      must(vc_cpu_dense_batch(isa, int64_t(f), i, std::min(i + 4, sets * heads), (at(room) + 63) / 64 * 64), "batch");
    for (int64_t s = 0; s < sets; ++s)
      for (int64_t h = 0; h < heads; ++h)
        for (int64_t i = 0; i < tokens; ++i)
          for (int64_t j = 0; j < tokens; ++j) {
            double sum = 0;
            for (int64_t d = 0; d < width; ++d)
              sum += 0.5 * double(qkv.f[size_t((s * tokens + i) * row + h * width + d)]) *
                     double(qkv.f[size_t((s * tokens + j) * row + (heads + h) * width + d)]);
            expect(std::fabs(sum - double(out[size_t(((s * heads + h) * tokens + i) * tokens + j)])) < 1e-6, "batch element");
          }
  }
}

void conversions() {
  std::vector<float> x = {0, -0.0f, 1, -2, 3.14159f, 1e-40f, -1e-40f, 3.4e38f, -3.4028235e38f, INFINITY, -INFINITY, std::nanf(""), 65535};
  random_numbers random{11};
  while (x.size() < 137) x.push_back(float((random.unit() - 0.5) * std::pow(2.0, double(random.next() % 200) - 100)));
  for (int isa = 0; isa <= vc_cpu_best_isa(); ++isa)
    for (size_t n : {size_t(0), size_t(1), size_t(13), size_t(16), size_t(137)}) {
      std::vector<float> from(x.begin(), x.begin() + long(n)), back(n);
      std::vector<uint16_t> to(n);
      must(vc_cpu_dense_convert(isa, at(from), VC_F32, at(to), VC_BF16, 0, int64_t(n)), "to bf16");
      must(vc_cpu_dense_convert(isa, at(to), VC_BF16, at(back), VC_F32, 0, int64_t(n)), "from bf16");
      for (size_t i = 0; i < n; ++i) {
        expect(to[i] == nearest(from[i]), "bf16 of element " + std::to_string(i) + ", set " + std::to_string(isa));
        const float wide = widened(to[i]);
        expect(std::memcmp(&back[i], &wide, 4) == 0, "bf16 widened");
      }
    }
  for (int isa = 0; isa <= vc_cpu_best_isa(); ++isa)
    for (size_t n : {size_t(0), size_t(1), size_t(17), size_t(9000)})
      for (int64_t bad : {int64_t(-1), int64_t(0), int64_t(n) - 1}) {
        numbers v(int64_t(n), false, 3), h(int64_t(n), true, 3);
        const bool spoil = bad >= 0 && bad < int64_t(n);
        if (spoil) v.f[size_t(bad)] = std::nanf(""), h.h[size_t(bad)] = 0xff80;
        int32_t finite = 1;
        must(vc_cpu_dense_finite(isa, at(v.f), VC_F32, 0, int64_t(n), int64_t(&finite)), "finite");
        expect(finite == (spoil ? 0 : 1), "not-a-number is found");
        finite = 1;
        must(vc_cpu_dense_finite(isa, at(h.h), VC_BF16, 0, int64_t(n), int64_t(&finite)), "finite");
        expect(finite == (spoil ? 0 : 1), "infinity is found");
      }
}

void refusals() {
  int64_t f[VC_DENSE_FIELDS] = {};
  expect(vc_cpu_dense_multiply(0, 0, 0, 0, 0, 0, 0) == VC_INVALID, "no product is refused");
  expect(vc_cpu_dense_multiply(99, int64_t(f), 0, 0, 0, 0, 0) == VC_UNSUPPORTED, "an instruction set that is not there");
  f[VC_DENSE_INNER] = VC_BF16;
  expect(vc_cpu_dense_multiply(VC_ISA_BASELINE, int64_t(f), 0, 0, 0, 0, 0) == VC_UNSUPPORTED, "bf16 without the instruction");
  f[VC_DENSE_INNER] = VC_F32;
  f[VC_DENSE_M] = -1;
  expect(vc_cpu_dense_multiply(0, int64_t(f), 0, 0, 0, 0, 0) == VC_INVALID, "a negative size");
  f[VC_DENSE_M] = 1, f[VC_DENSE_N] = 1, f[VC_DENSE_A_ROW] = 1, f[VC_DENSE_OUT_ROW] = 1;
  expect(vc_cpu_dense_multiply(0, int64_t(f), 0, 1, 0, 1, 0) == VC_INVALID, "no output");
  f[VC_DENSE_A_ROW] = 2, f[VC_DENSE_A_COLUMN] = 2;
  expect(vc_cpu_dense_multiply(0, int64_t(f), 0, 0, 0, 0, 0) == VC_INVALID, "no stride of one");
  expect(vc_cpu_dense_pack(0, VC_F32, 4, 4, 0, VC_F32, 4, 1, 0, 9, 0) == VC_INVALID, "panels that are not there");
  expect(vc_cpu_dense_convert(0, 0, VC_F32, 0, VC_F32, 0, 1) == VC_INVALID, "nothing to convert");
}

}  // namespace

int main() {
  products();
  batches();
  conversions();
  refusals();
  return verdict("dense products");
}
