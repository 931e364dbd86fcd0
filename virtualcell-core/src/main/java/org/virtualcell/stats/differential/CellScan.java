package org.virtualcell.stats.differential;

import org.virtualcell.api.InvalidDataException;

/** A first pass over cells: their totals, and how many values each gene stores. */
final class CellScan {
  private final double[] total;
  private final int[] stored;

  private CellScan(int cells, int genes) {
    total = new double[cells];
    stored = new int[genes];
  }

  /**
   * Scans cells.
   *
   * @throws InvalidDataException if a value is not finite, or a count negative
   */
  static CellScan of(CellValues cells, boolean counts, String what) {
    CellScan scan = new CellScan(cells.cells(), cells.genes());
    int[] gene = new int[cells.genes()];
    double[] value = new double[cells.genes()];
    for (int cell = 0; cell < scan.total.length; cell++) {
      int count = cells.row(cell, gene, value);
      double sum = 0;
      for (int k = 0; k < count; k++) {
        if (!Double.isFinite(value[k]) || (counts && value[k] < 0)) {
          throw new InvalidDataException(
              "A value is " + value[k],
              what + ", cell " + cell + ", gene " + gene[k],
              counts ? "Pass counts of zero or more." : "Remove values that are not finite.");
        }
        sum += value[k];
        scan.stored[gene[k]]++;
      }
      scan.total[cell] = sum;
    }
    return scan;
  }

  double total(int cell) {
    return total[cell];
  }

  int stored(int gene) {
    return stored[gene];
  }
}
