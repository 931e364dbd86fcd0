package org.virtualcell.evaluate;

/**
 * Agreement of a predicted and a measured effect after a reference effect is <em>subtracted</em>
 * from both. What is left is not free of the reference's direction, unlike after projection ({@link
 * ProjectedCosine}): where a few strong perturbations make the reference, predicting no change
 * leaves minus the reference and scores well. It stands beside the projection because it is
 * published and asked for.
 */
final class SubtractedAgreement {
  private SubtractedAgreement() {}

  /**
   * The cosine after the mean effect of the context is subtracted.
   *
   * @param predicted one value per gene
   * @param measured one value per gene
   * @param mean the mean effect of the context, one value per gene
   */
  static MetricValue cosine(double[] predicted, double[] measured, double[] mean) {
    double[] p = Vectors.minus(predicted, mean);
    double[] m = Vectors.minus(measured, mean);
    if (Vectors.isNegligible(m, measured)) {
      return MetricValue.absent("the measured effect is the mean effect");
    }
    if (Vectors.isNegligible(p, mean)) {
      return MetricValue.byConvention(0, "the predicted effect is the mean effect");
    }
    return MetricValue.measured(Vectors.cosine(p, m));
  }

  /**
   * The Pearson correlation of differences to the mean of the perturbed centroids, every
   * perturbation of the training set once and controls left out: the perturbed reference of Systema
   * (Nature Biotechnology 2025). A profile minus that centroid is the effect minus the mean of the
   * effects, because both are measured against the same controls.
   *
   * @param predicted one value per gene
   * @param measured one value per gene
   * @param reference the mean of the training effects, each perturbation once
   */
  static MetricValue pearson(double[] predicted, double[] measured, double[] reference) {
    double[] p = Vectors.minus(predicted, reference);
    if (Vectors.isNegligible(p, reference) && Vectors.square(reference) > 0) {
      return MetricValue.byConvention(0, "the predicted profile is the mean of the perturbed ones");
    }
    return PearsonOfEffect.of(p, Vectors.minus(measured, reference));
  }
}
