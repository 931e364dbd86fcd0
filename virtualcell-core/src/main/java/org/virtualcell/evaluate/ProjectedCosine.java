package org.virtualcell.evaluate;

/**
 * Cosine of a predicted and a measured effect after the mean effect of the context is projected out
 * of both: v - m (v.m)/(m.m). What is left is specific to the perturbation. A prediction with
 * nothing left (no change, or the mean effect itself, whatever its size) gets 0 by convention.
 * Projecting differs from subtracting, which rewards "no change" wherever a few strong
 * perturbations make the mean.
 */
final class ProjectedCosine {
  private ProjectedCosine() {}

  /**
   * @param predicted one value per gene
   * @param measured one value per gene
   * @param mean the mean effect of the context, one value per gene; all zero projects nothing
   */
  static MetricValue of(double[] predicted, double[] measured, double[] mean) {
    double[] p = Vectors.without(predicted, mean);
    double[] m = Vectors.without(measured, mean);
    if (Vectors.isNegligible(m, measured)) {
      return MetricValue.absent("the measured effect has nothing beyond the mean effect");
    }
    if (Vectors.isNegligible(p, predicted)) {
      return MetricValue.byConvention(0, "the predicted effect has nothing beyond the mean effect");
    }
    return MetricValue.measured(Vectors.cosine(p, m));
  }
}
