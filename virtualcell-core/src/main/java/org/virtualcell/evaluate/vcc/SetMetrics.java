package org.virtualcell.evaluate.vcc;

import static org.virtualcell.evaluate.vcc.ChallengeMetric.NSIG_COUNTS_PRED;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.NSIG_COUNTS_REAL;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.OVERLAP;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.OVERLAP_ADJUSTED;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.OVERLAP_TOP100;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.OVERLAP_TOP200;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.OVERLAP_TOP50;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.OVERLAP_TOP500;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.PRECISION;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.PRECISION_ADJUSTED;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.PRECISION_TOP100;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.PRECISION_TOP200;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.PRECISION_TOP50;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.PRECISION_TOP500;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.SIG_JACCARD;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.SIG_MCC;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.SIG_RECALL;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.SIG_RECALL_ADJUSTED;

import java.util.Arrays;
import java.util.List;

/** Metrics of the two sets of findings, and of their top by absolute fold change. */
final class SetMetrics {
  private static final List<ChallengeMetric> OVERLAPS =
      List.of(OVERLAP, OVERLAP_TOP50, OVERLAP_TOP100, OVERLAP_TOP200, OVERLAP_TOP500);
  private static final List<ChallengeMetric> PRECISIONS =
      List.of(PRECISION, PRECISION_TOP50, PRECISION_TOP100, PRECISION_TOP200, PRECISION_TOP500);

  private SetMetrics() {}

  static void putScored(TableComparison tables, MetricRow out) {
    out.put(SIG_JACCARD, jaccard(tables));
  }

  static void putOthers(TableComparison tables, MetricRow out) {
    int[] real = tables.real().found(-1);
    int[] predicted = tables.predicted().found(-1);
    out.put(NSIG_COUNTS_REAL, real.length);
    out.put(NSIG_COUNTS_PRED, predicted.length);
    int shared = shared(predicted, tables.real());
    if (real.length > 0) {
      out.put(SIG_RECALL, shared / (double) real.length);
    }
    tops(tables, real, predicted, out);
    associations(tables, real, predicted, shared, out);
  }

  private static void tops(TableComparison tables, int[] real, int[] predicted, MetricRow out) {
    int[] ours = ranked(real, tables.real());
    int[] theirs = ranked(predicted, tables.predicted());
    for (ChallengeMetric metric : OVERLAPS) {
      out.put(metric, top(ours, theirs, limit(metric, real.length)));
    }
    for (ChallengeMetric metric : PRECISIONS) {
      out.put(metric, top(ours, theirs, limit(metric, predicted.length)));
    }
    int n = real.length;
    int b = Math.min(n, theirs.length);
    int hits = shared(Arrays.copyOf(theirs, b), tables.real());
    out.put(OVERLAP_ADJUSTED, correlation(hits, n, b, tables.universe()));
  }

  private static int limit(ChallengeMetric metric, int available) {
    return metric.top() == 0 ? available : Math.min(metric.top(), available);
  }

  /** Findings by falling absolute fold change, ties in the order of the table. */
  private static int[] ranked(int[] found, TestedGenes table) {
    return Arrays.stream(found)
        .boxed()
        .sorted(
            (a, b) ->
                Double.compare(
                    Math.abs(table.change()[table.row(b)]), Math.abs(table.change()[table.row(a)])))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static double top(int[] ours, int[] theirs, int k) {
    if (k == 0) {
      return 0;
    }
    int[] first = Arrays.copyOf(ours, Math.min(k, ours.length));
    Arrays.sort(first);
    int shared = 0;
    for (int i = 0; i < Math.min(k, theirs.length); i++) {
      shared += Arrays.binarySearch(first, theirs[i]) >= 0 ? 1 : 0;
    }
    return shared / (double) k;
  }

  private static int shared(int[] found, TestedGenes other) {
    int shared = 0;
    for (int gene : found) {
      shared += other.finds(gene) ? 1 : 0;
    }
    return shared;
  }

  private static void associations(
      TableComparison tables, int[] real, int[] predicted, int hits, MetricRow out) {
    double a = real.length;
    double b = predicted.length;
    double all = tables.universe();
    boolean noReal = a == 0 || a == all;
    boolean noPredicted = b == 0 || b == all;
    out.put(SIG_RECALL_ADJUSTED, noReal ? -1 : hits / a - (b - hits) / (all - a));
    out.put(PRECISION_ADJUSTED, noPredicted ? -1 : hits / b - (a - hits) / (all - b));
    out.put(SIG_MCC, correlation(hits, a, b, all));
  }

  /** Matthews correlation of sets of a and b among all genes; -1 where a set is empty or all. */
  private static double correlation(double hits, double a, double b, double all) {
    double norm = a * b * (all - a) * (all - b);
    return norm > 0 ? (hits * all - a * b) / Math.sqrt(norm) : -1;
  }

  private static double jaccard(TableComparison tables) {
    int[] real = tables.real().found(tables.own());
    int[] predicted = tables.predicted().found(tables.own());
    int both = shared(predicted, tables.real());
    int either = real.length + predicted.length - both;
    return either == 0 ? 1 : both / (double) either;
  }
}
