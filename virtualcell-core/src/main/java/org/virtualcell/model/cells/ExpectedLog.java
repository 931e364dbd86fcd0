package org.virtualcell.model.cells;

/** Expected values of {@code log1p(unit x molecules)}, to about one in a thousand. */
final class ExpectedLog {
  private static final double FEW = 64;
  private static final double NEAR = 0.02; // squared relative spread: two orders suffice

  private static final int LEAST_POWER = -30;
  private static final double[] TIME = new double[34]; // e^i, i from LEAST_POWER
  private static final double[] WEIGHT = new double[TIME.length]; // e^-t

  static {
    for (int i = 0; i < TIME.length; i++) {
      TIME[i] = StrictMath.exp(LEAST_POWER + i);
      WEIGHT[i] = StrictMath.exp(-TIME[i]);
    }
  }

  private ExpectedLog() {}

  /**
   * Of molecules that stay with a probability each: the binomial sum, between whole numbers for a
   * mean of several counts; for many, to second order around the mean.
   */
  static double thinned(double count, double probability, double unit) {
    if (probability >= 1) {
      return StrictMath.log1p(unit * count);
    }
    if (count > FEW) {
      return secondOrder(count * probability, count * probability * (1 - probability), unit);
    }
    long whole = (long) count;
    double part = count - whole;
    double below = binomial(whole, probability, unit);
    return part == 0 ? below : below + part * (binomial(whole + 1, probability, unit) - below);
  }

  private static double binomial(long trials, double probability, double unit) {
    double sum = 0;
    double chance = StrictMath.pow(1 - probability, (double) trials); // of none
    for (long k = 1; k <= trials && probability > 0; k++) {
      chance *= (double) (trials - k + 1) / k * probability / (1 - probability);
      sum += chance * StrictMath.log1p(unit * k);
    }
    return sum;
  }

  private static double secondOrder(double mean, double variance, double unit) {
    double whole = 1 + unit * mean;
    return Math.max(0, StrictMath.log(whole) - unit * unit * variance / (2 * whole * whole));
  }

  /**
   * Of a count with negative binomial molecules on top. Where they vary little, to second order;
   * else from their Laplace transform L: {@code integral of e^-t (1 - L(unit t)) dt / t}, by the
   * trapezoidal rule in ln t.
   *
   * @param mean of the molecules on top
   * @param shape their mean squared over the variance of their rate; infinite for Poisson
   */
  static double toppedUp(double count, double mean, double shape, double unit) {
    double whole = 1 + unit * (count + mean);
    double variance = mean + mean * mean / shape;
    if (unit * unit * variance <= NEAR * whole * whole) {
      return secondOrder(count + mean, variance, unit);
    }
    double sum = 0;
    int first = Math.max(0, -8 - (int) Math.ceil(StrictMath.log(whole)) - LEAST_POWER);
    for (int i = first; i < TIME.length; i++) {
      double s = unit * TIME[i];
      double drop = 1 - StrictMath.exp(-s);
      double log =
          Double.isInfinite(shape)
              ? -mean * drop
              : -shape * StrictMath.log(1 + mean / shape * drop);
      sum += WEIGHT[i] * (1 - StrictMath.exp(log - s * count));
    }
    return sum;
  }
}
