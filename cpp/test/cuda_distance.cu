// The distance kernels against the oracle. SPDX-License-Identifier: Apache-2.0
#include "device.h"
#include "distance_cases.h"
#include "virtualcell_cuda_distance.h"

namespace {

using namespace test;

std::vector<float> slice(const std::vector<float>& all, size_t first, size_t count) {
  std::vector<float> some(count);
  for (size_t i = 0; i < count; ++i) some[i] = all[first + i];
  return some;
}

std::vector<float> joined(const std::vector<float>& a, const std::vector<float>& b) {
  std::vector<float> all(a.size() + b.size());
  for (size_t i = 0; i < all.size(); ++i) all[i] = i < a.size() ? a[i] : b[i - a.size()];
  return all;
}

void one(memory_of_results& memory, const distance_case& c) {
  // pair 0 is the case, pair 1 its sets exchanged where they are of one size, else the case again
  const std::vector<float>&x1 = c.s == c.t ? c.y : c.x, &y1 = c.s == c.t ? c.x : c.y;
  const std::vector<float> xs = joined(c.x, x1), ys = joined(c.y, y1);
  const on_device<float> x(xs), y(ys), weight(std::vector<float>{1.5f, -0.25f}), d(c.s * c.t), out(int64_t(2)),
      gradient(int64_t(xs.size()));
  const on_device<char> scratch(vc_cuda_energy_scratch(2, c.s, c.t, 1, 1) + 64);
  const std::vector<double> xy = distances(c.x, c.s, c.y, c.t, c.columns), xx = distances(c.x, c.s, c.x, c.s, c.columns),
                            yy = distances(c.y, c.t, c.y, c.t, c.columns);
  for (const int squared : {0, 1}) {
    must(vc_cuda_distances(queue, c.s, c.t, c.columns, x.address, y.address, squared, d.address), c.name);
    std::vector<double> wanted = xy;
    if (squared)
      for (double& v : wanted) v *= v;
    const std::vector<float> got = d.get();
    near(got, wanted, wanted, squared ? 4e-5 : 2e-5, c.name + (squared ? " squares" : " distances"));
    memory.remember(c.name + " distances", got);
  }
  const double s = double(c.s), t = double(c.t), between = total(xy) / (s * t);
  const double own = total(xx) / (2 * s * s) + total(yy) / (2 * t * t), energy = between - own;
  const auto like = [&](float got, double wanted, double scale, const std::string& what) {
    expect(std::isnan(wanted) ? std::isnan(got) : std::fabs(got - wanted) <= 2e-5 * scale, what + " " + std::to_string(got) +
                                                                                                ", wanted " + std::to_string(wanted));
  };
  must(vc_cuda_energy(queue, 2, c.s, c.t, c.columns, x.address, y.address, 0, 0, scratch.address, out.address, 0), c.name);
  like(out.get()[0], between, between, c.name + " mean");
  must(vc_cuda_energy(queue, 2, c.s, c.t, c.columns, x.address, y.address, 1, 0, scratch.address, out.address, 0), c.name);
  const std::vector<float> forward = out.get();
  for (const float got : forward) like(got, energy, between + own, c.name + " energy");
  memory.remember(c.name + " energy", forward);
  must(vc_cuda_energy(queue, 2, c.s, c.t, c.columns, x.address, y.address, 1, weight.address, scratch.address, out.address,
                      gradient.address), c.name);
  for (const float got : out.get()) like(got, energy, between + own, c.name + " energy with gradient");
  const std::vector<float> all = gradient.get();
  memory.remember(c.name + " gradient", all);
  const std::vector<float> slope = slice(all, 0, c.x.size());
  if (c.t == 0) {
    for (const float g : slope) expect(std::isnan(g), c.name + " the gradient against no cell");
    return;
  }
  const oracle o = energy_gradient(c, 1.5);
  near(slope, o.value, o.magnitude, 4e-5, c.name + " gradient");
  const distance_case second{c.name + ", pair 1", c.s, c.t, c.columns, x1, y1};
  const oracle p = energy_gradient(second, -0.25);
  const std::vector<float> last = slice(all, c.x.size(), c.x.size());
  near(last, p.value, p.magnitude, 4e-5, second.name + " gradient");
}

void groups(memory_of_results& memory) {
  const int64_t rows = 200, columns = 7;
  const std::vector<float> x = cells_of(cloud::around_zero, rows, columns, 3);
  for (const std::vector<int64_t>& start : {std::vector<int64_t>{0, 200}, {0, 3, 3, 70, 71}, {5, 70, 150}, {0, 0}, {7}}) {
    const int64_t n = int64_t(start.size()) - 1;
    const on_device<float> cells(x), means(n * n), energy(n * n);
    const on_device<int64_t> from(start);
    const on_device<char> scratch(vc_cuda_group_distances_scratch(rows, n));
    must(vc_cuda_group_distances(queue, rows, n, columns, cells.address, from.address, scratch.address, means.address,
                                 energy.address), "groups");
    const std::vector<float> got = means.get(), e = energy.get();
    memory.remember("means", got);
    memory.remember("energies", e);
    std::vector<double> mean;
    const auto of = [&](int64_t g) {
      return std::vector<float>(x.begin() + start[size_t(g)] * columns, x.begin() + start[size_t(g) + 1] * columns);
    };
    for (int64_t g = 0; g < n; ++g)
      for (int64_t h = 0; h < n; ++h) {
        const int64_t a = start[size_t(g) + 1] - start[size_t(g)], b = start[size_t(h) + 1] - start[size_t(h)];
        mean.push_back(total(distances(of(g), a, of(h), b, columns)) / (double(a) * double(b)));
      }
    for (size_t i = 0; i < mean.size(); ++i) {
      const size_t g = i / size_t(n), h = i % size_t(n);
      const double own = mean[g * size_t(n) + g] + mean[h * size_t(n) + h], wanted = 2 * mean[i] - own;
      expect(std::isnan(mean[i]) ? std::isnan(got[i]) : std::fabs(got[i] - mean[i]) <= 2e-5 * mean[i], "mean of groups");
      expect(std::isnan(wanted) ? std::isnan(e[i]) : std::fabs(e[i] - wanted) <= 2e-5 * (2 * mean[i] + own), "energy of groups");
    }
  }
}

void everything(memory_of_results& memory) {
  for (const distance_case& c : distance_cases())
    if (!brief || c.s * c.t * c.columns < 40000) one(memory, c);
  groups(memory);
}

void mistakes() {
  const on_device<float> x(std::vector<float>(30, 1.0f)), out(int64_t(4)), energy(int64_t(4));
  const on_device<char> scratch(vc_cuda_group_distances_scratch(10, 2));
  for (const std::vector<int64_t>& start :
       {std::vector<int64_t>{-1, 5, 6}, {0, 6, 5}, {0, 5, 11}, {INT64_MIN, 0, INT64_MAX}, {3, 2, 1}}) {
    const on_device<int64_t> from(start);
    must(vc_cuda_group_distances(queue, 10, 2, 3, x.address, from.address, scratch.address, out.address, energy.address), "enqueue");
    expect(vc_cuda_synchronize(queue) == VC_BAD_INDEX, "starts out of order or range");
    must(vc_cuda_synchronize(queue), "the queue works again");
  }
  expect(vc_cuda_distances(queue, 3, 4, 2, 0, 0, 0, 0) == VC_INVALID, "no operands");
  expect(vc_cuda_energy(queue, 1, 70000ll * 64, 1, 2, x.address, x.address, 1, 0, scratch.address, out.address, 0) == VC_INVALID,
         "more rows than a grid takes");
}

const family distance{"distance", everything, mistakes};

}  // namespace
