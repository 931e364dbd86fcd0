package org.virtualcell.evaluate;

/** How the values of many perturbations become one figure. Every perturbation weighs the same. */
public enum Statistic {
  /** The mean over perturbations of the mean over the contexts each was scored in. */
  MEAN(""),
  /** The sum of the numerators over the sum of the denominators of all scored conditions. */
  POOLED("_pooled"),
  /** The median over perturbations of each one's own pooled ratio over its contexts. */
  MEDIAN("_median");

  private final String suffix;

  Statistic(String suffix) {
    this.suffix = suffix;
  }

  /**
   * The name files use for this statistic of a metric.
   *
   * @param metric the metric
   * @return such as {@code relative_error_pooled}
   */
  public String label(Metric metric) {
    return metric.label() + suffix;
  }
}
