// The dense kernels against the oracle: tensor cores and the plain tile, every type, both ways a factor can lie.
// SPDX-License-Identifier: Apache-2.0
#include "dense.h"
#include "device.h"

#include <memory>

namespace {

using namespace test;

// Numbers of either type on the device, and what they stand for.
struct numbers {
  numbers(int64_t n, bool half, uint64_t seed) {
    random_numbers random{seed};
    std::vector<uint16_t> h;
    for (int64_t i = 0; i < n; ++i) {
      f.push_back(float(random.unit() - 0.5));
      h.push_back(nearest_bf16(f.back()));
      if (half) f.back() = widened(h.back());
    }
    if (half) {
      halves = std::make_unique<on_device<uint16_t>>(h);
    } else {
      floats = std::make_unique<on_device<float>>(f);
    }
  }
  int64_t address() const { return floats ? floats->address : halves->address; }
  std::vector<float> f;
  std::unique_ptr<on_device<float>> floats;
  std::unique_ptr<on_device<uint16_t>> halves;
};

double activation(int kind, double x) {
  switch (kind) {
    case VC_ACTIVATION_RELU: return x < 0 ? 0 : x;
    case VC_ACTIVATION_GELU: return x * 0.5 * std::erfc(-x / std::sqrt(2.0));
    case VC_ACTIVATION_GELU_TANH: return x * 0.5 * (1 + std::tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)));
    case VC_ACTIVATION_SILU: return x / (1 + std::exp(-x));
    case VC_ACTIVATION_SOFTPLUS: return std::fmax(x, 0) + std::log1p(std::exp(-std::fabs(x)));
    default: return x;
  }
}

// One product; form is a set of bits: A half, B half, A turned, B turned, everything after the product, rounded factors.
void product(memory_of_results& memory, int64_t m, int64_t n, int64_t k, int form, bool tensor) {
  const bool a_half = form & 1, b_half = form & 2, a_turned = form & 4, b_turned = form & 8, all = form & 16, rounded = form & 32;
  const std::string what = "dense " + std::to_string(m) + " x " + std::to_string(n) + " x " + std::to_string(k) + ", form " +
                           std::to_string(form) + (tensor ? ", tensor" : ", plain");
  const numbers a(m * k, a_half, 1), b(k * n, b_half, 2), bias(n, false, 3), residual(m * n, b_half, 4), old(m * n, false, 5);
  const on_device<float> out(old.f), before(m * n);
  const on_device<uint16_t> copy(m * n);
  vc::dense_call c{};
  c.m = m, c.n = n, c.k = k;
  c.a = {reinterpret_cast<const void*>(a.address()), a_half, a_turned ? 1 : k, a_turned ? m : 1, 0, 0};
  c.b = {reinterpret_cast<const void*>(b.address()), b_half, b_turned ? 1 : n, b_turned ? k : 1, 0, 0};
  c.out = reinterpret_cast<void*>(out.address);
  c.out_row = n;
  c.factor = all ? -0.5f : 1.0f;
  c.items = 1;
  const int kind = all ? int((m + k) % 5) : 0;
  if (all) {
    c.add = true;
    c.bias = reinterpret_cast<const float*>(bias.address());
    c.activation = kind;
    c.residual = reinterpret_cast<const void*>(residual.address());
    c.residual_half = b_half;
    c.before = reinterpret_cast<void*>(before.address);
    c.copy = reinterpret_cast<uint16_t*>(copy.address);
  }
  must(vc::multiply_dense(vc::queue_at(queue), c, 1, rounded, tensor), what);
  std::vector<double> wanted, scale, z;
  for (int64_t i = 0; i < m; ++i)
    for (int64_t j = 0; j < n; ++j) {
      double sum = 0, size = 0;
      for (int64_t x = 0; x < k; ++x) {
        const double term = double(c.factor) * a.f[size_t(a_turned ? x * m + i : i * k + x)] * b.f[size_t(b_turned ? j * k + x : x * n + j)];
        sum += term;
        size += std::fabs(term);
      }
      const size_t o = size_t(i * n + j);
      if (all) {
        sum += double(old.f[o]) + bias.f[size_t(j)];
        size += std::fabs(old.f[o]) + std::fabs(bias.f[size_t(j)]);
      }
      z.push_back(sum);
      sum = activation(kind, sum);
      if (all) sum += residual.f[o], size += std::fabs(residual.f[o]);
      wanted.push_back(sum);
      scale.push_back(size + 1e-6);
    }
  const bool rounds = tensor && rounded && !(a_half && b_half);
  const std::vector<float> got = out.get();
  near(got, wanted, scale, rounds ? 1.2e-2 : 5e-6, what);
  if (all) {
    near(before.get(), z, scale, rounds ? 1.2e-2 : 5e-6, what + ", before");
    const std::vector<uint16_t> halves = copy.get();
    for (size_t i = 0; i < got.size(); ++i) expect(halves[i] == nearest_bf16(got[i]), what + ", copy");
  }
  memory.remember(what, got);
}

void dense_kernels(memory_of_results& memory) {
  const int64_t shapes[][3] = {{1, 1, 1}, {17, 70, 33}, {66, 40, 64}, {3, 5, 0}};
  for (const auto& shape : shapes)
    for (int form = 0; form < 64; ++form) {
      if (brief && form % 7 != 3) continue;
      product(memory, shape[0], shape[1], shape[2], form, true);
      if (form < 32) product(memory, shape[0], shape[1], shape[2], form, false);
    }
  if (!brief) {
    product(memory, 20, 12, 2100, 0, true);
    product(memory, 20, 12, 2100, 3, true);
  }
  std::vector<float> x(5000, 1.5f);
  for (const int64_t bad : {int64_t(-1), int64_t(0), int64_t(4999)}) {
    std::vector<float> y = x;
    if (bad >= 0) y[size_t(bad)] = std::nanf("");
    const on_device<float> numbers_there(y);
    const on_device<int32_t> flag(1);
    must(vc_cuda_dense_finite(queue, numbers_there.address, VC_F32, 5000, flag.address), "finite");
    expect(flag.get()[0] == (bad < 0 ? 1 : 0), "what is not finite is found");
  }
}

void dense_mistakes() {
  expect(vc_cuda_dense_multiply(queue, nullptr) == VC_INVALID, "no product is refused");
  int64_t f[VC_DENSE_FIELDS] = {};
  f[VC_DENSE_ITEMS] = 1, f[VC_DENSE_OUTER] = 1;
  f[VC_DENSE_A_ROW] = f[VC_DENSE_B_ROW] = 1, f[VC_DENSE_OUT_ROW] = 1;
  f[VC_DENSE_M] = f[VC_DENSE_N] = 1;
  expect(vc_cuda_dense_multiply(queue, f) == VC_INVALID, "no output is refused");
  f[VC_DENSE_INNER] = 7;
  expect(vc_cuda_dense_multiply(queue, f) == VC_INVALID, "an unknown type is refused");
  expect(vc_cuda_dense_copy(queue, 0, VC_F32, 2, 2, 2, 1, 0, VC_BF16) == VC_INVALID, "no operand is refused");
}

const family dense{"dense", dense_kernels, dense_mistakes};

}  // namespace
