// What the steps of a rank-sum call share: a description at the head of the call's scratch, and kernels per instruction set.
// What each computes is said in virtualcell_cpu_rank.h.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "kernels.h"
#include "virtualcell_cpu_rank.h"

namespace vc {

// Laid out by vc_cpu_rank_open. The cells that take part stand in the order of the matrix, but the reference's first; the
// reference's *place* is 0, the groups before it move up by one. An element is a key above a place: key << shift | place.
struct rank_job {
  int64_t rows, genes, groups, reference, cells;
  int64_t capacity;     // elements a block of genes may have
  int64_t first_gene, end_gene;  // of the present block
  int64_t worker_bytes;
  const int64_t* totals;  // of cells, or null
  double share_scale;     // a share's key is share * share_scale, rounded down
  int32_t shift;
  uint64_t zero_key;
  int64_t* start;       // [groups + 1] the cells of all places before one
  int64_t* order;       // [rows] the cells: place << 32 | row
  int64_t* cursor;      // [rows] of each cell in order, its first value not gathered yet
  int64_t* gene_start;  // [genes + 1] where a gene's elements begin in block
  uint32_t* counts;     // [VC_RANK_SLICES][genes] values in a slice of the order; then where its next element goes
  uint64_t* block;      // [capacity] elements, gene by gene
  char* workers;        // worker_bytes each
};

constexpr int kRankDigit = 11;                   // bits of a radix digit, at most
constexpr int64_t kRankFewElements = 1 << 22;    // a block is at least this large where there are as many values,
constexpr int64_t kRankElementsPerCell = 32;     // or so many times the cells: a visit of a row must pay

VC_INLINE int64_t rank_row(int64_t cell) { return cell & UINT32_MAX; }
VC_INLINE uint64_t rank_place(int64_t cell) { return uint64_t(cell) >> 32; }
VC_INLINE int64_t rank_lines(int64_t bytes) { return (bytes + 63) / 64 * 64; }

#define VC_RANK_KERNELS(set)                                                                                      \
  namespace set {                                                                                                 \
  int32_t rank_count(const csr& x, const rank_job& job, int64_t slice);                                           \
  int32_t rank_gather(const csr& x, const rank_job& job, int64_t slice);                                          \
  int32_t rank_sums(const rank_job& job, int64_t first_gene, int64_t end_gene, int64_t worker, int64_t* u2, int64_t* ties); \
  }
VC_RANK_KERNELS(baseline)
VC_RANK_KERNELS(avx2)
VC_RANK_KERNELS(avx512)
VC_RANK_KERNELS(avx512bf16)
#undef VC_RANK_KERNELS

}  // namespace vc
