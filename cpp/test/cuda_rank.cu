// The rank kernels against the oracle, to the unit. SPDX-License-Identifier: Apache-2.0
#include "device.h"
#include "rank_cases.h"
#include "virtualcell_cuda_rank.h"

namespace {

using namespace test;

struct ranked {
  ranked(const sparse_case& c, bool compact)
      : row_start(c.row_start), gene32(c.gene), gene16(c.gene16), value(c.value), count(c.count), escape_start(c.escape_start),
        escape_gene(c.escape_gene), escape_value(c.escape_value), group(c.group), u2(c.groups * c.genes),
        ties(c.groups * c.genes),
        f(fields(c, compact, row_start.address, compact ? gene16.address : gene32.address,
                 compact ? count.address : value.address, escape_start.address, escape_gene.address, escape_value.address)) {}
  int32_t run(const sparse_case& c, const std::vector<int64_t>& totals, int64_t reference) const {
    const on_device<int64_t> total(totals);
    const int64_t bytes = vc_cuda_rank_scratch(c.rows, c.genes, c.groups, !totals.empty(), reference < 0);
    const on_device<char> scratch(bytes);
    if (int32_t bad = vc_cuda_rank_sums(queue, f.data(), totals.empty() ? 0 : total.address, group.address, c.groups, reference,
                                        scratch.address, u2.address, ties.address))
      return bad;
    return vc_cuda_synchronize(queue);
  }
  on_device<int64_t> row_start;
  on_device<int32_t> gene32;
  on_device<uint16_t> gene16;
  on_device<float> value;
  on_device<uint8_t> count;
  on_device<int64_t> escape_start;
  on_device<uint16_t> escape_gene;
  on_device<int32_t> escape_value;
  on_device<int32_t> group;
  on_device<int64_t> u2, ties;
  std::vector<int64_t> f;
};

void rank_kernels(memory_of_results& memory) {
  for (const sparse_case& c : rank_cases(brief)) {
    if (brief && c.genes > 300) continue;
    for (int way = 0; way < 4; ++way) {
      const bool compact = way % 2, shares = way >= 2;
      if ((compact || shares) && !are_counts(c)) continue;
      const ranked x(c, compact);
      const std::vector<int64_t> totals = shares ? totals_of(c) : std::vector<int64_t>();
      const int64_t references[] = {0, c.groups - 1, -1};
      const int64_t reference = references[(way + int(c.genes)) % 3];
      const std::string what = c.name + (compact ? ", compact" : ", plain") + (shares ? ", shares" : "") + ", against " +
                               std::to_string(reference);
      if (shares && c.rows == 0) continue;  // no totals are no shares
      must(x.run(c, totals, reference), what);
      const rank_results got{x.u2.get(), x.ties.get()};
      expect(got == rank_oracle(c, totals, reference), what);
      memory.remember(what + " u2", got.u2);
      memory.remember(what + " ties", got.ties);
    }
  }
}

void rank_mistakes() {
  const sparse_case c = make_case("ragged", 67, 129, 1, 0.1, 5);
  std::vector<int64_t> totals = totals_of(c);
  {
    const ranked x(c, false);
    expect(vc_cuda_rank_sums(queue, x.f.data(), 0, x.group.address, c.groups, c.groups, 1, 1, 1) == VC_INVALID, "no such group");
    for (int64_t& t : totals) t = -t;
    expect(x.run(c, totals, 0) == VC_BAD_VALUE, "negative totals");
    for (int64_t& t : totals) t = 1;
    expect(x.run(c, totals, 0) == VC_BAD_VALUE, "counts above their totals");
    must(x.run(c, {}, 0), "the queue goes on");
  }
  sparse_case wrong = c;
  wrong.gene[value_in_use(c)] = 129;
  const ranked y(wrong, false);
  expect(y.run(wrong, {}, 0) == VC_BAD_INDEX, "a gene past the last");
  const int64_t rows = int64_t(3) << 20, genes = 60000;  // a block of at most 2^25 keys, an order past 2^31 bytes beside it
  const int64_t bytes = vc_cuda_rank_scratch(rows, genes, 4000, 0, 0);
  expect(bytes > 2 * rows * 8 / 2 && bytes < (int64_t(1) << 29) + rows * 16, "scratch is bounded: " + std::to_string(bytes));
}

const test::family rank{"rank", rank_kernels, rank_mistakes};

}  // namespace
