package org.virtualcell.evaluate;

import java.util.Arrays;

/**
 * The share of the k most changed genes that a prediction finds. Genes are ordered by |effect| /
 * (SE + s0): SE is the standard error of the measured effect per gene, s0 the median of the
 * positive ones, which keeps genes measured in a handful of cells from leading by a tiny error (as
 * in the SAM statistic, Tusher 2001). The prediction is divided by the same scale, so that both
 * lists answer the same question and a perfect prediction has 1.
 *
 * <p>Ties at the edge of a list share the places that are left: a prediction of no change holds
 * every gene with weight k / genes and has the overlap of chance.
 */
final class TopGeneOverlap {
  private TopGeneOverlap() {}

  /**
   * @param k how many genes; at most as many as have a measured change
   * @param predicted one value per gene
   * @param measured one value per gene
   * @param standardError of the measured effect, one value per gene, 0 or more
   */
  static MetricValue of(int k, double[] predicted, double[] measured, double[] standardError) {
    double floor = floor(standardError);
    int changed = (int) Arrays.stream(measured).filter(v -> v != 0).count();
    int size = Math.min(k, changed);
    if (size == 0) {
      return MetricValue.absent("the measured effect is zero in every gene");
    }
    double[] found = membership(size, predicted, standardError, floor);
    double[] sought = membership(size, measured, standardError, floor);
    double shared = 0;
    for (int g = 0; g < found.length; g++) {
      shared += Math.min(found[g], sought[g]);
    }
    double overlap = Math.min(1, shared / size);
    return Vectors.square(predicted) > 0
        ? MetricValue.measured(overlap)
        : MetricValue.byConvention(overlap, "the predicted effect is zero in every gene: chance");
  }

  private static double floor(double[] standardError) {
    double[] positive = Arrays.stream(standardError).filter(v -> v > 0).sorted().toArray();
    return positive.length == 0 ? 1 : Quantiles.ofSorted(positive, 0.5);
  }

  /** How much of each gene is in the list of the given size: 1, 0, or a share where genes tie. */
  private static double[] membership(
      int size, double[] effect, double[] standardError, double floor) {
    double[] strength = new double[effect.length];
    for (int g = 0; g < effect.length; g++) {
      strength[g] = Math.abs(effect[g]) / (standardError[g] + floor);
    }
    double[] sorted = strength.clone();
    Arrays.sort(sorted);
    double edge = sorted[sorted.length - size];
    int above = 0;
    int tied = 0;
    for (double s : strength) {
      above += s > edge ? 1 : 0;
      tied += s == edge ? 1 : 0;
    }
    double share = (double) (size - above) / tied;
    double[] member = new double[strength.length];
    for (int g = 0; g < member.length; g++) {
      member[g] = strength[g] > edge ? 1 : strength[g] == edge ? share : 0;
    }
    return member;
  }
}
