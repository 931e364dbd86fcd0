package org.virtualcell.evaluate;

/**
 * Squared error of the predicted effect over the squared norm of the measured one. Predicting no
 * change has exactly 1. The denominator is the plain norm, noise included: a noise-corrected norm
 * may be near zero. Because a weak perturbation has a small denominator, single values are pooled
 * as a ratio of sums, or by their median, and never averaged.
 */
final class RelativeSquaredError {
  private RelativeSquaredError() {}

  /**
   * @param predicted one value per gene
   * @param measured one value per gene
   */
  static MetricValue of(double[] predicted, double[] measured) {
    double error = 0;
    double square = 0;
    for (int g = 0; g < measured.length; g++) {
      double d = predicted[g] - measured[g];
      error += d * d;
      square += measured[g] * measured[g];
    }
    if (!(square > 0)) {
      return MetricValue.absent("the measured effect is zero in every gene");
    }
    return MetricValue.ratio(error, square);
  }
}
