package org.virtualcell.stats;

import java.util.ArrayList;
import java.util.List;
import org.virtualcell.api.CellState;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.compute.CsrTensor;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.Packing;
import org.virtualcell.compute.Tensor;

/**
 * The pseudobulks of many groups of cells in one pass on a device, in log1p units. Sums run in
 * single precision with the tolerance of {@link org.virtualcell.compute.SparseOps#groupSums}: 1e-5
 * of scale, so that a variance much smaller than the squared mean loses digits. One population on
 * the heap is {@link Pseudobulk#logNormalized}.
 */
public final class GroupPseudobulk {
  private static final int BLOCK_ROWS = 4096;

  private GroupPseudobulk() {}

  /**
   * The pseudobulk of each group.
   *
   * @param lane where the sums are made
   * @param state the cells; raw counts are scaled to {@link Normalization#DEFAULT_TOTAL} per cell
   * @param group the group of each cell, 0 to {@code groups} - 1; -1 for a cell of none
   * @param groups how many groups there are
   * @return one pseudobulk per group
   * @throws InvalidDataException if a cell has no group number or an impossible one, or a group no
   *     cell
   * @throws org.virtualcell.api.MemoryBudgetException if the cells do not fit the lane's memory
   */
  public static List<Pseudobulk> of(Lane lane, CellState state, int[] group, int groups) {
    long[] cells = count(state, group, groups);
    int genes = state.genes().size();
    boolean counts = state.units() instanceof ExpressionUnits.RawCounts;
    float[] sums = new float[Math.multiplyExact(groups, genes)];
    float[] squares = new float[sums.length];
    int[] detections = new int[sums.length];
    try (CsrTensor x = lane.csr(state.expression(), Packing.PLAIN);
        Tensor groupOfCell = lane.tensor(DType.I32, group.length);
        Tensor scale = lane.tensor(DType.F32, counts ? group.length : 0);
        Tensor sum = lane.tensor(DType.F32, groups, genes);
        Tensor square = lane.tensor(DType.F32, groups, genes);
        Tensor detected = lane.tensor(DType.I32, groups, genes)) {
      lane.upload(group, groupOfCell);
      if (counts) {
        lane.upload(scales(state), scale);
        lane.sparse().logGroupSums(x, scale, groupOfCell, sum, square, detected);
      } else {
        lane.sparse().groupSums(x, groupOfCell, sum, square, detected);
      }
      lane.download(sum, sums);
      lane.download(square, squares);
      lane.download(detected, detections);
    }
    ExpressionUnits units =
        counts ? ExpressionUnits.logNormalized(Normalization.DEFAULT_TOTAL) : state.units();
    List<Pseudobulk> result = new ArrayList<>(groups);
    for (int i = 0; i < groups; i++) {
      result.add(
          Pseudobulk.ofSums(state.genes(), units, cells[i], i * genes, sums, squares, detections));
    }
    return List.copyOf(result);
  }

  private static long[] count(CellState state, int[] group, int groups) {
    if (group.length != state.cells()) {
      throw new InvalidDataException(
          group.length + " group numbers for " + state.cells() + " cells",
          "cells of " + state.context(),
          "Pass one per cell.");
    }
    long[] cells = new long[groups];
    for (int cell = 0; cell < group.length; cell++) {
      if (group[cell] < -1 || group[cell] >= groups) {
        throw new InvalidDataException(
            "Group " + group[cell] + " is none of " + groups,
            "cell " + cell + " of " + state.context(),
            "Use 0 to " + (groups - 1) + ", or -1 for a cell of no group.");
      }
      if (group[cell] >= 0) {
        cells[group[cell]]++;
      }
    }
    for (int i = 0; i < groups; i++) {
      if (cells[i] == 0) {
        throw new InvalidDataException(
            "Group " + i + " has no cell",
            "cells of " + state.context(),
            "Number groups without gaps.");
      }
    }
    return cells;
  }

  /** Per cell, total over depth; 0 for a cell without any count. */
  private static float[] scales(CellState state) {
    float[] scales = new float[Math.toIntExact(state.cells())];
    for (int first = 0; first < scales.length; first += BLOCK_ROWS) {
      int rows = Math.min(BLOCK_ROWS, scales.length - first);
      CsrMatrix block = state.expression().block(first, rows);
      for (int r = 0; r < rows; r++) {
        double depth = 0;
        for (int k = block.rowStart(r); k < block.rowStart(r + 1); k++) {
          depth += block.valueAt(k);
        }
        scales[first + r] = depth == 0 ? 0 : (float) (Normalization.DEFAULT_TOTAL / depth);
      }
    }
    return scales;
  }
}
