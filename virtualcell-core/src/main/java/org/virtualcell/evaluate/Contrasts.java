package org.virtualcell.evaluate;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.virtualcell.api.CellState;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.MatchedCells;
import org.virtualcell.stats.Normalization;

/**
 * Whether one prediction of one condition is nearer to the truth than another, beyond the sampling
 * error of the measurement. With predictions p and q and the measured effect t, the difference of
 * squared errors is {@code |p - t|^2 - |q - t|^2 = (p - q).(p + q) - 2 (p - q).t}: it depends on
 * the measurement through one number, the projection of t on {@code p - q}. The variance of that
 * number follows from the same projection of single cells, so that genes that vary together are
 * counted as such. z is the difference over its standard error.
 */
final class Contrasts {
  /** Beyond this the difference is no accident of the cells: two-sided 5 %. */
  static final double CLEAR = 1.959963984540054;

  /** Cells of a population that are looked at; more hardly sharpen a variance. */
  private static final int MOST_CELLS = 500;

  private final int[] genes;
  private final double[] truth;
  private final List<MatchedCells> groups;

  /**
   * @param truth what is to be predicted, with its cells
   * @param genes the genes that count
   */
  Contrasts(MeasuredCase.Target truth, GeneChoice genes) {
    this.genes = java.util.stream.IntStream.range(0, genes.size()).map(genes::place).toArray();
    this.truth = truth.effect().delta();
    this.groups = truth.cells();
  }

  /** z of each prediction against the other; negative is better, 0 where they are the same. */
  Map<String, Double> against(PredictedEffect other, Map<String, PredictedEffect> predictions) {
    List<String> names = List.copyOf(predictions.keySet());
    List<double[]> directions = new ArrayList<>();
    for (String name : names) {
      double[] direction = new double[truth.length];
      for (int g : genes) {
        direction[g] = predictions.get(name).effect()[g] - other.effect()[g];
      }
      directions.add(direction);
    }
    double[] variance = variances(directions);
    Map<String, Double> z = new LinkedHashMap<>();
    for (int k = 0; k < names.size(); k++) {
      double[] mine = predictions.get(names.get(k)).effect();
      double difference = 0;
      for (int g : genes) {
        difference += directions.get(k)[g] * (mine[g] + other.effect()[g] - 2 * truth[g]);
      }
      double error = 2 * Math.sqrt(variance[k]);
      if (Double.isFinite(error)) {
        z.put(names.get(k), error > 0 ? difference / error : 0.0);
      }
    }
    return z;
  }

  /** The sampling variance of each direction's projection of the measured effect. */
  private double[] variances(List<double[]> directions) {
    double[] sum = new double[directions.size()];
    long cells = groups.stream().mapToLong(g -> g.perturbed().cells()).sum();
    IdentityHashMap<CellState, Double> weights = new IdentityHashMap<>();
    for (MatchedCells group : groups) {
      weights.merge(group.controls(), (double) group.perturbed().cells() / cells, Double::sum);
    }
    for (MatchedCells group : groups) {
      add(sum, group.perturbed(), (double) group.perturbed().cells() / cells, directions);
      Double weight = weights.remove(group.controls());
      if (weight != null) { // groups that share controls count them once
        add(sum, group.controls(), weight, directions);
      }
    }
    return sum;
  }

  private static void add(double[] sum, CellState state, double weight, List<double[]> directions) {
    long n = state.cells();
    int looked = (int) Math.min(MOST_CELLS, n);
    double[] first = new double[sum.length];
    double[] second = new double[sum.length];
    for (int i = 0; i < looked; i++) {
      CsrMatrix cell = state.expression().block(i * n / looked, 1);
      if (state.units() instanceof ExpressionUnits.RawCounts) {
        cell = Normalization.logNormalize(cell, Normalization.DEFAULT_TOTAL);
      }
      for (int k = 0; k < sum.length; k++) {
        double projection = 0;
        double[] direction = directions.get(k);
        for (int v = cell.rowStart(0); v < cell.rowStart(1); v++) {
          projection += direction[cell.geneAt(v)] * cell.valueAt(v);
        }
        first[k] += projection;
        second[k] += projection * projection;
      }
    }
    for (int k = 0; k < sum.length; k++) {
      double scatter = Math.max(0, second[k] - first[k] * first[k] / looked);
      // a single cell has no variance: NaN, and nothing is claimed
      sum[k] += weight * weight * (looked < 2 ? Double.NaN : scatter / (looked - 1)) / n;
    }
  }
}
