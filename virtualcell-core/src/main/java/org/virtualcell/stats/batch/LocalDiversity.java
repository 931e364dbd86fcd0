package org.virtualcell.stats.batch;

import java.util.Arrays;

/**
 * The local inverse Simpson index (Korsunsky and others 2019): the effective number of groups among
 * the neighbours of a cell, weighted by {@code exp(-beta d)} with beta such that the weights'
 * entropy is the logarithm of the perplexity (bisection to 1e-5, 50 steps).
 */
final class LocalDiversity {
  private static final double CLOSE = 1e-5;
  private static final int STEPS = 50;

  private LocalDiversity() {}

  /** The index of each cell. */
  static double[] of(Neighbours neighbours, Membership groups, double perplexity) {
    double[] index = new double[neighbours.points()];
    for (int cell = 0; cell < index.length; cell++) {
      double[] weight = weights(neighbours, cell, StrictMath.log(perplexity));
      double[] share = new double[groups.count()];
      for (int rank = 0; rank < weight.length; rank++) {
        share[groups.of(neighbours.neighbour(cell, rank))] += weight[rank];
      }
      double simpson = 0;
      for (double s : share) {
        simpson += s * s;
      }
      index[cell] = 1 / simpson;
    }
    return index;
  }

  private static double[] weights(Neighbours neighbours, int cell, double entropyWanted) {
    double[] weight = new double[neighbours.count(cell)];
    double beta = 1;
    double low = Double.NEGATIVE_INFINITY;
    double high = Double.POSITIVE_INFINITY;
    for (int step = 0; step <= STEPS; step++) {
      double difference = fill(neighbours, cell, beta, weight) - entropyWanted;
      if (Math.abs(difference) < CLOSE) {
        break;
      }
      if (difference > 0) {
        low = beta;
        beta = Double.isInfinite(high) ? beta * 2 : (beta + high) / 2;
      } else {
        high = beta;
        beta = Double.isInfinite(low) ? beta / 2 : (beta + low) / 2;
      }
    }
    return weight;
  }

  /** Fills in weights of sum 1 and returns their entropy in nats. */
  private static double fill(Neighbours neighbours, int cell, double beta, double[] weight) {
    double nearest = neighbours.distance(cell, 0);
    double sum = 0;
    double mean = 0;
    for (int rank = 0; rank < weight.length; rank++) {
      // measured from the nearest: the shares are the same and never all zero
      double further = neighbours.distance(cell, rank) - nearest;
      weight[rank] = StrictMath.exp(-beta * further);
      sum += weight[rank];
      mean += further * weight[rank];
    }
    for (int rank = 0; rank < weight.length; rank++) {
      weight[rank] /= sum;
    }
    return StrictMath.log(sum) + beta * mean / sum;
  }

  static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
