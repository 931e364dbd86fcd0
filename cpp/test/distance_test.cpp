// The distance kernels of every instruction set the processor has, against the oracle, whole and cut.
// SPDX-License-Identifier: Apache-2.0
#include "distance_cases.h"
#include "virtualcell_cpu.h"
#include "virtualcell_cpu_distance.h"

namespace {

using namespace test;

template <class T>
int64_t at(const std::vector<T>& v) {
  return int64_t(reinterpret_cast<intptr_t>(v.data()));
}

void must(int32_t status, const std::string& what) {
  expect(status == VC_OK, what + ": " + (status ? vc_cpu_error_text() : ""));
}

struct packed {
  std::vector<float> rows, norm;
};

packed pack(int isa, int64_t rows, int64_t columns, const std::vector<float>& x, const std::vector<float>& centre) {
  packed p{std::vector<float>(size_t(vc_cpu_distance_packed_floats(rows, columns))),
           std::vector<float>(size_t(vc_cpu_distance_norm_floats(rows)))};
  must(vc_cpu_distance_pack(isa, rows, columns, at(x), at(centre), at(p.rows), at(p.norm)), "pack");
  return p;
}

std::vector<char> scratch_of(bool gradient) { return std::vector<char>(size_t(vc_cpu_distance_scratch(gradient))); }

void one(int isa, const distance_case& c) {
  const std::string what = c.name + ", set " + std::to_string(isa) + ": ";
  std::vector<float> centre(size_t(c.columns), 1e30f);
  must(vc_cpu_distance_centre(isa, c.s, at(c.x), c.t, at(c.y), c.columns, at(centre)), what + "centre");
  const packed px = pack(isa, c.s, c.columns, c.x, centre), py = pack(isa, c.t, c.columns, c.y, centre);
  const std::vector<char> room = scratch_of(false), more = scratch_of(true);
  const std::vector<double> xy = distances(c.x, c.s, c.y, c.t, c.columns), xx = distances(c.x, c.s, c.x, c.s, c.columns);

  for (const int squared : {0, 1}) {
    std::vector<float> whole(xy.size(), NAN), cut(xy.size(), NAN);
    must(vc_cpu_distance_rows(isa, c.columns, 0, c.s, at(c.x), at(px.rows), at(px.norm), c.t, at(c.y), at(py.rows), at(py.norm),
                              squared, at(room), at(whole)), what + "rows");
    for (int64_t i = 0; i < c.s; i += 16)
      must(vc_cpu_distance_rows(isa, c.columns, i, std::min(c.s, i + 16), at(c.x), at(px.rows), at(px.norm), c.t, at(c.y),
                                at(py.rows), at(py.norm), squared, at(room), at(cut)), what + "rows");
    std::vector<double> wanted = xy;
    if (squared)
      for (double& d : wanted) d *= d;
    near(whole, wanted, wanted, squared ? 4e-5 : 2e-5, what + (squared ? "squares" : "distances"));
    expect(same_bytes(whole, cut), what + "another cut gives other bytes");
  }

  std::vector<double> sum(1), all(2);
  for (int64_t i = 0; i < c.s; i += 128) {
    const int64_t end = std::min(c.s, i + 128);
    must(vc_cpu_distance_sum(isa, c.columns, i, end, at(c.x), at(px.rows), at(px.norm), c.t, at(c.y), at(py.rows), at(py.norm), 0,
                             at(room), at(sum)), what + "sum");
    all[0] += sum[0];
    must(vc_cpu_distance_sum(isa, c.columns, i, end, at(c.x), at(px.rows), at(px.norm), c.s, at(c.x), at(px.rows), at(px.norm), 1,
                             at(room), at(sum)), what + "sum of one set");
    all[1] += sum[0];
  }
  const std::vector<double> totals{total(xy), total(xx)};
  near(all, totals, totals, 1e-5, what + "sums");

  const std::vector<float> weight{1.5f};
  std::vector<float> gradient(c.x.size(), NAN);
  std::vector<double> sums(2), backward(2);
  for (int64_t i = 0; i < c.s; i += 128) {
    must(vc_cpu_energy_gradient(isa, c.columns, i, c.s, at(c.x), at(px.rows), at(px.norm), c.t, at(c.y), at(py.rows), at(py.norm),
                                at(weight), at(more), at(gradient), at(sums)), what + "gradient");
    backward[0] += sums[1];
    backward[1] += sums[0];
  }
  near(backward, totals, totals, 1e-5, what + "sums of the gradient");
  const oracle o = energy_gradient(c, weight[0]);
  if (c.t > 0) near(gradient, o.value, o.magnitude, 4e-5, what + "gradient");
  for (float g : gradient) expect(c.t > 0 || std::isnan(g), what + "the gradient against no cell");
}

void groups(int isa) {
  const int64_t rows = 420, columns = 21;
  for (const cloud kind : {cloud::around_zero, cloud::clusters})
    for (const std::vector<int64_t>& start :
         {std::vector<int64_t>{0, 420}, {0, 3, 3, 40, 41}, {5, 70, 230, 420}, {0, 0}, {0, 33, 66, 99, 132}, {7}}) {
      const std::vector<float> x = cells_of(kind, rows, columns, 3);
      const int64_t n = int64_t(start.size()) - 1;
      const std::string what = "groups, set " + std::to_string(isa) + ", " + std::to_string(n);
      std::vector<float> centre(static_cast<size_t>(columns)), none;
      must(vc_cpu_distance_centre(isa, rows, at(x), 0, at(none), columns, at(centre)), what);
      std::vector<int64_t> unit(start.size()), panel(start.size());
      must(vc_cpu_group_units(rows, n, at(start), at(unit), at(panel)), what);
      packed p{std::vector<float>(size_t(panel.back() * 16 * columns)), std::vector<float>(size_t(panel.back() * 16 + 1))};
      for (int64_t g = 0; g < n; ++g)
        must(vc_cpu_group_pack(isa, columns, g, at(start), at(panel), at(x), at(centre), at(p.rows), at(p.norm)), what);
      std::vector<double> sums(size_t(unit.back() * n + 1), NAN);
      const std::vector<char> room = scratch_of(false);
      for (int64_t u = 0; u < unit.back() + 2; ++u)
        must(vc_cpu_group_unit_sums(isa, columns, n, u, at(start), at(unit), at(panel), at(x), at(p.rows), at(p.norm), at(room),
                                    at(sums)), what);
      std::vector<float> means(size_t(n * n)), energy(size_t(n * n));
      must(vc_cpu_group_finish(n, at(start), at(unit), at(sums), at(means), at(energy)), what);
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
        const double own = mean[g * size_t(n) + g] + mean[h * size_t(n) + h], e = 2 * mean[i] - own;
        expect(std::isnan(mean[i]) ? std::isnan(means[i]) : std::fabs(means[i] - mean[i]) <= 2e-5 * mean[i], what + " mean");
        expect(std::isnan(e) ? std::isnan(energy[i]) : std::fabs(energy[i] - e) <= 2e-5 * (2 * mean[i] + own), what + " energy");
      }
    }
}

void wrong_starts_are_caught() {
  for (const std::vector<int64_t>& start : {std::vector<int64_t>{-1, 5}, {0, 6, 5}, {0, 11}, {INT64_MIN, INT64_MAX}}) {
    std::vector<int64_t> unit(start.size()), panel(start.size());
    expect(vc_cpu_group_units(10, int64_t(start.size()) - 1, at(start), at(unit), at(panel)) == VC_BAD_INDEX, "wrong starts");
  }
  expect(vc_cpu_distance_centre(99, 0, 0, 0, 0, 1, 0) == VC_UNSUPPORTED, "a set that does not exist");
  expect(vc_cpu_distance_centre(0, 1, 0, 0, 0, 1, 0) == VC_INVALID, "no rows");
}

}  // namespace

int main() {
  for (int isa = VC_ISA_BASELINE; isa <= vc_cpu_best_isa(); ++isa) {
    for (const distance_case& c : distance_cases()) one(isa, c);
    groups(isa);
  }
  wrong_starts_are_caught();
  return verdict("distance kernels");
}
