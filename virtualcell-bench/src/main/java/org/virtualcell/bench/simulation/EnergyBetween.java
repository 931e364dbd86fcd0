package org.virtualcell.bench.simulation;

import org.virtualcell.api.CellState;
import org.virtualcell.api.CsrMatrix;

/**
 * The energy distance of two samples of cells, {@code mean d(x, y) - mean d(x, x') / 2 - mean d(y,
 * y') / 2}, d Euclidean over genes; pairs of a cell with itself left out, so that two samples of
 * one distribution are 0 apart on average.
 */
final class EnergyBetween {
  private EnergyBetween() {}

  static double of(CellState a, CellState b) {
    float[][] x = dense(a);
    float[][] y = dense(b);
    return mean(x, y, false) - mean(x, x, true) / 2 - mean(y, y, true) / 2;
  }

  private static float[][] dense(CellState state) {
    CsrMatrix rows = state.expression().block(0, (int) state.cells());
    float[][] dense = new float[(int) rows.rows()][state.genes().size()];
    for (int r = 0; r < dense.length; r++) {
      for (int k = rows.rowStart(r); k < rows.rowStart(r + 1); k++) {
        dense[r][rows.geneAt(k)] = rows.valueAt(k);
      }
    }
    return dense;
  }

  private static double mean(float[][] x, float[][] y, boolean same) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < y.length; j++) {
        double square = 0;
        for (int g = 0; g < x[i].length && !(same && i == j); g++) {
          double off = x[i][g] - y[j][g];
          square += off * off;
        }
        sum += Math.sqrt(square);
      }
    }
    double pairs = same ? (double) x.length * (x.length - 1) : (double) x.length * y.length;
    return sum / pairs;
  }
}
