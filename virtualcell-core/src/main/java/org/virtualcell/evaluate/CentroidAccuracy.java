package org.virtualcell.evaluate;

import java.util.List;

/**
 * The share of other measured centroids that are strictly farther from the prediction than its own
 * (Euclidean; Systema). Unlike the discrimination rank it sees the size of an effect, and a tie
 * counts against the prediction. All centroids are effects against the same reserved controls, in
 * cells that training has not seen.
 */
final class CentroidAccuracy {
  private CentroidAccuracy() {}

  /**
   * @param predicted one value per gene
   * @param own the measured effect of the same perturbation
   * @param others the measured effects of other perturbations in the same context
   */
  static MetricValue of(double[] predicted, double[] own, List<double[]> others) {
    if (others.isEmpty()) {
      return MetricValue.absent("no other perturbation was measured in the context");
    }
    double distance = Vectors.square(Vectors.minus(predicted, own));
    double farther = 0;
    for (double[] other : others) {
      farther += Vectors.square(Vectors.minus(predicted, other)) > distance ? 1 : 0;
    }
    return MetricValue.measured(farther / others.size());
  }
}
