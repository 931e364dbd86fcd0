package org.virtualcell.evaluate.vcc;

import static org.virtualcell.evaluate.vcc.ChallengeMetric.PR_AUC;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.ROC_AUC;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How well predicted adjusted p values find the measured findings among the genes of the measured
 * table: average precision, and the area under the receiver operating characteristic. A gene
 * without a predicted value counts as 1.
 */
final class AreaMetrics {
  private AreaMetrics() {}

  static void put(TableComparison tables, MetricRow out) {
    TestedGenes real = tables.real();
    TestedGenes predicted = tables.predicted();
    int n = real.rows();
    double[] p = new double[n];
    int positives = 0;
    for (int i = 0; i < n; i++) {
      int row = predicted.row(real.gene()[i]);
      double adjusted = row < 0 ? 1 : predicted.adjusted()[row];
      p[i] = Double.isNaN(adjusted) ? 1 : adjusted;
      positives += real.significant()[i] ? 1 : 0;
    }
    if (positives == 0 || positives == n) {
      out.put(PR_AUC, Double.NaN);
      out.put(ROC_AUC, Double.NaN);
      return;
    }
    double[] areas = areas(p, real.significant(), positives);
    out.put(PR_AUC, areas[0]);
    out.put(ROC_AUC, areas[1]);
    double smallest = smallestPositive(predicted.adjusted());
    boolean zeros = Arrays.stream(p).anyMatch(v -> v == 0);
    double[] floored = Arrays.stream(p).map(v -> v == 0 ? smallest : v).toArray();
    out.noteAreas(smallest, zeros ? areas(floored, real.significant(), positives) : new double[0]);
  }

  /** Average precision, then the other; equal p values are one step. */
  private static double[] areas(double[] p, boolean[] label, int positives) {
    int n = p.length;
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> p[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double precision = 0;
    double roc = 0;
    int hits = 0;
    for (int from = 0; from < n; ) {
      int to = from;
      int found = 0;
      while (to < n && p[order[to]] == p[order[from]]) {
        found += label[order[to]] ? 1 : 0;
        to++;
      }
      int alarms = to - from - found;
      roc += alarms * (hits + found / 2.0);
      hits += found;
      precision += found / (double) positives * (hits / (double) to);
      from = to;
    }
    return new double[] {precision, roc / ((double) positives * (n - positives))};
  }

  /** The smallest positive value of an array, or infinity. */
  private static double smallestPositive(double... values) {
    return Arrays.stream(values).filter(v -> v > 0).min().orElse(Double.POSITIVE_INFINITY);
  }
}
