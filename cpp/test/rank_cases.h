// The cases of rank sums beside those of cases.h, and the oracle: pairs counted one by one. SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>

#include "cases.h"

namespace test {

struct rank_results {
  std::vector<int64_t> u2, ties;
  bool operator==(const rank_results& o) const { return u2 == o.u2 && ties == o.ties; }
};

// Totals that make shares tie between cells: multiples of 64 at or above the cell's sum.
inline std::vector<int64_t> totals_of(const sparse_case& c) {
  std::vector<int64_t> totals;
  for (int64_t r = 0; r < c.rows; ++r) {
    double sum = 0;
    for (int64_t k = c.row_start[size_t(r)]; k < c.row_start[size_t(r) + 1]; ++k) sum += double(c.value[size_t(k)]);
    totals.push_back(sum == 0 && r % 2 ? 0 : (int64_t(sum) / 64 + 1) * 64 * (1 + r % 3));
  }
  return totals;
}

// Groups of several thousand cells with few zeros and few genes, so that every way of sorting is taken; then negative values.
inline std::vector<sparse_case> rank_cases(bool few) {
  std::vector<sparse_case> all = all_cases();
  all.push_back(make_case("many cells", few ? 3000 : 7000, 3, 1, 0.9, 2));
  for (size_t r = 0; r < all.back().group.size(); ++r) all.back().group[r] = r % 9 == 8 ? 1 : 0;
  all.push_back(make_case("a few thousand cells", 2600, 2, 1, 0.3, 3));
  all.push_back(make_case("signed", 400, 20, 1, 0.4, 4));
  random_numbers random{77};
  for (float& v : all.back().value) v = random.next() % 3 ? float(int(random.next() % 9) - 4) / 4 : float(random.unit() - 0.5);
  return all;
}

// The values must be counts for shares and for compact packing.
inline bool are_counts(const sparse_case& c) { return c.name != "signed"; }

// A value of a cell that takes part, whose gene or count a test may spoil.
inline size_t value_in_use(const sparse_case& c) {
  for (size_t r = 0; r < size_t(c.rows); ++r)
    if (c.group[r] >= 0 && c.group[r] < c.groups && c.row_start[r + 1] > c.row_start[r]) return size_t(c.row_start[r + 1]) - 1;
  return 0;
}

inline int64_t tie_term(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> all(a);
  all.insert(all.end(), b.begin(), b.end());
  std::sort(all.begin(), all.end());
  int64_t sum = 0;
  for (size_t i = 0, j; i < all.size(); i = j) {
    for (j = i; j < all.size() && all[j] == all[i]; ++j) {
    }
    const int64_t t = int64_t(j - i);
    sum += t * t * t - t;
  }
  return sum;
}

inline rank_results rank_oracle(const sparse_case& c, const std::vector<int64_t>& totals, int64_t reference) {
  rank_results out{std::vector<int64_t>(size_t(c.groups * c.genes)), std::vector<int64_t>(size_t(c.groups * c.genes))};
  std::vector<std::vector<double>> column(size_t(c.genes), std::vector<double>(size_t(c.rows)));
  for (int64_t r = 0; r < c.rows; ++r)
    for (int64_t k = c.row_start[size_t(r)]; k < c.row_start[size_t(r) + 1]; ++k)
      if (c.value[size_t(k)] != 0)
        column[size_t(c.gene[size_t(k)])][size_t(r)] =
            totals.empty() ? double(c.value[size_t(k)]) : double(c.value[size_t(k)]) / double(totals[size_t(r)]);
  for (int64_t g = 0; g < c.genes; ++g)
    for (int64_t p = 0; p < c.groups; ++p) {
      std::vector<double> mine, other;
      for (size_t r = 0; r < size_t(c.rows); ++r) {
        const double v = column[size_t(g)][r];
        if (c.group[r] == p) mine.push_back(v);
        if (reference < 0 ? c.group[r] >= 0 && c.group[r] < c.groups && c.group[r] != p : c.group[r] == reference)
          other.push_back(v);
      }
      std::vector<double> sorted(other);
      std::sort(sorted.begin(), sorted.end());
      int64_t u2 = 0;
      for (double v : mine)
        u2 += (std::lower_bound(sorted.begin(), sorted.end(), v) - sorted.begin()) +
              (std::upper_bound(sorted.begin(), sorted.end(), v) - sorted.begin());
      out.u2[size_t(p * c.genes + g)] = u2;
      out.ties[size_t(p * c.genes + g)] = tie_term(mine, other);
    }
  return out;
}

}  // namespace test
