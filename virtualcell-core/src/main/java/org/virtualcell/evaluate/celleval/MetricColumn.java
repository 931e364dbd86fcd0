package org.virtualcell.evaluate.celleval;

import java.util.Arrays;

/**
 * The values of one metric, one per perturbation. A value may be missing (the metric says nothing
 * about the perturbation; means skip it) or NaN (it is undefined there; means become NaN). The
 * original tells the two apart, and so does this. Immutable.
 */
public final class MetricColumn {
  private final CellEvalMetric metric;
  private final double[] values;
  private final boolean[] missing;

  private MetricColumn(CellEvalMetric metric, double[] values, boolean[] missing) {
    this.metric = metric;
    this.values = values;
    this.missing = missing;
  }

  static MetricColumn of(CellEvalMetric metric, double... values) {
    return new MetricColumn(metric, values.clone(), new boolean[values.length]);
  }

  static MetricColumn of(CellEvalMetric metric, double[] values, boolean[] missing) {
    return new MetricColumn(metric, values.clone(), missing.clone());
  }

  static MetricColumn constant(CellEvalMetric metric, double value, int size) {
    double[] values = new double[size];
    Arrays.fill(values, value);
    return new MetricColumn(metric, values, new boolean[size]);
  }

  /**
   * The metric.
   *
   * @return a column of the profile
   */
  public CellEvalMetric metric() {
    return metric;
  }

  /**
   * The number of perturbations.
   *
   * @return one or more
   */
  public int size() {
    return values.length;
  }

  /**
   * Whether there is no value.
   *
   * @param perturbation an index
   * @return true if the metric says nothing about it
   */
  public boolean isMissing(int perturbation) {
    return missing[perturbation];
  }

  /**
   * A value.
   *
   * @param perturbation an index
   * @return the value; NaN where it is undefined or missing
   */
  public double value(int perturbation) {
    return missing[perturbation] ? Double.NaN : values[perturbation];
  }

  /** The values that are there, in order. */
  double[] present() {
    double[] present = new double[values.length];
    int n = 0;
    for (int p = 0; p < values.length; p++) {
      if (!missing[p]) {
        present[n++] = values[p];
      }
    }
    return Arrays.copyOf(present, n);
  }

  /** How many values are undefined. */
  int undefined() {
    return (int) Arrays.stream(present()).filter(Double::isNaN).count();
  }

  /** Undefined values counted as the metric's worst one. */
  MetricColumn withWorst() {
    double[] changed = values.clone();
    for (int p = 0; p < changed.length; p++) {
      if (Double.isNaN(changed[p])) {
        changed[p] = metric.worst();
      }
    }
    return new MetricColumn(metric, changed, missing);
  }
}
