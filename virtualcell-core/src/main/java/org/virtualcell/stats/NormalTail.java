package org.virtualcell.stats;

/**
 * Tail areas of the normal distribution, accurate in every digit that matters far out as well, and
 * the same bits on every platform.
 */
public final class NormalTail {
  /**
   * (1 + 2 x) e^(x^2) erfc(x) as a polynomial of t = (x - 3) / (x + 3), which maps x >= 0 to -1 to
   * 1: the Chebyshev expansion to degree 24, written in powers of t. Relative error of the tail
   * area below 3e-15 where it is a normal number.
   */
  private static final double[] SCALED = {
    1.2530080582697296,
    -0.13562110612458117,
    -0.0475622943534492,
    0.1296451587027594,
    -0.11927366341538638,
    0.0683080273440099,
    -0.02377051491717134,
    0.0025293918156939696,
    0.0018886903449991718,
    -0.0007798322696543306,
    -0.00010515971958448065,
    0.0001250993424583729,
    4.949196649968345e-06,
    -2.0100542268525612e-05,
    -7.308281468783614e-07,
    3.472370944977168e-06,
    3.5576086684080595e-07,
    -6.166011460398726e-07,
    -1.4047654315428462e-07,
    1.0183620603842736e-07,
    4.1064013667940355e-08,
    -1.3312919661038687e-08,
    -8.217595058711455e-09,
    9.862533510345587e-10,
    8.393734858690877e-10
  };

  private static final double LOG2_E = 1.4426950408889634;

  /** ln 2 in two parts, the first with 21 trailing zeros: times a whole k it is exact. */
  private static final double LN2_HIGH = 0x1.62e42feep-1;

  private static final double LN2_LOW = 0x1.a39ef35793c76p-33;

  /** Added to a number, leaves no room for a fraction. */
  private static final double TO_WHOLE = 0x1.8p52;

  private NormalTail() {}

  /**
   * {@code P(|Z| >= z) = erfc(z / sqrt 2)} for a standard normal Z.
   *
   * @param z how far out
   * @return the two-sided p-value; 1 for z of zero or less, NaN of NaN
   */
  public static double twoSided(double z) {
    if (!(z > 0)) {
      return z <= 0 ? 1 : Double.NaN;
    }
    // e^(-z^2 / 2) = e^(-h^2 / 2) e^(-(z - h)(z + h) / 2), h the upper half of z's digits: h^2 is
    // exact
    double h = Double.longBitsToDouble(Double.doubleToRawLongBits(z) & -1L << 27);
    double rest = (z - h) * (z + h) / 2;
    double x = z * Math.sqrt(0.5);
    double above = x + 3;
    double below = 1 + 2 * x;
    double both = 1 / (above * below); // one division for two
    double tail = scaled((x - 3) * below * both) * (above * both);
    return Math.min(1, exp(-h * h / 2, tail * (1 - rest + rest * rest / 2)));
  }

  /** factor e^y for y of zero or less, 2^k e^r with r within ln 2 / 2, without a branch but one. */
  private static double exp(double y, double factor) {
    if (y < -746) {
      return 0;
    }
    double shifted = y * LOG2_E + TO_WHOLE;
    double k = shifted - TO_WHOLE;
    double r = y - k * LN2_HIGH - k * LN2_LOW;
    double s = r * r;
    double even = 1 / 479001600.0 * s + 1 / 3628800.0;
    even = ((((even * s + 1 / 40320.0) * s + 1 / 720.0) * s) + 1 / 24.0) * s + 0.5;
    double odd = 1 / 39916800.0 * s + 1 / 362880.0;
    odd = ((odd * s + 1 / 5040.0) * s + 1 / 120.0) * s + 1 / 6.0;
    double power = 1 + (r + s * (even + r * odd));
    int whole = (int) k;
    int half = whole >> 1; // 2^k may be no normal number, its halves are
    return power * factor * powerOfTwo(half) * powerOfTwo(whole - half);
  }

  private static double powerOfTwo(int k) {
    return Double.longBitsToDouble((long) (k + 1023) << 52);
  }

  /** The polynomial, its even and odd powers apart. */
  private static double scaled(double t) {
    double square = t * t;
    double even = SCALED[24];
    double odd = SCALED[23];
    for (int k = 22; k > 0; k -= 2) {
      even = even * square + SCALED[k];
      odd = odd * square + SCALED[k - 1];
    }
    return even * square + SCALED[0] + t * odd;
  }
}
