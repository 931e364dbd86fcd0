// Rank sums, first half: the values of a block of genes, gene by gene, from the reference's cells and then all others.
//
// Order    the cells of a gene arrive with the reference's first, which is all the pass over the sorted elements asks for; within
//          both parts they stand as in the matrix, so that memory is read forwards.
// Idea     every gene's stretch of the block is known from the counts, and so is where each slice's part of it begins: slices
//          write without waiting for each other. Each cell keeps its position, so that no gene is searched for.
// Bytes    a value is read once and written as 8 bytes; the block stays in a cache of some megabytes.
// SPDX-License-Identifier: Apache-2.0
#include "piece.h"
#include "rank.h"

namespace vc {
namespace VC_SET {
namespace {

constexpr int64_t kAhead = 4;  // cells

struct slice_of_cells {
  int64_t first, end;
};

inline slice_of_cells slice_cells(const rank_job& job, int64_t slice) {
  const int64_t each = (job.cells + VC_RANK_SLICES - 1) / VC_RANK_SLICES;
  const int64_t first = slice * each < job.cells ? slice * each : job.cells;
  return {first, first + each < job.cells ? first + each : job.cells};
}

// Rises with the value as an unsigned number; both zeros are 2^31.
inline uint64_t key_of(float value) {
  const float v = value + 0.0f;
  uint32_t raw;
  __builtin_memcpy(&raw, &v, 4);
  return raw ^ (uint32_t(int32_t(raw) >> 31) | 0x80000000u);
}

// The stored value k of a row; false where an escape is missing.
template <bool compact>
inline bool value_at(const csr& x, int64_t row, int64_t k, uint64_t gene, float& value) {
  if (!compact) {
    value = x.values()[k];
    return true;
  }
  const uint8_t count = x.counts()[k];
  value = float(count);
  if (count != VC_ESCAPE) return true;
  const int64_t whole = escaped(x, row, int32_t(gene));
  value = float(whole);
  return whole >= 0;
}

// Cells of the other part are skipped, which no processor foresees.
template <bool compact>
inline void prefetch(const csr& x, int64_t k) {
  const char* gene = compact ? reinterpret_cast<const char*>(x.gene16() + k) : reinterpret_cast<const char*>(x.gene32() + k);
  const char* value = compact ? reinterpret_cast<const char*>(x.counts() + k) : reinterpret_cast<const char*>(x.values() + k);
  for (int line = 0; line < 4; ++line) {
    __builtin_prefetch(gene + 64 * line);
    __builtin_prefetch(value + 64 * line);
  }
}

template <bool compact>
inline void prefetch_row(const csr& x, int64_t row) {
  const int64_t width = compact ? 2 : 4, begin = x.row_start[row] * width, end = x.row_start[row + 1] * width;
  const char* gene = static_cast<const char*>(x.gene);
  for (int64_t at = begin; at < end && at < begin + 2048; at += 64) __builtin_prefetch(gene + at);
}

template <bool compact>
int32_t count_slice(const csr& x, const rank_job& job, int64_t slice) {
  const slice_of_cells cells = slice_cells(job, slice);
  uint32_t* count = job.counts + slice * job.genes;
  for (int64_t g = 0; g < job.genes; ++g) count[g] = 0;
  for (int64_t i = cells.first; i < cells.end; ++i) {
    const int64_t r = rank_row(job.order[i]);
    if (!x.row_is_sound(r)) return VC_BAD_INDEX;
    if (i + kAhead < cells.end) prefetch_row<compact>(x, rank_row(job.order[i + kAhead]));
    job.cursor[i] = x.row_start[r];
    for (int64_t k = x.row_start[r]; k < x.row_start[r + 1]; ++k) {
      const uint64_t gene = compact ? x.gene16()[k] : uint64_t(int64_t(x.gene32()[k]));
      if (gene >= uint64_t(job.genes)) return VC_BAD_INDEX;
      ++count[gene];
    }
  }
  return VC_OK;
}

template <bool compact, bool shares>
int32_t gather_slice(const csr& x, const rank_job& job, int64_t slice) {
  const slice_of_cells cells = slice_cells(job, slice);
  uint32_t* next = job.counts + slice * job.genes;
  uint64_t* block = job.block;
  const uint64_t capacity = uint64_t(job.capacity);
  const int shift = job.shift;
  const uint64_t first_gene = uint64_t(job.first_gene), genes = uint64_t(job.end_gene - job.first_gene);
  for (int64_t i = cells.first; i < cells.end; ++i) {
    const uint64_t place = rank_place(job.order[i]);
    const int64_t r = rank_row(job.order[i]), end = x.row_start[r + 1];
    if (end > x.non_zeros) return VC_BAD_INDEX;
    const double total = shares ? double(job.totals[r]) : 1;
    int64_t k = job.cursor[i];
    if (i + kAhead < cells.end) prefetch<compact>(x, job.cursor[i + kAhead]);
    for (; k < end; ++k) {
      const uint64_t gene = compact ? x.gene16()[k] : uint64_t(int64_t(x.gene32()[k]));
      if (gene - first_gene >= genes) {
        if (gene < first_gene) return VC_BAD_INDEX;
        break;
      }
      float value;
      if (!value_at<compact>(x, r, k, gene, value)) return VC_BAD_INDEX;
      uint64_t key;
      if (shares) {
        if (!(double(value) <= total)) return VC_BAD_VALUE;
        key = value > 0 ? uint64_t(int64_t(double(value) / total * job.share_scale)) : 0;
      } else {
        key = key_of(value);
      }
      const uint32_t to = next[gene]++;
      if (to >= capacity) return VC_BAD_INDEX;  // the matrix has changed since it was counted
      block[to] = key << shift | place;
    }
    job.cursor[i] = k;
  }
  return VC_OK;
}

}  // namespace

int32_t rank_count(const csr& x, const rank_job& job, int64_t slice) {
  return x.compact ? count_slice<true>(x, job, slice) : count_slice<false>(x, job, slice);
}

int32_t rank_gather(const csr& x, const rank_job& job, int64_t slice) {
  if (job.totals) return x.compact ? gather_slice<true, true>(x, job, slice) : gather_slice<false, true>(x, job, slice);
  return x.compact ? gather_slice<true, false>(x, job, slice) : gather_slice<false, false>(x, job, slice);
}

}  // namespace VC_SET
}  // namespace vc
