package org.virtualcell.evaluate.celleval;

import java.util.List;
import org.virtualcell.stats.differential.CellValues;

/**
 * The mean log1p profile of each perturbation and of the control on both sides: perturbations x
 * genes, double precision, summed in the order of cells.
 */
final class MeanProfiles {
  private static final double ROUNDING = 1e-12;

  private final double[][] real;
  private final double[][] predicted;
  private final double[] realControl;
  private final double[] predictedControl;
  private final boolean measuredControls;

  private MeanProfiles(
      double[][] real,
      double[][] predicted,
      double[] realControl,
      double[] predictedControl,
      boolean measuredControls) {
    this.measuredControls = measuredControls;
    this.real = real;
    this.predicted = predicted;
    this.realControl = realControl;
    this.predictedControl = predictedControl;
  }

  static MeanProfiles of(
      List<GroupFigures> real,
      List<GroupFigures> predicted,
      double[] realControl,
      SideFigures predictedSide,
      boolean measuredControls) {
    return new MeanProfiles(
        real.stream().map(GroupFigures::mean).toArray(double[][]::new),
        predicted.stream().map(GroupFigures::mean).toArray(double[][]::new),
        realControl,
        predictedSide.controlMean(),
        measuredControls);
  }

  static double[] mean(CellValues values, int... rows) {
    double[] mean = new double[values.genes()];
    int[] gene = new int[mean.length];
    double[] value = new double[mean.length];
    for (int row : rows) {
      int count = values.row(row, gene, value);
      for (int k = 0; k < count; k++) {
        mean[gene[k]] += value[k];
      }
    }
    for (int g = 0; g < mean.length; g++) {
      mean[g] /= rows.length;
    }
    return mean;
  }

  double[] real(int perturbation) {
    return real[perturbation];
  }

  double[] predicted(int perturbation) {
    return predicted[perturbation];
  }

  double[] realDelta(int perturbation) {
    return difference(real[perturbation], realControl);
  }

  /**
   * Against measured controls, a difference that is rounding only is none: copies have no effect.
   */
  double[] predictedDelta(int perturbation) {
    double[] delta = difference(predicted[perturbation], predictedControl);
    for (int g = 0; measuredControls && g < delta.length; g++) {
      if (Math.abs(delta[g]) <= ROUNDING * predictedControl[g]) {
        delta[g] = 0;
      }
    }
    return delta;
  }

  static double[] difference(double[] a, double[] b) {
    double[] d = new double[a.length];
    for (int g = 0; g < d.length; g++) {
      d[g] = a[g] - b[g];
    }
    return d;
  }
}
