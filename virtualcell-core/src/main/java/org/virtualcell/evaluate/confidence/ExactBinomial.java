package org.virtualcell.evaluate.confidence;

/** Limits of a share that was counted, after Clopper and Pearson (1934): never too narrow. */
public final class ExactBinomial {
  private ExactBinomial() {}

  /**
   * The largest share that is still compatible with a count, one-sided: with it, so few events or
   * fewer happen with probability {@code 1 - level}.
   *
   * @param events how many were counted
   * @param n of how many
   * @param level such as 0.95
   * @return 1 where all were events or there was nothing to count
   */
  public static double upperLimit(int events, int n, double level) {
    if (events >= n) {
      return 1;
    }
    double low = (double) events / n;
    double high = 1;
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      if (atMost(events, n, middle) > 1 - level) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  /**
   * The probability of so few events or fewer.
   *
   * @param events how many at most
   * @param n of how many
   * @param share the probability of each
   * @return between 0 and 1
   */
  static double atMost(int events, int n, double share) {
    if (share <= 0) {
      return 1;
    }
    if (share >= 1) {
      return events >= n ? 1 : 0;
    }
    double sum = 0;
    double logChoose = 0; // log of n choose k
    for (int k = 0; k <= events; k++) {
      sum +=
          StrictMath.exp(
              logChoose + k * StrictMath.log(share) + (n - k) * StrictMath.log1p(-share));
      logChoose += StrictMath.log((double) (n - k) / (k + 1));
    }
    return Math.min(1, sum);
  }
}
