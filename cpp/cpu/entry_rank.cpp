// The checked entries of the rank kernels, and what their steps do once a call.
// SPDX-License-Identifier: Apache-2.0
#include "entry.h"
#include "rank.h"

using namespace vc;

namespace {

int bits_of(int64_t v) { return v ? 64 - __builtin_clzll(uint64_t(v)) : 0; }

// The block's elements: enough that a visit of a cell's row pays, and as many as any one gene can have.
int64_t capacity_of(int64_t rows, int64_t non_zeros) {
  int64_t wanted = rows * kRankElementsPerCell > kRankFewElements ? rows * kRankElementsPerCell : kRankFewElements;
  const int64_t most = rows > INT32_MAX ? rows : INT32_MAX;  // positions are 32 bits wide
  wanted = wanted < most ? wanted : most;
  return wanted < non_zeros ? wanted : non_zeros;
}

int64_t bytes_of_worker(int64_t rows, int64_t groups) {
  return rank_lines(rows * 8) + (2 * 4 << kRankDigit) + rank_lines(groups * 32) + rank_lines(groups * 8);
}

// Cells by place: the reference is place 0, the groups before it move up by one.
int64_t place_of(int64_t group, int64_t reference) {
  return group > reference ? group : group == reference ? 0 : group + 1;
}

int32_t order_cells(rank_job& job, const int32_t* group) {
  const int64_t groups = job.groups;
  for (int64_t p = 0; p <= groups; ++p) job.start[p] = 0;
  for (int64_t r = 0; r < job.rows; ++r)
    if (group[r] >= 0 && group[r] < groups) ++job.start[place_of(group[r], job.reference) + 1];
  int64_t most = 0;
  for (int64_t p = 0; p < groups; ++p) {
    most = job.start[p + 1] > most ? job.start[p + 1] : most;
    job.start[p + 1] += job.start[p];
  }
  job.cells = job.start[groups];
  const int64_t together = job.reference == VC_RANK_REST ? job.cells : job.start[1] + most;
  if (together > VC_RANK_MAX_CELLS)
    return fail(VC_BAD_VALUE, "A group and its reference have %lld cells together, more than the %d whose ties fit 64 bits",
                (long long)together, VC_RANK_MAX_CELLS);
  int64_t first = 0, other = job.reference == VC_RANK_REST || !groups ? 0 : job.start[1];
  for (int64_t r = 0; r < job.rows; ++r) {
    if (group[r] < 0 || group[r] >= groups) continue;
    job.order[group[r] == job.reference ? first++ : other++] = place_of(group[r], job.reference) << 32 | r;
  }
  return VC_OK;
}

int32_t scale_shares(rank_job& job) {
  int64_t largest = 0;
  for (int64_t i = 0; i < job.cells; ++i) {
    const int64_t total = job.totals[rank_row(job.order[i])];
    if (total < 0 || total > VC_RANK_MAX_TOTAL)
      return fail(VC_BAD_VALUE, "The total of cell %lld is %lld, not 0 to %d", (long long)rank_row(job.order[i]), (long long)total,
                  VC_RANK_MAX_TOTAL);
    largest = total > largest ? total : largest;
  }
  if (2 * bits_of(largest) + job.shift > VC_RANK_KEY_BITS)
    return fail(VC_BAD_VALUE, "%lld groups are too many for totals up to %lld", (long long)job.groups, (long long)largest);
  job.share_scale = double(int64_t(1) << (2 * bits_of(largest) + 1));
  job.zero_key = 0;
  return VC_OK;
}

}  // namespace

