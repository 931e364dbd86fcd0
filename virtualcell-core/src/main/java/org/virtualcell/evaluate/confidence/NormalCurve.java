package org.virtualcell.evaluate.confidence;

/** Areas under the standard normal density; the same bits on every platform. */
public final class NormalCurve {
  private static final double ROOT_OF_TWO_PI = StrictMath.sqrt(2 * Math.PI);

  private NormalCurve() {}

  /**
   * The share below z, to about 1e-12.
   *
   * <p>Up to 3 the series {@code 1/2 + phi(z) (z + z^3/3 + z^5/(3 5) + ...)} (Abramowitz and Stegun
   * 26.2.11), above it the continued fraction {@code phi(z) / (z + 1/(z + 2/(z + ...)))} (26.2.14).
   *
   * @param z any value
   * @return 0 to 1
   */
  public static double below(double z) {
    double x = Math.abs(z);
    if (x > 38) {
      return z < 0 ? 0 : 1;
    }
    double density = StrictMath.exp(-x * x / 2) / ROOT_OF_TWO_PI;
    double above;
    if (x < 3) {
      double term = x;
      double sum = x;
      for (int k = 3; k < 100; k += 2) {
        term *= x * x / k;
        sum += term;
      }
      above = 0.5 - density * sum;
    } else {
      double fraction = x;
      for (int k = 60; k >= 1; k--) {
        fraction = x + k / fraction;
      }
      above = density / fraction;
    }
    return z < 0 ? above : 1 - above;
  }

  /**
   * The point below which a share lies, by bisection.
   *
   * @param share above 0, below 1
   * @return the point
   */
  public static double quantile(double share) {
    double low = -38;
    double high = 38;
    for (int i = 0; i < 80; i++) {
      double middle = (low + high) / 2;
      if (below(middle) < share) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }
}
