package org.virtualcell.evaluate;

/**
 * Quantiles of sorted values with linear interpolation (type 7 of Hyndman and Fan, as in numpy).
 */
final class Quantiles {
  private Quantiles() {}

  static double ofSorted(double[] sorted, double share) {
    double position = share * (sorted.length - 1);
    int below = (int) Math.floor(position);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
