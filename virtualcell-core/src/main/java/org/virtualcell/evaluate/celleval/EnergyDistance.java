package org.virtualcell.evaluate.celleval;

import org.virtualcell.stats.differential.CellValues;

/**
 * The energy distance of two groups of cells, {@code 2 mean d(X, C) - mean d(X, X) - mean d(C, C)},
 * d Euclidean and not squared, means over all ordered pairs with the zero diagonal among them: the
 * biased form of the original. Differences are taken directly, so that equal cells are exactly 0
 * apart.
 */
final class EnergyDistance {
  private static final int TILE = 32;

  private final CellValues control;
  private final double within;

  EnergyDistance(CellValues control) {
    this.control = control;
    this.within = meanDistance(control, control);
  }

  /** The distance, and the size of the terms it is the difference of. */
  record Value(double distance, double terms) {}

  Value to(CellValues cells) {
    double between = meanDistance(cells, control);
    return new Value(2 * between - meanDistance(cells, cells) - within, 2 * between + within);
  }

  private static double meanDistance(CellValues a, CellValues b) {
    double[][] left = new double[TILE][a.genes()];
    double[][] right = new double[TILE][a.genes()];
    double sum = 0;
    boolean same = a == b;
    for (int i = 0; i < a.cells(); i += TILE) {
      int rows = fill(a, i, left);
      for (int j = same ? i : 0; j < b.cells(); j += TILE) {
        int columns = fill(b, j, right);
        double tile = 0;
        for (int r = 0; r < rows; r++) {
          for (int c = 0; c < columns; c++) {
            tile += distance(left[r], right[c]);
          }
        }
        sum += same && j > i ? 2 * tile : tile;
      }
    }
    return sum / a.cells() / b.cells();
  }

  private static int fill(CellValues cells, int first, double[][] tile) {
    int rows = Math.min(TILE, cells.cells() - first);
    int[] gene = new int[cells.genes()];
    double[] value = new double[cells.genes()];
    for (int r = 0; r < rows; r++) {
      java.util.Arrays.fill(tile[r], 0);
      int count = cells.row(first + r, gene, value);
      for (int k = 0; k < count; k++) {
        tile[r][gene[k]] = value[k];
      }
    }
    return rows;
  }

  private static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int g = 0; g < a.length; g++) {
      double d = a[g] - b[g];
      sum += d * d;
    }
    return StrictMath.sqrt(sum);
  }
}
