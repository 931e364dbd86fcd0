// Rank sums on CUDA devices; a part of the boundary whose rules stand in virtualcell.h and virtualcell_cuda.h. The formulas
// and limits stand in virtualcell_cpu_rank.h and hold here; results are whole numbers, the same as on every device.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "virtualcell_cuda.h"

#ifdef __cplusplus
extern "C" {
#endif

// The scratch of one call: a block of genes with every cell's key, absent values included: at most 2^25 keys (4 bytes, 8
// for shares; twice with `rest`) or one gene's; 8 bytes a cell; 4 bytes a gene of the block and group.
int64_t vc_cuda_rank_scratch(int64_t rows, int64_t genes, int64_t groups, int32_t shares, int32_t rest);

// Twice U and the tie term of every group and gene: u2, ties int64[groups x genes].
//   group int32[rows]; reference a group, or -1 for the cells of all other groups; totals int64[rows], or 0 to rank the
//   values as they are. Enqueues; VC_BAD_INDEX and VC_BAD_VALUE appear at the next wait.
int32_t vc_cuda_rank_sums(int64_t queue, const int64_t* x, int64_t totals, int64_t group, int64_t groups, int64_t reference,
                          int64_t scratch, int64_t u2, int64_t ties);

#ifdef __cplusplus
}
#endif
