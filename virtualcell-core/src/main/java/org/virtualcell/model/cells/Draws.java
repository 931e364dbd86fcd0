package org.virtualcell.model.cells;

import java.util.SplittableRandom;

/** Draws from distributions of counts; only strict arithmetic, the same bytes everywhere. */
final class Draws {
  private static final int FEW = 16;

  private final SplittableRandom random;

  Draws(long seed) {
    this.random = new SplittableRandom(seed);
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  long below(long bound) {
    return random.nextLong(bound);
  }

  double uniform() {
    return random.nextDouble();
  }

  /** By the polar method of Marsaglia and Bray (SIAM Review 6, 1964). */
  private double normal() {
    while (true) {
      double x = 2 * random.nextDouble() - 1;
      double y = 2 * random.nextDouble() - 1;
      double square = x * x + y * y;
      if (square > 0 && square < 1) {
        return x * Math.sqrt(-2 * StrictMath.log(square) / square);
      }
    }
  }

  /** Mean and variance are the shape. By Marsaglia and Tsang (ACM TOMS 26, 2000). */
  double gamma(double shape) {
    if (shape < 1) {
      return gamma(shape + 1) * StrictMath.pow(1 - random.nextDouble(), 1 / shape);
    }
    double d = shape - 1 / 3.0;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double x = normal();
      double v = 1 + c * x;
      if (v > 0) {
        v = v * v * v;
        double u = 1 - random.nextDouble();
        if (StrictMath.log(u) < 0.5 * x * x + d - d * v + d * StrictMath.log(v)) {
          return d * v;
        }
      }
    }
  }

  /**
   * Small means by the product of uniform numbers (Knuth); large ones by the time of an event in
   * the middle (Ahrens and Dieter, Computing 12, 1974).
   */
  long poisson(double mean) {
    long count = 0;
    double left = mean;
    while (left > FEW) {
      long events = (long) (left * 7 / 8);
      double time = gamma((double) events);
      if (time > left) {
        return count + binomial(events - 1, left / time);
      }
      count += events;
      left -= time;
    }
    double limit = StrictMath.exp(-left);
    double product = random.nextDouble();
    while (product > limit) {
      count++;
      product *= random.nextDouble();
    }
    return count;
  }

  /**
   * Poisson around a rate that is gamma with this mean and shape. Small means by inversion: {@code
   * p(0) = (1 + m/r)^-r}, {@code p(k + 1) = p(k) (k + r) / (k + 1) m / (r + m)}.
   */
  long negativeBinomial(double mean, double shape) {
    if (mean > 2) {
      return poisson(mean * gamma(shape) / shape);
    }
    double u = random.nextDouble();
    if (u < 1 - mean) { // p(0) is 1 - mean or more
      return 0;
    }
    double chance = StrictMath.exp(-shape * StrictMath.log1p(mean / shape));
    double below = chance;
    long count = 0;
    while (u >= below && chance > 1e-18) {
      chance *= (count + shape) / (count + 1) * mean / (shape + mean);
      count++;
      below += chance;
    }
    return count;
  }

  /** Few trials one by one; many are halved at an order statistic (Devroye 1986, X.4.2). */
  long binomial(long trials, double probability) {
    if (probability <= 0) {
      return 0;
    }
    if (probability >= 1) {
      return trials;
    }
    long successes = 0;
    long n = trials;
    double p = probability;
    while (n > FEW) {
      long middle = n / 2 + 1;
      double a = gamma((double) middle);
      double b = gamma((double) (n + 1 - middle));
      double value = a / (a + b);
      if (value <= p) {
        successes += middle;
        n -= middle;
        p = (p - value) / (1 - value);
      } else {
        n = middle - 1;
        p /= value;
      }
    }
    for (long i = 0; i < n; i++) {
      successes += random.nextDouble() < p ? 1 : 0;
    }
    return successes;
  }
}
