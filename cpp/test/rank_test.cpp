// The rank kernels of every instruction set the processor has, against the oracle, to the unit. SPDX-License-Identifier: Apache-2.0
#include "rank_cases.h"
#include "virtualcell_cpu.h"
#include "virtualcell_cpu_rank.h"

namespace {

using namespace test;

template <class T>
int64_t at(const std::vector<T>& v) {
  return int64_t(reinterpret_cast<intptr_t>(v.data()));
}

std::vector<int64_t> fields_of(const sparse_case& c, bool compact) {
  return fields(c, compact, at(c.row_start), compact ? at(c.gene16) : at(c.gene), compact ? at(c.count) : at(c.value),
                at(c.escape_start), at(c.escape_gene), at(c.escape_value));
}

// All steps of a call, with the sums of `cut` genes at a time.
int32_t run(int32_t isa, const sparse_case& c, bool compact, const std::vector<int64_t>& totals, int64_t reference, int64_t cut,
            rank_results& out) {
  const std::vector<int64_t> f = fields_of(c, compact);
  const int64_t bytes = vc_cpu_rank_scratch(c.rows, c.genes, int64_t(c.gene.size()), c.groups, 2);
  std::vector<uint64_t> room(size_t(bytes / 8 + 8), 0xababababababababull);
  const int64_t scratch = (at(room) + 63) / 64 * 64, x = at(f);
  out.u2.assign(size_t(c.groups * c.genes), INT64_MIN);
  out.ties.assign(size_t(c.groups * c.genes), INT64_MIN);
  if (int32_t bad = vc_cpu_rank_open(x, totals.empty() ? 0 : at(totals), at(c.group), c.groups, reference, 2, scratch)) return bad;
  for (int64_t s = 0; s < VC_RANK_SLICES; ++s)
    if (int32_t bad = vc_cpu_rank_count(isa, x, scratch, s)) return bad;
  for (int64_t first = 0, end = 0; first < c.genes; first = end) {
    if (int32_t bad = vc_cpu_rank_plan(scratch, first, &end)) return bad;
    for (int64_t s = VC_RANK_SLICES; s-- > 0;)
      if (int32_t bad = vc_cpu_rank_gather(isa, x, scratch, s)) return bad;
    for (int64_t g = first; g < end; g += cut)
      if (int32_t bad = vc_cpu_rank_sums(isa, scratch, g, std::min(end, g + cut), g / cut % 2, at(out.u2), at(out.ties))) return bad;
  }
  return VC_OK;
}

void one(int32_t isa, const sparse_case& c) {
  for (const bool compact : {false, true})
    for (const bool shares : {false, true})
      for (const int64_t reference : {int64_t(0), c.groups - 1, int64_t(-1)}) {
        if ((compact || shares) && !are_counts(c)) continue;
        const std::vector<int64_t> totals = shares ? totals_of(c) : std::vector<int64_t>();
        if (shares && c.rows == 0) continue;
        const std::string what = c.name + ", set " + std::to_string(isa) + (compact ? ", compact" : ", plain") +
                                 (shares ? ", shares" : "") + ", against " + std::to_string(reference);
        rank_results got;
        const int32_t status = run(isa, c, compact, totals, reference, compact ? 7 : 1000, got);
        expect(status == VC_OK, what + ": " + (status ? vc_cpu_error_text() : ""));
        expect(got == rank_oracle(c, totals, reference), what);
      }
}

// Keys that differ where the two upper digits do not reach, in long columns: the remaining digits must follow.
void digits_that_tell_little() {
  sparse_case c = make_case("one far away", 4000, 2, 1, 0.95, 2);
  random_numbers random{5};
  for (float& v : c.value) v = 1.0f + float(random.next() % 5000) * 1.1920929e-7f;
  c.value[17] = 3e38f;
  rank_results got;
  expect(run(vc_cpu_best_isa(), c, false, {}, 0, 1000, got) == VC_OK && got == rank_oracle(c, {}, 0), "a value far from all others");
}

// Keys that repeat are sorted by one wide digit, unless it cannot tell them apart after all: seven values of the same upper bits.
void digits_that_repeat() {
  sparse_case c = make_case("few values", 6000, 40, 9, 0.7, 3);
  random_numbers random{7};
  for (const bool near : {false, true}) {
    for (size_t k = 0; k < c.value.size(); ++k) {
      const float step = float(random.next() % 7);
      c.value[k] = k % 5 == 0 ? -1.5f - step : near ? 1.0f + step * 1.1920929e-7f : 1.0f + step * 0.37f;
    }
    c.value[11] = 5e8f;
    for (const int64_t reference : {c.groups - 1, int64_t(-1)})
      for (int32_t isa = 0; isa <= vc_cpu_best_isa(); ++isa) {
        rank_results got;
        expect(run(isa, c, false, {}, reference, 16, got) == VC_OK && got == rank_oracle(c, {}, reference), "keys that repeat");
      }
  }
}

void mistakes() {
  const sparse_case c = make_case("ragged", 67, 129, 1, 0.1, 5);
  rank_results got;
  std::vector<int64_t> totals = totals_of(c);
  expect(run(0, c, false, {}, 5, 9, got) == VC_INVALID, "no such group");
  expect(run(0, c, false, std::vector<int64_t>(67, -1), 0, 9, got) == VC_BAD_VALUE, "negative totals");
  expect(run(0, c, false, std::vector<int64_t>(67, VC_RANK_MAX_TOTAL + 1), 0, 9, got) == VC_BAD_VALUE, "totals too large");
  expect(run(0, c, false, std::vector<int64_t>(67, 1), 0, 9, got) == VC_BAD_VALUE, "counts above their totals");
  sparse_case wrong = c;
  wrong.gene[value_in_use(c)] = 129;
  expect(run(0, wrong, false, {}, 0, 9, got) == VC_BAD_INDEX, "a gene past the last");
  wrong = c;
  wrong.row_start[40] = int64_t(c.gene.size()) + 1;
  wrong.group[39] = wrong.group[40] = 0;
  expect(run(0, wrong, false, {}, 0, 9, got) == VC_BAD_INDEX, "an offset past the end");
  sparse_case huge = make_case("no rows", 0, 1, 1, 0.1, 1);
  huge.rows = VC_RANK_MAX_CELLS / 2 + 1;
  huge.row_start.assign(size_t(huge.rows) + 1, 0);
  huge.group.assign(size_t(huge.rows), 0);
  expect(run(0, huge, false, {}, 0, 9, got) == VC_BAD_VALUE, "more cells than tie terms allow");
  expect(std::strstr(vc_cpu_error_text(), "2097151") != nullptr, "the text names the limit");
  expect(vc_cpu_rank_scratch(300000, 20000, 2000000000, 2000, 2) < 120000000, "scratch does not grow with the values");
}

}  // namespace

int main() {
  for (int32_t isa = VC_ISA_BASELINE; isa <= vc_cpu_best_isa(); ++isa)
    for (const sparse_case& c : rank_cases(isa != vc_cpu_best_isa())) one(isa, c);
  digits_that_tell_little();
  digits_that_repeat();
  mistakes();
  return verdict("rank kernels");
}
