package org.virtualcell.evaluate;

/**
 * Quantiles of sorted values with linear interpolation (type 7 of Hyndman and Fan, as in numpy).
 */
final class Quantiles {
  private Quantiles() {}

  /**
   * A quantile of values in any order, the same as of sorted ones; puts them into another order.
   * Hoare's selection: much cheaper than sorting thousands of bootstrap draws for two quantiles.
   */
  static double of(double[] values, double share) {
    double position = share * (values.length - 1);
    int below = (int) Math.floor(position);
    select(values, below);
    double low = values[below];
    if (below + 1 >= values.length) {
      return low;
    }
    double high = values[below + 1];
    for (int i = below + 2; i < values.length; i++) {
      high = Math.min(high, values[i]);
    }
    return low + (position - below) * (high - low);
  }

  /** Puts the value of a rank in its place, none larger before it and none smaller behind it. */
  private static void select(double[] values, int rank) {
    int from = 0;
    int to = values.length - 1;
    while (from < to) {
      double pivot = values[(from + to) >>> 1];
      int i = from;
      int j = to;
      while (i <= j) {
        while (values[i] < pivot) {
          i++;
        }
        while (values[j] > pivot) {
          j--;
        }
        if (i <= j) {
          double swapped = values[i];
          values[i++] = values[j];
          values[j--] = swapped;
        }
      }
      if (rank <= j) {
        to = j;
      } else if (rank >= i) {
        from = i;
      } else {
        return;
      }
    }
  }

  static double ofSorted(double[] sorted, double share) {
    double position = share * (sorted.length - 1);
    int below = (int) Math.floor(position);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
