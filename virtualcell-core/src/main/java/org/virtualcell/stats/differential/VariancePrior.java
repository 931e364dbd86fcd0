package org.virtualcell.stats.differential;

import java.util.Arrays;

/**
 * The prior of variances over genes (Smyth 2004): {@code 1 / s^2 ~ chi^2_{d0} / (d0 s0^2)}, d0 and
 * s0 from the mean and variance of log s^2.
 *
 * @param freedom d0, possibly infinite; 0 for no moderation
 * @param variance s0^2
 */
record VariancePrior(double freedom, double variance) {
  /** No moderation. */
  static final VariancePrior NONE = new VariancePrior(0, 0);

  private static final double LEAST_SHARE = 1e-5;

  /** Estimates the prior from the variances of some genes, each with d degrees of freedom. */
  static VariancePrior of(double[] variances, boolean[] used, double d) {
    double[] chosen =
        java.util.stream.IntStream.range(0, variances.length)
            .filter(g -> used[g])
            .mapToDouble(g -> variances[g])
            .sorted()
            .toArray();
    int n = chosen.length;
    if (n < 3) {
      return NONE;
    }
    double median = n % 2 == 1 ? chosen[n / 2] : (chosen[n / 2 - 1] + chosen[n / 2]) / 2;
    if (median == 0) {
      return NONE;
    }
    double[] log =
        Arrays.stream(chosen)
            .map(v -> StrictMath.log(Math.max(v, LEAST_SHARE * median)))
            .map(z -> z - digamma(d / 2) + StrictMath.log(d / 2))
            .toArray();
    double mean = Arrays.stream(log).sum() / n;
    double spread =
        Arrays.stream(log).map(z -> (z - mean) * (z - mean)).sum() / (n - 1) - trigamma(d / 2);
    if (spread <= 0) {
      return new VariancePrior(Double.POSITIVE_INFINITY, StrictMath.exp(mean));
    }
    double half = trigammaInverse(spread);
    return new VariancePrior(2 * half, StrictMath.exp(mean + digamma(half) - StrictMath.log(half)));
  }

  double posterior(double own, double d) {
    return Double.isInfinite(freedom) ? variance : (freedom * variance + d * own) / (freedom + d);
  }

  /** The derivative of log Gamma, by its asymptotic series after raising x above 15. */
  static double digamma(double x) {
    double sum = 0;
    double z = x;
    while (z < 15) {
      sum -= 1 / z;
      z++;
    }
    double w = 1 / (z * z);
    double series =
        w * (1.0 / 12 - w * (1.0 / 120 - w * (1.0 / 252 - w * (1.0 / 240 - w * (1.0 / 132)))));
    return sum + StrictMath.log(z) - 1 / (2 * z) - series;
  }

  /** The derivative of digamma, in the same way. */
  static double trigamma(double x) {
    double sum = 0;
    double z = x;
    while (z < 15) {
      sum += 1 / (z * z);
      z++;
    }
    double w = 1 / (z * z);
    double series =
        w * (1.0 / 6 - w * (1.0 / 30 - w * (1.0 / 42 - w * (1.0 / 30 - w * (5.0 / 66)))));
    return sum + 1 / z + w / 2 + series / z;
  }

  /** The x with trigamma(x) = y, by bisection: trigamma falls from infinity to 0. */
  static double trigammaInverse(double y) {
    double low = 1e-8;
    double high = 1;
    while (trigamma(high) > y && high < 1e12) {
      high *= 2;
    }
    for (int step = 0; step < 200 && high - low > 1e-15 * high; step++) {
      double middle = (low + high) / 2;
      if (trigamma(middle) > y) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }
}
