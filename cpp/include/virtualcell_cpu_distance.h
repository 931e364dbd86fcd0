// Distances on the processor, part of virtualcell_cpu.h; the rules there and in virtualcell.h hold.
//
// Kernels work on packed rows: shifted by a common centre, so that squared distances from norms and products cancel less,
// and stored in panels of 16 rows, column after column. A squared distance below a hundredth of the sum of the two squared
// norms is computed anew from the rows themselves, so the rows are passed as well.
//
// Order     a product sums in fp32 over blocks of 128 columns, blocks by rising column; means sum distances in fp32 over at
//           most 8 terms a lane and row, then in double by rising row. The same bytes however the work is cut over threads.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "virtualcell.h"

#ifdef __cplusplus
extern "C" {
#endif

// centre[k] = the mean of column k over rows of both sets (at most 512 of them, evenly taken), 0 where that is not finite.
// Any shift gives the same distances. x float[x_rows x columns], y float[y_rows x columns], centre float[columns].
int32_t vc_cpu_distance_centre(int32_t isa, int64_t x_rows, int64_t x, int64_t y_rows, int64_t y, int64_t columns,
                               int64_t centre);

// The floats of `rows` packed rows, and of their norms: vc_cpu_distance_norm_floats.
int64_t vc_cpu_distance_packed_floats(int64_t rows, int64_t columns);
int64_t vc_cpu_distance_norm_floats(int64_t rows);

// Packs rows. packed, norm: as many floats as said above, on a 64-byte boundary.
int32_t vc_cpu_distance_pack(int32_t isa, int64_t rows, int64_t columns, int64_t x, int64_t centre, int64_t packed,
                             int64_t norm);

// out[i, j] = |x_i - y_j| or its square for rows first .. end - 1 of x and all rows of y; out float[x rows x y_rows].
//   first a multiple of 16. scratch: vc_cpu_distance_scratch(0) bytes of this call's own.
int32_t vc_cpu_distance_rows(int32_t isa, int64_t columns, int64_t first, int64_t end, int64_t x, int64_t packed_x,
                             int64_t norm_x, int64_t y_rows, int64_t y, int64_t packed_y, int64_t norm_y, int32_t squared,
                             int64_t scratch, int64_t out);

// *sum = the sum of distances of rows first .. end - 1 of x, at most 128 of them, to all rows of y; double at address sum.
//   same = 1: y is x, and the sum is that to rows first .. of x, each pair in both orders.
int32_t vc_cpu_distance_sum(int32_t isa, int64_t columns, int64_t first, int64_t end, int64_t x, int64_t packed_x,
                            int64_t norm_x, int64_t y_rows, int64_t y, int64_t packed_y, int64_t norm_y, int32_t same,
                            int64_t scratch, int64_t sum);

// Forward and backward of the energy distance for rows first .. first + 127 of x (fewer at its end): gradient row i =
//   *weight * (1 / (S T) sum_j (x_i - y_j) / d_ij - 1 / S^2 sum_j (x_i - x_j) / d_ij), pairs of distance 0 left out; and
//   sums[0] = the sum of their distances to all of x, sums[1] to all of y (double at address sums).
//   weight: address of a float. gradient float[x_rows x columns]. scratch: vc_cpu_distance_scratch(1) bytes.
int32_t vc_cpu_energy_gradient(int32_t isa, int64_t columns, int64_t first, int64_t x_rows, int64_t x, int64_t packed_x,
                               int64_t norm_x, int64_t y_rows, int64_t y, int64_t packed_y, int64_t norm_y, int64_t weight,
                               int64_t scratch, int64_t gradient, int64_t sums);

// out[p] = the mean distance of pair p, or with inside = 1 its energy distance, from the sums of its chunks: chunk c of a pair
// left double[2] at sums + 16 (p * chunks + c), to x and to y; the first x_chunks chunks are blocks of x, the others of y.
// Added by rising chunk. s, t: the cells of x and y. out float[pairs].
int32_t vc_cpu_energy_finish(int64_t pairs, int64_t s, int64_t t, int64_t x_chunks, int64_t chunks, int32_t inside, int64_t sums,
                             int64_t out);

// The scratch of one call, on a 64-byte boundary: of a gradient, or of the others.
int64_t vc_cpu_distance_scratch(int32_t gradient);

// Cuts groups of consecutive rows into units of at most 128 rows, a multiple of 16 but for the last of a group.
//   start int64[groups + 1]; receives unit_of int64[groups + 1], the first unit of each group (the last entry is the number
//   of units) and panel_of int64[groups + 1], the first panel of each group, groups packed one after another.
//   VC_BAD_INDEX if starts fall or leave 0 .. rows.
int32_t vc_cpu_group_units(int64_t rows, int64_t groups, int64_t start, int64_t unit_of, int64_t panel_of);

// Packs group g of x into its panels.
int32_t vc_cpu_group_pack(int32_t isa, int64_t columns, int64_t group, int64_t start, int64_t panel_of, int64_t x,
                          int64_t centre, int64_t packed, int64_t norm);

// sums[unit x groups + h] = the sum of distances of a unit's rows to those of group h, for h from the unit's own group on
// (to its own group, pairs of different units of it counted in both orders by the earlier one); a unit beyond the last does
// nothing. scratch: vc_cpu_distance_scratch(0) bytes.
int32_t vc_cpu_group_unit_sums(int32_t isa, int64_t columns, int64_t groups, int64_t unit, int64_t start, int64_t unit_of,
                               int64_t panel_of, int64_t x, int64_t packed, int64_t norm, int64_t scratch, int64_t sums);

// means and energy float[groups x groups] from the sums: see DistanceOps.groupDistances. Adds by rising unit.
int32_t vc_cpu_group_finish(int64_t groups, int64_t start, int64_t unit_of, int64_t sums, int64_t means, int64_t energy);

#ifdef __cplusplus
}
#endif
