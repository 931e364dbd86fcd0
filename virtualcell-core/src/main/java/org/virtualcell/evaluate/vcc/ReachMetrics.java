package org.virtualcell.evaluate.vcc;

import static org.virtualcell.evaluate.vcc.ChallengeMetric.DIRECTION_REACH;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.DIRECTION_REACH_RAW;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.DIRECTION_REACH_UNBOUNDED;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.DIRECTION_REACH_UNBOUNDED_RAW;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.DIRECTION_SENSITIVITY;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.DIRECTION_SENSITIVITY_UNIVERSE;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.IntPredicate;

/**
 * How deep the prediction's own order of genes stays pure. Genes are walked through in the order in
 * which the prediction trusts them; depth counts genes whose measured change has a direction; the
 * reach is the deepest point at which the share of right directions is at least a floor.
 */
final class ReachMetrics {
  private ReachMetrics() {}

  static void putScored(TableComparison tables, MetricRow out) {
    double n = tables.real().found(tables.own()).length;
    double purity = tables.rules().purity();
    out.put(
        DIRECTION_REACH_RAW, n == 0 ? Double.NaN : depth(tables, true, tables.own(), purity) / n);
  }

  static void putOthers(TableComparison tables, MetricRow out) {
    double alpha = tables.rules().alpha();
    double strict = 1 - alpha / 2;
    int findings = tables.real().found(-1).length;
    if (findings > 0) {
      out.put(DIRECTION_SENSITIVITY, depth(tables, true, -1, strict) / (double) findings);
      out.put(DIRECTION_SENSITIVITY_UNIVERSE, depth(tables, false, -1, strict) / (double) findings);
    }
    int own = tables.own();
    double n = tables.real().found(own).length;
    double habit = tables.habit();
    double floor = habit + (1 - alpha) * (1 - habit);
    double purity = tables.rules().purity();
    boolean none = n == 0;
    boolean unknown = none || Double.isNaN(habit);
    out.put(DIRECTION_REACH, unknown ? Double.NaN : depth(tables, true, own, floor) / n);
    out.put(DIRECTION_REACH_UNBOUNDED, unknown ? Double.NaN : depth(tables, false, own, floor) / n);
    out.put(
        DIRECTION_REACH_UNBOUNDED_RAW, none ? Double.NaN : depth(tables, false, own, purity) / n);
  }

  /**
   * The deepest pure point.
   *
   * @param onlyFindings whether the genes are the measured findings, or all genes of both tables
   * @param without a gene to leave out, or -1
   * @param floor the purity asked for
   */
  private static int depth(
      TableComparison tables, boolean onlyFindings, int without, double floor) {
    TestedGenes real = tables.real();
    TestedGenes predicted = tables.predicted();
    IntPredicate chosen =
        gene -> gene != without && (onlyFindings ? real.finds(gene) : real.row(gene) >= 0);
    int[] order =
        Arrays.stream(predicted.gene())
            .filter(chosen)
            .boxed()
            .sorted(trust(tables))
            .mapToInt(Integer::intValue)
            .toArray();
    int counted = 0;
    int right = 0;
    int deepest = 0;
    for (int gene : order) {
      int direction = real.direction(gene);
      if (direction != 0) {
        counted++;
        right += direction == predicted.direction(gene) ? 1 : 0;
        if (right / (double) counted >= floor) {
          deepest = counted;
        }
      }
    }
    return deepest;
  }

  /** Findings first, then by adjusted p, by p, by falling absolute change, by name. */
  private static Comparator<Integer> trust(TableComparison tables) {
    TestedGenes t = tables.predicted();
    return (a, b) -> {
      int x = t.row(a);
      int y = t.row(b);
      if (t.significant()[x] != t.significant()[y]) {
        return t.significant()[x] ? -1 : 1;
      }
      int order = Double.compare(t.adjusted()[x], t.adjusted()[y]); // NaN is the largest
      if (order == 0) {
        order = Double.compare(t.p()[x], t.p()[y]);
      }
      if (order == 0) {
        order = falling(Math.abs(t.change()[x]), Math.abs(t.change()[y]));
      }
      return order == 0 ? Integer.compare(tables.nameRank()[a], tables.nameRank()[b]) : order;
    };
  }

  private static int falling(double x, double y) {
    if (Double.isNaN(x) || Double.isNaN(y)) {
      return Boolean.compare(Double.isNaN(x), Double.isNaN(y));
    }
    return Double.compare(y, x);
  }
}
