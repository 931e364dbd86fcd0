// The cases every implementation of the kernels is tested on, the oracle in double precision, and the comparison.
// A case is a sparse matrix with shapes that hurt: empty rows, empty genes, one row, 1 and 40 % density, ragged columns,
// counts above 255. SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "virtualcell.h"

namespace test {

// A small generator of our own, so that a case is the same everywhere.
struct random_numbers {
  uint64_t state;
  uint32_t next() {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    return uint32_t(state >> 33);
  }
  double unit() { return next() / 2147483648.0; }
};

struct sparse_case {
  std::string name;
  int64_t rows, genes, columns, groups;
  std::vector<int64_t> row_start{0};
  std::vector<int32_t> gene;
  std::vector<float> value;
  // the same, packed
  std::vector<uint16_t> gene16;
  std::vector<uint8_t> count;
  std::vector<int64_t> escape_start{0};
  std::vector<uint16_t> escape_gene;
  std::vector<int32_t> escape_value;
  // dense operands
  std::vector<float> scale, weights, gradient;
  std::vector<int32_t> group;
};

inline sparse_case make_case(const char* name, int64_t rows, int64_t genes, int64_t columns, double density, int64_t groups) {
  sparse_case c;
  c.name = name;
  c.rows = rows;
  c.genes = genes;
  c.columns = columns;
  c.groups = groups;
  random_numbers random{uint64_t(rows * 7919 + genes * 31 + columns)};
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t g = 0; g < genes; ++g) {
      const bool empty = r % 11 == 5 || g % 13 == 7;  // empty cells, genes nobody expresses
      if (empty || random.unit() >= density) continue;
      const int32_t n = random.next() % 40 == 0 ? int32_t(random.next() % 3000) : int32_t(1 + random.next() % 9);
      c.gene.push_back(int32_t(g));
      c.value.push_back(float(n));
      c.gene16.push_back(uint16_t(g));
      c.count.push_back(uint8_t(n < VC_ESCAPE ? n : VC_ESCAPE));
      if (n >= VC_ESCAPE) {
        c.escape_gene.push_back(uint16_t(g));
        c.escape_value.push_back(n);
      }
    }
    c.row_start.push_back(int64_t(c.gene.size()));
    c.escape_start.push_back(int64_t(c.escape_gene.size()));
    c.scale.push_back(float(0.01 + random.unit() * 20));
    c.group.push_back(int32_t(random.next() % uint32_t(groups + 2)) - 1);  // -1 and `groups` take no part
  }
  for (int64_t i = 0; i < genes * columns; ++i) c.weights.push_back(float(random.unit() - 0.5));
  for (int64_t i = 0; i < rows * columns; ++i) c.gradient.push_back(float(random.unit() - 0.5));
  return c;
}

inline std::vector<sparse_case> all_cases() {
  std::vector<sparse_case> all;
  all.push_back(make_case("ragged", 67, 129, 37, 0.1, 5));
  all.push_back(make_case("one row", 1, 300, 16, 0.5, 1));
  all.push_back(make_case("one gene", 33, 1, 5, 0.4, 2));
  all.push_back(make_case("thin", 150, 700, 130, 0.01, 7));
  all.push_back(make_case("thick", 70, 600, 65, 0.4, 3));
  all.push_back(make_case("wide columns", 12, 40, 531, 0.3, 2));
  all.push_back(make_case("long rows", 9, 2100, 8, 0.7, 2));
  all.push_back(make_case("more cells than a span", 4200, 9, 3, 0.3, 2));
  all.push_back(make_case("no rows", 0, 10, 4, 0.1, 2));
  all.push_back(make_case("no columns", 10, 10, 0, 0.1, 2));
  return all;
}

// The fields of virtualcell.h around given addresses.
inline std::vector<int64_t> fields(const sparse_case& c, bool compact, int64_t row_start, int64_t gene, int64_t value,
                                   int64_t escape_start, int64_t escape_gene, int64_t escape_value) {
  return {compact ? VC_COMPACT : VC_PLAIN, c.rows, c.genes, int64_t(c.gene.size()), row_start, gene, value,
          compact ? int64_t(c.escape_gene.size()) : 0, escape_start, escape_gene, escape_value};
}

