package org.virtualcell.model.transition;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.virtualcell.api.CellState;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.stats.Normalization;

/**
 * The cells of training in memory, compressed, in the model's units; rows are written out when a
 * set needs them. A state is held once however often it is asked for.
 */
final class ResidentCells {
  private final ExpressionUnits units;
  private final int[] columnOf; // per gene of the states: column of the network, or -1
  private final int columns;
  private final IdentityHashMap<CellState, Integer> place = new IdentityHashMap<>();
  private final List<CsrMatrix> matrices = new ArrayList<>();

  /**
   * Holds nothing yet.
   *
   * @param units log1p units
   * @param columnOf per gene of the states: its column, or -1
   * @param columns how many columns there are
   */
  ResidentCells(ExpressionUnits units, int[] columnOf, int columns) {
    this.units = units;
    this.columnOf = columnOf.clone();
    this.columns = columns;
  }

  /** Holds a state's cells; the number by which its rows are asked for. */
  int add(CellState state) {
    return place.computeIfAbsent(
        state,
        s -> {
          CellState logs = Normalization.convert(s, units, "cells of " + s.context());
          matrices.add(
              logs.expression() instanceof CsrMatrix inMemory
                  ? inMemory
                  : logs.expression().block(0, Math.toIntExact(logs.cells())));
          return matrices.size() - 1;
        });
  }

  int columns() {
    return columns;
  }

  int cells(int state) {
    return (int) matrices.get(state).rows();
  }

  /** Writes a cell out, from a place on. */
  void dense(int state, int row, float[] out, int from) {
    CsrMatrix cells = matrices.get(state);
    java.util.Arrays.fill(out, from, from + columns, 0);
    for (int k = cells.rowStart(row); k < cells.rowStart(row + 1); k++) {
      int column = columnOf[cells.geneAt(k)];
      if (column >= 0) {
        out[from + column] = cells.valueAt(k);
      }
    }
  }
}
