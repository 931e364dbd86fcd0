package org.virtualcell.evaluate.celleval;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The metrics on tables of differential expression. */
final class TableMetrics {
  private static final float LEAST_RATE = 1e-10f;

  private final List<Row> rows;
  private final boolean silent;

  /**
   * What one perturbation contributes.
   *
   * @param values a value per metric on tables; 0 at those of the whole panel
   * @param real how many genes the measured table calls significant
   * @param predicted how many the predicted table does
   */
  record Row(Map<CellEvalMetric, Double> values, int real, int predicted) {}

  TableMetrics(List<Row> rows) {
    this.rows = List.copyOf(rows);
    this.silent =
        rows.stream().allMatch(r -> r.real() == 0)
            || rows.stream().allMatch(r -> r.predicted() == 0);
  }

  /** The metrics of one perturbation, so that its tables need not be kept. */
  static Row row(GroupGenes truth, GroupGenes guess, List<CellEvalMetric> metrics) {
    Map<CellEvalMetric, Double> values = new EnumMap<>(CellEvalMetric.class);
    for (CellEvalMetric metric : metrics) {
      if (metric.input() == CellEvalMetric.Input.TABLES
          && metric != CellEvalMetric.SPEARMAN_SIGNIFICANT) {
        values.put(metric, value(metric, truth, guess));
      }
    }
    return new Row(values, truth.significantCount(), guess.significantCount());
  }

  MetricColumn column(CellEvalMetric metric) {
    int n = rows.size();
    if (metric == CellEvalMetric.SPEARMAN_SIGNIFICANT) {
      return MetricColumn.constant(metric, spearmanOfCounts(), n);
    }
    double[] values = new double[n];
    boolean[] missing = new boolean[n];
    for (int p = 0; p < n; p++) {
      values[p] = silent && isShare(metric) ? 0 : rows.get(p).values().get(metric);
      missing[p] =
          switch (metric) {
            case DIRECTION_MATCH, SPEARMAN_FOLD_CHANGE, SIGNIFICANT_RECALL ->
                rows.get(p).real() == 0;
            default -> false;
          };
    }
    return MetricColumn.of(metric, values, missing);
  }

  /** Where a side calls nothing at all, for no perturbation, shares are 0. */
  private static boolean isShare(CellEvalMetric metric) {
    return switch (metric) {
      case OVERLAP_AT_N,
          OVERLAP_AT_50,
          OVERLAP_AT_100,
          OVERLAP_AT_200,
          OVERLAP_AT_500,
          PRECISION_AT_N,
          PRECISION_AT_50,
          PRECISION_AT_100,
          PRECISION_AT_200,
          PRECISION_AT_500 ->
          true;
      default -> false;
    };
  }

  private static double value(CellEvalMetric metric, GroupGenes truth, GroupGenes guess) {
    int most =
        switch (metric) {
          case OVERLAP_AT_50, PRECISION_AT_50 -> 50;
          case OVERLAP_AT_100, PRECISION_AT_100 -> 100;
          case OVERLAP_AT_200, PRECISION_AT_200 -> 200;
          case OVERLAP_AT_500, PRECISION_AT_500 -> 500;
          default -> Integer.MAX_VALUE;
        };
    return switch (metric) {
      case OVERLAP_AT_N, OVERLAP_AT_50, OVERLAP_AT_100, OVERLAP_AT_200, OVERLAP_AT_500 ->
          share(truth, guess, Math.min(most, truth.significantCount()));
      case PRECISION_AT_N, PRECISION_AT_50, PRECISION_AT_100, PRECISION_AT_200, PRECISION_AT_500 ->
          share(truth, guess, Math.min(most, guess.significantCount()));
      case DIRECTION_MATCH -> directionMatch(truth, guess);
      case SPEARMAN_FOLD_CHANGE -> spearmanOfChanges(truth, guess);
      case SIGNIFICANT_RECALL ->
          (double) GroupGenes.common(truth, guess, Integer.MAX_VALUE) / truth.significantCount();
      case SIGNIFICANT_REAL -> truth.significantCount();
      case SIGNIFICANT_PREDICTED -> guess.significantCount();
      case PRECISION_RECALL_AREA -> curves(truth, guess).averagePrecision();
      case RECEIVER_OPERATING_AREA -> curves(truth, guess).receiverOperating();
      default -> throw new IllegalArgumentException(metric + " does not read tables");
    };
  }

  /** The common genes among the first k of both sides, over k. */
  private static double share(GroupGenes truth, GroupGenes guess, int k) {
    return k == 0 ? 0 : (double) GroupGenes.common(truth, guess, k) / k;
  }

  /** Over perturbations with a significant gene; 1 where there is none. */
  private double spearmanOfCounts() {
    List<Row> counted = rows.stream().filter(row -> row.real() > 0).toList();
    if (counted.isEmpty()) {
      return 1;
    }
    double[] truth = counted.stream().mapToDouble(Row::real).toArray();
    double[] guess = counted.stream().mapToDouble(Row::predicted).toArray();
    return Correlation.spearman(truth, guess);
  }

  /** Over significant genes the prediction lists; two undefined changes agree. */
  private static double directionMatch(GroupGenes truth, GroupGenes guess) {
    int same = 0;
    int all = 0;
    for (int i : truth.significant()) {
      int at = guess.find(truth.name(i));
      if (at >= 0) {
        float a = Math.signum(truth.change(i));
        float b = Math.signum(guess.change(at));
        same += a == b || (Float.isNaN(a) && Float.isNaN(b)) ? 1 : 0;
        all++;
      }
    }
    return all == 0 ? Double.NaN : (double) same / all;
  }

  private static double spearmanOfChanges(GroupGenes truth, GroupGenes guess) {
    int[] genes = truth.significant();
    double[] a = new double[genes.length];
    double[] b = new double[genes.length];
    for (int i = 0; i < genes.length; i++) {
      int at = guess.find(truth.name(genes[i]));
      a[i] = truth.change(genes[i]);
      b[i] = at < 0 ? 0 : guess.change(at);
    }
    return Correlation.spearman(a, b);
  }

  /** Scored by -log10 of the predicted rate, bounded below; a gene not predicted has rate 1. */
  private static DetectionCurves curves(GroupGenes truth, GroupGenes guess) {
    boolean[] label = new boolean[truth.genes()];
    double[] score = new double[label.length];
    for (int i = 0; i < label.length; i++) {
      int at = guess.find(truth.name(i));
      float rate = at < 0 || Float.isNaN(guess.fdr(at)) ? 1 : guess.fdr(at);
      label[i] = truth.significant(i);
      // the order of -log10 of the rates is that of the rates turned around
      score[i] = -Math.max(LEAST_RATE, Math.min(1, rate));
    }
    return new DetectionCurves(label, score);
  }
}