extern "C" {

int64_t vc_cpu_rank_scratch(int64_t rows, int64_t genes, int64_t non_zeros, int64_t groups, int64_t workers) {
  return rank_lines(int64_t(sizeof(rank_job))) + rank_lines((groups + 1) * 8) + 2 * rank_lines(rows * 8) +
         rank_lines((genes + 1) * 8) + rank_lines(genes * 4 * VC_RANK_SLICES) + rank_lines(capacity_of(rows, non_zeros) * 8) +
         workers * bytes_of_worker(rows, groups);
}

int32_t vc_cpu_rank_open(int64_t x, int64_t totals, int64_t group, int64_t groups, int64_t reference, int64_t workers,
                         int64_t scratch) {
  if (int32_t bad = check("rank_open", VC_ISA_BASELINE, x, 0, 0, VC_CSR_ROWS)) return bad;
  const csr m = unpack(at<int64_t>(x));
  if (m.rows > UINT32_MAX) return fail(VC_BAD_VALUE, "%lld cells are more than one call ranks", (long long)m.rows);
  if (groups < 0 || groups > INT32_MAX || reference < VC_RANK_REST || reference >= groups || workers < 1 || !scratch ||
      (m.rows && !group))
    return missing("rank_open", "operand or reference");
  rank_job& job = *at<rank_job>(scratch);
  int64_t next = scratch;
  const auto take = [&next](int64_t bytes) {
    const int64_t address = next;
    next += rank_lines(bytes);
    return address;
  };
  take(int64_t(sizeof(rank_job)));
  job.rows = m.rows;
  job.genes = m.genes;
  job.groups = groups;
  job.reference = reference;
  job.capacity = capacity_of(m.rows, m.non_zeros);
  job.first_gene = job.end_gene = 0;
  job.totals = at<int64_t>(totals);
  job.shift = bits_of(groups);
  job.zero_key = uint64_t(1) << 31;
  job.start = at<int64_t>(take((groups + 1) * 8));
  job.order = at<int64_t>(take(m.rows * 8));
  job.cursor = at<int64_t>(take(m.rows * 8));
  job.gene_start = at<int64_t>(take((m.genes + 1) * 8));
  job.counts = at<uint32_t>(take(m.genes * 4 * VC_RANK_SLICES));
  job.block = at<uint64_t>(take(job.capacity * 8));
  job.workers = at<char>(next);
  job.worker_bytes = bytes_of_worker(m.rows, groups);
  if (int32_t bad = order_cells(job, at<int32_t>(group))) return bad;
  return totals ? scale_shares(job) : VC_OK;
}

int32_t vc_cpu_rank_count(int32_t isa, int64_t x, int64_t scratch, int64_t slice) {
  if (int32_t bad = check("rank_count", isa, x, 0, 0, VC_CSR_ROWS)) return bad;
  if (!scratch || slice < 0 || slice >= VC_RANK_SLICES) return missing("rank_count", "scratch or slice");
  return done("rank_count", VC_PICK(isa, rank_count)(unpack(at<int64_t>(x)), *at<rank_job>(scratch), slice), slice, slice + 1);
}

int32_t vc_cpu_rank_plan(int64_t scratch, int64_t first_gene, int64_t* end_gene) {
  if (!scratch || !end_gene) return missing("rank_plan", "scratch or result");
  rank_job& job = *at<rank_job>(scratch);
  if (first_gene < 0 || first_gene > job.genes) return missing("rank_plan", "such gene");
  int64_t gene = first_gene, at_element = 0;
  for (; gene < job.genes; ++gene) {
    int64_t values = 0;
    for (int s = 0; s < VC_RANK_SLICES; ++s) values += job.counts[s * job.genes + gene];
    if (at_element + values > job.capacity && gene > first_gene) break;
    if (values > job.capacity) return done("rank_plan", VC_BAD_INDEX, gene, gene + 1);
    job.gene_start[gene] = at_element;
    for (int s = 0; s < VC_RANK_SLICES; ++s) {
      uint32_t& count = job.counts[s * job.genes + gene];
      const uint32_t here = count;
      count = uint32_t(at_element);
      at_element += here;
    }
  }
  job.gene_start[gene] = at_element;
  job.first_gene = first_gene;
  job.end_gene = gene;
  *end_gene = gene;
  return VC_OK;
}

int32_t vc_cpu_rank_gather(int32_t isa, int64_t x, int64_t scratch, int64_t slice) {
  if (int32_t bad = check("rank_gather", isa, x, 0, 0, VC_CSR_ROWS)) return bad;
  if (!scratch || slice < 0 || slice >= VC_RANK_SLICES) return missing("rank_gather", "scratch or slice");
  const int32_t status = VC_PICK(isa, rank_gather)(unpack(at<int64_t>(x)), *at<rank_job>(scratch), slice);
  if (status == VC_BAD_VALUE) return fail(status, "A count exceeds the total of its cell");
  return done("rank_gather", status, slice, slice + 1);
}

int32_t vc_cpu_rank_sums(int32_t isa, int64_t scratch, int64_t first_gene, int64_t end_gene, int64_t worker, int64_t u2,
                         int64_t ties) {
  if (!allowed(isa)) return fail(VC_UNSUPPORTED, "rank_sums: instruction set %d, this processor has up to %d", isa, best());
  if (!scratch) return missing("rank_sums", "scratch");
  const rank_job& job = *at<rank_job>(scratch);
  if (first_gene < job.first_gene || first_gene > end_gene || end_gene > job.end_gene || worker < 0)
    return missing("rank_sums", "such genes in the block");
  if (first_gene == end_gene || job.groups == 0) return VC_OK;
  if (!u2 || !ties) return missing("rank_sums", "output");
  return VC_PICK(isa, rank_sums)(job, first_gene, end_gene, worker, at<int64_t>(u2), at<int64_t>(ties));
}

}  // extern "C"
