package org.virtualcell.stats.batch;

import org.virtualcell.stats.NormalTail;

/** The upper tail of the chi-square distribution with a whole number of degrees of freedom. */
final class ChiSquare {
  private ChiSquare() {}

  /**
   * The share above x. By parts: {@code Q(v) = Q(v - 2) + (x/2)^(v/2 - 1) exp(-x/2) / Gamma(v/2)},
   * from exp(-x/2) for 2 degrees and erfc(sqrt(x/2)) for 1.
   */
  static double upper(double x, int freedom) {
    if (x <= 0) {
      return 1;
    }
    double half = x / 2;
    double tail;
    double term;
    int v;
    if (freedom % 2 == 0) {
      tail = StrictMath.exp(-half);
      term = tail;
      v = 2;
    } else {
      tail = NormalTail.twoSided(StrictMath.sqrt(x));
      term = StrictMath.sqrt(half / Math.PI) * StrictMath.exp(-half) * 2;
      v = 1;
      if (freedom > 1) {
        tail += term;
        v = 3;
      }
    }
    while (v < freedom) {
      term *= half / (v / 2.0);
      tail += term;
      v += 2;
    }
    return Math.min(1, tail);
  }
}
