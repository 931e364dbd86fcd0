package org.virtualcell.evaluate;

/**
 * Pearson correlation over genes of a predicted and a measured effect. A constant prediction has
 * none; it gets 0 by convention, because it says nothing of which gene changes. A constant measured
 * effect leaves nothing to predict; there is no value.
 */
final class PearsonOfEffect {
  private PearsonOfEffect() {}

  /**
   * @param predicted one value per gene
   * @param measured one value per gene, the same genes
   */
  static MetricValue of(double[] predicted, double[] measured) {
    if (measured.length < 2) {
      return MetricValue.absent("fewer than two genes");
    }
    double[] p = Vectors.centred(predicted);
    double[] m = Vectors.centred(measured);
    if (Vectors.isNegligible(m, measured)) {
      return MetricValue.absent("the measured effect is constant");
    }
    if (Vectors.isNegligible(p, predicted)) {
      return MetricValue.byConvention(0, "the predicted effect is constant");
    }
    return MetricValue.measured(Vectors.cosine(p, m));
  }
}
