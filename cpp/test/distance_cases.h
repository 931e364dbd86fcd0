// The cases of the distance kernels, the oracle in double precision and the comparison. Cells lie in clouds that hurt: far
// from the origin, in tight clusters far apart, repeated, all equal. SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>

#include "cases.h"

namespace test {

struct distance_case {
  std::string name;
  int64_t s, t, columns;
  std::vector<float> x, y;
};

enum class cloud { around_zero, far, clusters, repeated, equal };

inline std::vector<float> cells_of(cloud kind, int64_t rows, int64_t columns, uint64_t seed) {
  random_numbers random{seed};
  const auto bell = [&] { return random.unit() + random.unit() + random.unit() + random.unit() - 2; };
  std::vector<float> x;
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t k = 0; k < columns; ++k)
      switch (kind) {
        case cloud::around_zero: x.push_back(float(bell())); break;
        case cloud::far: x.push_back(float(100 + bell())); break;
        case cloud::clusters: x.push_back(float((i % 2 ? 30 : -30) + 0.01 * bell())); break;
        case cloud::repeated: x.push_back(float(double((i / 4 * 37 + k * 11) % 19) - 9)); break;
        case cloud::equal: x.push_back(0.1f * float(k)); break;
      }
  return x;
}

inline std::vector<distance_case> distance_cases() {
  const int64_t shapes[][3] = {{1, 1, 1}, {3, 5, 7}, {16, 16, 16}, {17, 33, 130}, {64, 64, 50}, {131, 70, 19}, {20, 300, 9},
                               {5, 0, 4}, {0, 5, 4}, {4, 3, 0}, {40, 30, 259}};
  const char* names[] = {"around zero", "far", "clusters", "repeated", "equal"};
  std::vector<distance_case> all;
  for (int kind = 0; kind < 5; ++kind)
    for (const auto& shape : shapes)
      all.push_back({std::string(names[kind]) + " " + std::to_string(shape[0]) + ", " + std::to_string(shape[1]) + " x " +
                         std::to_string(shape[2]),
                     shape[0], shape[1], shape[2], cells_of(cloud(kind), shape[0], shape[2], 1),
                     cells_of(cloud(kind), shape[1], shape[2], 2)});
  return all;
}

inline std::vector<double> distances(const std::vector<float>& x, int64_t s, const std::vector<float>& y, int64_t t,
                                     int64_t columns) {
  std::vector<double> d;
  for (int64_t i = 0; i < s; ++i)
    for (int64_t j = 0; j < t; ++j) {
      double square = 0;
      for (int64_t k = 0; k < columns; ++k) {
        const double e = double(x[size_t(i * columns + k)]) - double(y[size_t(j * columns + k)]);
        square += e * e;
      }
      d.push_back(std::sqrt(square));
    }
  return d;
}

inline double total(const std::vector<double>& d) {
  double sum = 0;
  for (double v : d) sum += v;
  return sum;
}

// weight times the gradient of the energy distance, and the scale of its tolerance.
inline oracle energy_gradient(const distance_case& c, double weight) {
  const size_t columns = size_t(c.columns);
  std::vector<double> mean(columns);
  for (const auto* set : {&c.x, &c.y})
    for (size_t i = 0; i < set->size(); ++i) mean[i % columns] += (*set)[i] / double(c.s + c.t);
  oracle o{std::vector<double>(c.x.size()), std::vector<double>(c.x.size())};
  for (int set = 0; set < 2; ++set) {
    const auto& z = set ? c.y : c.x;
    const int64_t rows = set ? c.t : c.s;
    const double each = set ? weight / double(c.s * c.t) : -weight / double(c.s * c.s);
    const std::vector<double> d = distances(c.x, c.s, z, rows, c.columns);
    for (int64_t i = 0; i < c.s; ++i)
      for (int64_t j = 0; j < rows; ++j) {
        const double far = d[size_t(i * rows + j)];
        for (size_t k = 0; far > 0 && k < columns; ++k) {
          const double a = c.x[size_t(i) * columns + k], b = z[size_t(j) * columns + k];
          o.value[size_t(i) * columns + k] += each / far * (a - b);
          o.magnitude[size_t(i) * columns + k] += std::fabs(each) / far * (std::fabs(a - mean[k]) + std::fabs(b - mean[k]));
        }
      }
  }
  return o;
}

}  // namespace test
