package org.virtualcell.compute;

/** The standard normal distribution in double precision, for activations. */
final class NormalDistribution {
  private NormalDistribution() {}

  /**
   * P(Z below x), within 1e-15: the series 1/2 + phi(x) (x + x^3/3 + x^5/(3 5) + ...) up to 6, the
   * continued fraction phi(x) / (x + 1/(x + 2/(x + ...))) of the tail beyond.
   */
  static double below(double x) {
    if (Double.isNaN(x)) {
      return x;
    }
    double density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    double size = Math.abs(x);
    if (size < 6) {
      double sum = 0;
      double term = x;
      for (int n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
        sum += term;
        term *= x * x / (2 * n + 1);
      }
      return 0.5 + density * sum;
    }
    double fraction = size;
    for (int n = 40; n >= 1; n--) {
      fraction = size + n / fraction;
    }
    double tail = Double.isInfinite(size) ? 0 : density / fraction;
    return x < 0 ? tail : 1 - tail;
  }
}
