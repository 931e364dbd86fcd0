package org.virtualcell.stats.differential;

import org.virtualcell.stats.NormalTail;

/**
 * Tail areas of the normal and of Student's t distribution, with relative errors below 1e-13 and
 * 1e-10, and the same bits on every platform.
 */
final class TailAreas {
  private static final int MOST_FRACTIONS = 10_000;

  private TailAreas() {}

  /** The two-sided p value of a standard normal score. */
  static double normalTwoSided(double z) {
    return NormalTail.twoSided(Math.abs(z));
  }

  /** The two-sided p value of Student's t: I_{v/(v+t^2)}(v/2, 1/2). */
  static double studentTwoSided(double t, double freedom) {
    if (Double.isNaN(t) || !(freedom > 0)) {
      return Double.NaN;
    }
    if (Double.isInfinite(t)) {
      return 0;
    }
    if (Double.isInfinite(freedom)) {
      return normalTwoSided(t);
    }
    double square = t * t;
    return incompleteBeta(freedom / 2, freedom / (freedom + square), square / (freedom + square));
  }

  /**
   * The regularised incomplete beta function I_x(a, 1/2), where y is 1 - x without cancellation.
   */
  private static double incompleteBeta(double a, double x, double y) {
    final double b = 0.5;
    if (x <= 0) {
      return 0;
    }
    if (y <= 0) {
      return 1;
    }
    double logX = x > 0.5 ? StrictMath.log1p(-y) : StrictMath.log(x);
    double logY = y > 0.5 ? StrictMath.log1p(-x) : StrictMath.log(y);
    double front = StrictMath.exp(a * logX + b * logY + logRatio(a) - logGamma(b));
    if (x < (a + 1) / (a + b + 2)) {
      return front * betaFraction(a, b, x) / a;
    }
    return 1 - front * betaFraction(b, a, y) / b;
  }

  /** The continued fraction of the incomplete beta function, by Lentz's method. */
  private static double betaFraction(double a, double b, double x) {
    final double tiny = 1e-300;
    double c = 1;
    double d = 1 - (a + b) * x / (a + 1);
    d = 1 / (Math.abs(d) < tiny ? tiny : d);
    double value = d;
    for (int m = 1; m < MOST_FRACTIONS; m++) {
      double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
      d = 1 + even * d;
      d = 1 / (Math.abs(d) < tiny ? tiny : d);
      c = 1 + even / c;
      c = Math.abs(c) < tiny ? tiny : c;
      value *= d * c;
      double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
      d = 1 + odd * d;
      d = 1 / (Math.abs(d) < tiny ? tiny : d);
      c = 1 + odd / c;
      c = Math.abs(c) < tiny ? tiny : c;
      value *= d * c;
      if (Math.abs(d * c - 1) < 1e-16) {
        break;
      }
    }
    return value;
  }

  /**
   * log (Gamma(a + 1/2) / Gamma(a)); by its own series where the two are large and nearly equal.
   */
  private static double logRatio(double a) {
    if (a < 100) {
      return logGamma(a + 0.5) - logGamma(a);
    }
    double w = 1 / (a * a);
    return 0.5 * StrictMath.log(a) - (1.0 / 8 - w * (1.0 / 192 - w / 640)) / a;
  }

  /** log Gamma(x) for x above 0: Stirling's series after raising x above 15. */
  static double logGamma(double x) {
    double shift = 0;
    double z = x;
    while (z < 15) {
      shift += StrictMath.log(z);
      z++;
    }
    double w = 1 / (z * z);
    double series =
        (1.0 / 12
                - w
                    * (1.0 / 360
                        - w
                            * (1.0 / 1260
                                - w * (1.0 / 1680 - w * (1.0 / 1188 - w * 691.0 / 360360)))))
            / z;
    return (z - 0.5) * StrictMath.log(z) - z + 0.5 * StrictMath.log(2 * Math.PI) + series - shift;
  }
}
