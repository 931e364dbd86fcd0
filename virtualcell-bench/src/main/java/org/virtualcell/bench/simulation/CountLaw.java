package org.virtualcell.bench.simulation;

import java.util.SplittableRandom;

/**
 * Negative binomial counts of dispersion 1/2 in cells of unequal depth, as log1p of counts per
 * depth unit: how they are drawn, and their exact expectation as a function of the rate. Knowing
 * the expectation, a change can be planted on the scale on which it is measured.
 */
final class CountLaw {
  private static final double[] DEPTHS = {0.55, 0.7, 0.85, 1.0, 1.15, 1.3, 1.6};
  private static final double SIZE = 2;
  private static final double LOWEST = 1e-3;
  private static final double HIGHEST = 60;
  private static final int STEPS = 400;
  private static final int MOST = 4000;

  private final double[] rate = new double[STEPS];
  private final double[] mean = new double[STEPS];

  CountLaw() {
    for (int s = 0; s < STEPS; s++) {
      rate[s] = LOWEST * StrictMath.pow(HIGHEST / LOWEST, (double) s / (STEPS - 1));
      mean[s] = exactMean(rate[s]);
    }
  }

  private static double exactMean(double rate) {
    double sum = 0;
    for (double depth : DEPTHS) {
      double mu = depth * rate;
      double p = StrictMath.pow(1 + mu / SIZE, -SIZE);
      double left = 1;
      for (int k = 0; k < MOST && left > 1e-12; k++) {
        sum += p * StrictMath.log1p(k / depth) / DEPTHS.length;
        left -= p;
        p *= (k + SIZE) / (k + 1) * mu / (mu + SIZE);
      }
    }
    return sum;
  }

  /** Expected log1p expression at a rate. */
  double meanAt(double asked) {
    return between(rate, mean, asked);
  }

  /** The rate with an expected log1p expression; the nearest end where there is none. */
  double rateWith(double asked) {
    return between(mean, rate, asked);
  }

  private static double between(double[] x, double[] y, double asked) {
    if (asked <= x[0]) {
      return y[0];
    }
    if (asked >= x[STEPS - 1]) {
      return y[STEPS - 1];
    }
    int low = 0;
    int high = STEPS - 1;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (x[middle] <= asked) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return y[low] + (y[high] - y[low]) * (asked - x[low]) / (x[high] - x[low]);
  }

  static double depth(SplittableRandom random) {
    return DEPTHS[random.nextInt(DEPTHS.length)];
  }

  /** A count by inversion. */
  static int draw(SplittableRandom random, double mu) {
    double q = 1 / (1 + mu / SIZE);
    double p = q * q; // SIZE is 2
    double u = random.nextDouble();
    int k = 0;
    double step = mu / (mu + SIZE);
    while (u > p && k < MOST) {
      u -= p;
      p *= (k + SIZE) / (k + 1) * step;
      k++;
    }
    return k;
  }
}
