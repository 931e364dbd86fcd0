package org.virtualcell.evaluate.vcc;

import java.util.Arrays;

/**
 * The metrics of one perturbation. A metric is absent where the perturbation is left out of it, NaN
 * where it is not defined and dropped from the mean.
 */
final class MetricRow {
  private static final int METRICS = ChallengeMetric.values().length;

  private final double[] value = new double[METRICS];
  private final boolean[] present = new boolean[METRICS];
  private double smallestPositive = Double.POSITIVE_INFINITY;
  private double[] tiedAreas = {};

  MetricRow() {
    Arrays.fill(value, Double.NaN);
  }

  void put(ChallengeMetric metric, double v) {
    value[metric.ordinal()] = v;
    present[metric.ordinal()] = true;
  }

  void remove(ChallengeMetric metric) {
    value[metric.ordinal()] = Double.NaN;
    present[metric.ordinal()] = false;
  }

  boolean has(ChallengeMetric metric) {
    return present[metric.ordinal()];
  }

  double get(ChallengeMetric metric) {
    return value[metric.ordinal()];
  }

  /**
   * Notes what the areas under curves depend on beyond the perturbation: adjusted p values of zero
   * count as the smallest positive one of all perturbations.
   *
   * @param smallest the smallest positive value of this perturbation
   * @param tied both areas where zeros count as that value; empty where there is no zero
   */
  void noteAreas(double smallest, double... tied) {
    smallestPositive = smallest;
    tiedAreas = tied.clone();
  }

  double smallestPositive() {
    return smallestPositive;
  }

  /** Decides the areas once the smallest positive value of the panel is known. */
  void settleAreas(double smallestOfPanel) {
    if (tiedAreas.length > 0 && smallestPositive == smallestOfPanel) {
      put(ChallengeMetric.PR_AUC, tiedAreas[0]);
      put(ChallengeMetric.ROC_AUC, tiedAreas[1]);
    }
  }

  /** Puts the stated worst value where a metric is absent or not defined. */
  void fill() {
    for (ChallengeMetric metric : ChallengeMetric.values()) {
      int i = metric.ordinal();
      if (!Double.isNaN(metric.fill()) && Double.isNaN(value[i])) {
        value[i] = metric.fill();
        present[i] = true;
      }
    }
  }
}