// ---- the oracle: double precision, plain loops ----

inline double used(const sparse_case& c, int64_t r, int64_t k, bool logs) {
  return logs ? std::log1p(double(c.value[size_t(k)]) * double(c.scale[size_t(r)])) : double(c.value[size_t(k)]);
}

struct oracle {
  std::vector<double> value, magnitude;  // and the sum of magnitudes of the terms, to scale the tolerance
};

inline oracle product(const sparse_case& c, bool logs) {
  oracle o{std::vector<double>(size_t(c.rows * c.columns)), std::vector<double>(size_t(c.rows * c.columns))};
  for (int64_t r = 0; r < c.rows; ++r)
    for (int64_t k = c.row_start[size_t(r)]; k < c.row_start[size_t(r) + 1]; ++k)
      for (int64_t j = 0; j < c.columns; ++j) {
        const double term = used(c, r, k, logs) * c.weights[size_t(c.gene[size_t(k)] * c.columns + j)];
        o.value[size_t(r * c.columns + j)] += term;
        o.magnitude[size_t(r * c.columns + j)] += std::fabs(term);
      }
  return o;
}

inline oracle transposed(const sparse_case& c, bool logs) {
  oracle o{std::vector<double>(size_t(c.genes * c.columns)), std::vector<double>(size_t(c.genes * c.columns))};
  for (int64_t r = 0; r < c.rows; ++r)
    for (int64_t k = c.row_start[size_t(r)]; k < c.row_start[size_t(r) + 1]; ++k)
      for (int64_t j = 0; j < c.columns; ++j) {
        const double term = used(c, r, k, logs) * c.gradient[size_t(r * c.columns + j)];
        o.value[size_t(c.gene[size_t(k)] * c.columns + j)] += term;
        o.magnitude[size_t(c.gene[size_t(k)] * c.columns + j)] += std::fabs(term);
      }
  return o;
}

struct group_oracle {
  std::vector<double> sum, square;
  std::vector<int32_t> seen;
};

inline group_oracle group_sums(const sparse_case& c, bool logs) {
  const size_t n = size_t(c.groups * c.genes);
  group_oracle o{std::vector<double>(n), std::vector<double>(n), std::vector<int32_t>(n)};
  for (int64_t r = 0; r < c.rows; ++r) {
    const int32_t g = c.group[size_t(r)];
    if (g < 0 || g >= c.groups) continue;
    for (int64_t k = c.row_start[size_t(r)]; k < c.row_start[size_t(r) + 1]; ++k) {
      const size_t to = size_t(g * c.genes + c.gene[size_t(k)]);
      const double v = used(c, r, k, logs);
      o.sum[to] += v;
      o.square[to] += v * v;
      o.seen[to] += c.value[size_t(k)] != 0;
    }
  }
  return o;
}

// ---- results ----

inline int failures = 0;

inline void expect(bool good, const std::string& what) {
  if (good) return;
  ++failures;
  std::printf("FAILED  %s\n", what.c_str());
}

// |got - wanted| <= tolerance * scale for all; a NaN fails.
template <class T>
void near(const std::vector<T>& got, const std::vector<double>& wanted, const std::vector<double>& scale, double tolerance,
          const std::string& what) {
  double worst = got.size() == wanted.size() ? 0 : 1e300;
  for (size_t i = 0; i < wanted.size() && i < got.size(); ++i) {
    const double error = std::fabs(double(got[i]) - wanted[i]) / (scale[i] > 0 ? scale[i] : 1);
    if (!(error <= worst)) worst = error;
  }
  expect(worst <= tolerance, what + ": worst error " + std::to_string(worst));
}

template <class T>
bool same_bytes(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

inline int verdict(const char* program) {
  std::printf("%s: %s\n", program, failures ? "FAILED" : "passed");
  return failures ? 1 : 0;
}

}  // namespace test
