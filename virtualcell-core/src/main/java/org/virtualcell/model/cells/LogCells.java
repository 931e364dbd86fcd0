package org.virtualcell.model.cells;

import org.virtualcell.api.CellState;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.stats.Normalization;

/** Some cells of a state in log1p units, with the mean and variance of each gene among them. */
final class LogCells {
  private final CsrMatrix rows;
  private final double[] mean;
  private final double[] variance;

  private LogCells(CsrMatrix rows) {
    this.rows = rows;
    int genes = rows.genes();
    this.mean = new double[genes];
    this.variance = new double[genes];
    for (int k = 0; k < rows.nonZeros(); k++) {
      double v = rows.valueAt(k);
      mean[rows.geneAt(k)] += v;
      variance[rows.geneAt(k)] += v * v;
    }
    double n = rows.rows();
    for (int g = 0; g < genes; g++) {
      mean[g] /= n;
      variance[g] = Math.max(0, variance[g] - n * mean[g] * mean[g]) / Math.max(1, n - 1);
    }
  }

  /** At most so many cells of a state, evenly spaced. */
  static CsrMatrix of(CellState state, int most) {
    int n = (int) Math.min(most, state.cells());
    CsrMatrix chosen;
    if (n == state.cells()) {
      chosen = state.expression().block(0, n);
    } else {
      float[][] dense = new float[n][];
      for (int i = 0; i < n; i++) {
        CsrMatrix cell = state.expression().block(i * state.cells() / n, 1);
        dense[i] = new float[cell.genes()];
        for (int k = cell.rowStart(0); k < cell.rowStart(1); k++) {
          dense[i][cell.geneAt(k)] = cell.valueAt(k);
        }
      }
      chosen = CsrMatrix.ofDense(dense, state.genes().size());
    }
    return state.units() instanceof ExpressionUnits.RawCounts
        ? Normalization.logNormalize(chosen, Normalization.DEFAULT_TOTAL)
        : chosen;
  }

  /** Every second cell, or the others. */
  static LogCells half(CsrMatrix all, int which) {
    int n = ((int) all.rows() + 1 - which) / 2;
    int[] chosen = new int[n];
    for (int i = 0; i < n; i++) {
      chosen[i] = 2 * i + which;
    }
    return new LogCells(all.select(chosen));
  }

  static LogCells whole(CsrMatrix all) {
    return new LogCells(all);
  }

  int size() {
    return (int) rows.rows();
  }

  double mean(int gene) {
    return mean[gene];
  }

  double variance(int gene) {
    return variance[gene];
  }

  int genes() {
    return mean.length;
  }

  /** Each cell's product with a direction. */
  double[] along(double[] direction) {
    double[] score = new double[size()];
    for (int i = 0; i < score.length; i++) {
      for (int k = rows.rowStart(i); k < rows.rowStart(i + 1); k++) {
        score[i] += direction[rows.geneAt(k)] * rows.valueAt(k);
      }
    }
    return score;
  }
}
