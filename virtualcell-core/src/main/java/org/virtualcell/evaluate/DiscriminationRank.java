package org.virtualcell.evaluate;

import java.util.List;

/**
 * Whether a prediction is nearer to the measured effect of its own perturbation than to those of
 * others: 1 - (number of others that are nearer + half of those equally near) / (number of others).
 * 1 is best, 0.5 is chance, 0 is worst. Nearness is cosine distance, in which a zero effect has
 * distance 1 to everything; "no change" therefore has 0.5, and the size of an effect, which the
 * relative error judges, plays no part.
 *
 * <p>The genes that any candidate targets are to be left out by the caller, else a prediction could
 * name its perturbation by the target alone.
 */
final class DiscriminationRank {
  private DiscriminationRank() {}

  /**
   * @param predicted one value per gene
   * @param own the measured effect of the same perturbation
   * @param others the measured effects of other perturbations in the same context
   */
  static MetricValue of(double[] predicted, double[] own, List<double[]> others) {
    if (others.isEmpty()) {
      return MetricValue.absent("no other perturbation was measured in the context");
    }
    double distance = distance(predicted, own);
    double ahead = 0;
    for (double[] other : others) {
      double d = distance(predicted, other);
      ahead += d < distance ? 1 : d == distance ? 0.5 : 0;
    }
    double rank = 1 - ahead / others.size();
    return Vectors.square(predicted) > 0
        ? MetricValue.measured(rank)
        : MetricValue.byConvention(rank, "the predicted effect is zero in every gene");
  }

  private static double distance(double[] a, double[] b) {
    return Vectors.square(a) > 0 && Vectors.square(b) > 0 ? 1 - Vectors.cosine(a, b) : 1;
  }
}
