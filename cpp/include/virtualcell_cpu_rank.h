// Rank sums on the CPU; a part of the boundary whose rules stand in virtualcell.h and virtualcell_cpu.h.
//
// One call is: open; count for every slice; then, until all genes are done: plan, gather for every slice, sums for every
// range of the genes planned. Slices, and ranges of genes, may run at once on different threads.
//
//   U    of a group against the reference: pairs of cells whose value is larger in the group, plus half the pairs with equal
//        values; 2 U is written, a whole number
//   ties sum of t^3 - t over the distinct values of group and reference together
//
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "virtualcell_cpu.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
  VC_RANK_SLICES = 32,            // of the cells, for count and gather
  VC_RANK_REST = -1,              // as reference: each group against all others
  VC_RANK_MAX_CELLS = 2097151,    // of a group and its reference together
  VC_RANK_MAX_TOTAL = 16777215,   // of a cell, where shares are ranked
  VC_RANK_KEY_BITS = 62           // twice the bits of the largest total and the bits of `groups` together
};

// The scratch of one call: the order of the cells, a block of at most max(2^22, 32 rows) values (8 bytes each; fewer where
// the matrix has fewer), counts of 128 bytes a gene, and for each worker a gene's values and 16 bytes a group.
int64_t vc_cpu_rank_scratch(int64_t rows, int64_t genes, int64_t non_zeros, int64_t groups, int64_t workers);

// Orders the cells and writes the call's description to `scratch`, which belongs to the call until its last step.
//   group int32[rows]: cells whose group is not 0 .. groups - 1 take no part. reference: a group or VC_RANK_REST.
//   totals int64[rows] or 0: rank x[r, g] / totals[r] in place of the values; then the values are counts.
// VC_BAD_VALUE: too many cells, a total out of range, too many groups for such totals.
int32_t vc_cpu_rank_open(int64_t x, int64_t totals, int64_t group, int64_t groups, int64_t reference, int64_t workers,
                         int64_t scratch);

// Counts the values of each gene in a slice, 0 .. VC_RANK_SLICES - 1. VC_BAD_INDEX.
int32_t vc_cpu_rank_count(int32_t isa, int64_t x, int64_t scratch, int64_t slice);

// Chooses the next block of genes; *end_gene receives its end. first_gene is the end of the block before, or 0.
int32_t vc_cpu_rank_plan(int64_t scratch, int64_t first_gene, int64_t* end_gene);

// Brings a slice's values of the planned genes into the block. VC_BAD_INDEX; VC_BAD_VALUE: a count above its total.
int32_t vc_cpu_rank_gather(int32_t isa, int64_t x, int64_t scratch, int64_t slice);

// Writes genes first_gene .. end_gene - 1 of the planned ones into u2 and ties, int64[groups x genes]. worker is
// 0 .. workers - 1 and no two calls at once have the same.
int32_t vc_cpu_rank_sums(int32_t isa, int64_t scratch, int64_t first_gene, int64_t end_gene, int64_t worker, int64_t u2,
                         int64_t ties);

#ifdef __cplusplus
}
#endif
