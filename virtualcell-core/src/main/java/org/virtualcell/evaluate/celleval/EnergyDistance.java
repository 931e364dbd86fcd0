package org.virtualcell.evaluate.celleval;

import org.virtualcell.stats.differential.CellValues;

/**
 * The energy distance of two groups of cells, {@code 2 mean d(X, C) - mean d(X, X) - mean d(C, C)},
 * d Euclidean and not squared, means over all ordered pairs with the zero diagonal among them: the
 * biased form of the original. Differences are taken directly, so that equal cells are exactly 0
 * apart.
 */
final class EnergyDistance {
  private static final int TILE = 64;

  /** Cells whose sums stay in the nearest cache. */
  private static final int STRIP = 16;

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
    double[] left = new double[a.genes() * TILE];
    double[] right = new double[a.genes() * TILE];
    double[] squares = new double[TILE * TILE];
    double sum = 0;
    boolean same = a == b;
    for (int i = 0; i < a.cells(); i += TILE) {
      int rows = fill(a, i, left);
      for (int j = same ? i : 0; j < b.cells(); j += TILE) {
        int columns = fill(b, j, right);
        double tile = 0;
        java.util.Arrays.fill(squares, 0);
        for (int r = 0; r < rows; r += STRIP) {
          add(left, r, right, squares);
        }
        for (int r = 0; r < rows; r++) {
          for (int c = 0; c < columns; c++) {
            tile += StrictMath.sqrt(squares[r * TILE + c]);
          }
        }
        sum += same && j > i ? 2 * tile : tile;
      }
    }
    return sum / a.cells() / b.cells();
  }

  /** Some cells gene by gene: {@link #TILE} values a gene, zero beyond the last cell. */
  private static int fill(CellValues cells, int first, double[] tile) {
    int rows = Math.min(TILE, cells.cells() - first);
    int[] gene = new int[cells.genes()];
    double[] value = new double[cells.genes()];
    java.util.Arrays.fill(tile, 0);
    for (int r = 0; r < rows; r++) {
      int count = cells.row(first + r, gene, value);
      for (int k = 0; k < count; k++) {
        tile[gene[k] * TILE + r] = value[k];
      }
    }
    return rows;
  }

  /** Adds squared differences of a strip of cells from all of a tile, genes in their order. */
  private static void add(double[] left, int strip, double[] right, double[] squares) {
    for (int gene = 0; gene < right.length; gene += TILE) {
      for (int r = strip; r < strip + STRIP; r++) {
        add(left[gene + r], right, gene, squares, r * TILE);
      }
    }
  }

  /** Many pairs side by side, which compilers turn into vector instructions. */
  private static void add(double value, double[] right, int from, double[] squares, int to) {
    for (int c = 0; c < TILE; c++) {
      double d = value - right[from + c];
      squares[to + c] += d * d;
    }
  }
}
