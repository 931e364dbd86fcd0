package org.virtualcell.stats;

/**
 * Tail areas of the normal distribution, accurate in every digit that matters far out as well, and
 * the same bits on every platform.
 */
public final class NormalTail {
  private static final double SQRT_HALF = 0x1.6a09e667f3bcdp-1;

  private static final double LOG2_E = 1.4426950408889634;

  /** ln 2 in two parts, the first with 21 trailing zeros: times a whole k it is exact. */
  private static final double LN2_HIGH = 0x1.62e42feep-1;

  private static final double LN2_LOW = 0x1.a39ef35793c76p-33;

  /** Added to a number, leaves no room for a fraction. */
  private static final double TO_WHOLE = 0x1.8p52;

  /** Times a number, minus what that exceeds it by: its upper 26 binary digits (Dekker 1971). */
  private static final double SPLIT = 0x1p27 + 1;

  /** Beyond this every tail area is below the smallest number. */
  private static final double FARTHEST = 40;

  private static final int BLOCK = 512;

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
    // the steps of Block.twoSided, for the same bits
    double far = Math.min(FARTHEST, z);
    double split = far * SPLIT;
    double h = split - (split - far);
    double rest = (far - h) * (far + h) / 2;
    double x = far * SQRT_HALF;
    double above = x + 3;
    double below = 1 + 2 * x;
    double both = 1 / (above * below);
    double tail = above * both * (1 - rest + rest * rest / 2);
    tail *= scaled((x - 3) * below * both);
    double y = -h * h / 2;
    double shifted = y * LOG2_E + TO_WHOLE;
    double k = shifted - TO_WHOLE;
    tail *= exp(y - k * LN2_HIGH - k * LN2_LOW);
    return timesPower(tail, shifted);
  }

  /**
   * The same of many numbers, several times as fast.
   *
   * @param z how far out; receives the two-sided p-values
   */
  public static void twoSided(double[] z) {
    int size = Math.min(BLOCK, z.length);
    Block block = new Block(size);
    for (int from = 0; from < z.length; from += size) {
      block.twoSided(z, from, Math.min(size, z.length - from));
    }
  }

  /**
   * Some numbers at a time, a step for all of them after another: short loops without a branch,
   * which compilers turn into vector instructions.
   *
   * <p>e^(-z^2 / 2) = e^(-h^2 / 2) e^(-(z - h)(z + h) / 2), h the upper half of z's digits: h^2 is
   * exact.
   */
  private static final class Block {
    private final double[] t;
    private final double[] factor;
    private final double[] rest;
    private final double[] y;

    Block(int size) {
      t = new double[size];
      factor = new double[size];
      rest = new double[size];
      y = new double[size];
    }

    void twoSided(double[] z, int from, int count) {
      split(z, from, count);
      divide(count);
      multiplyByPolynomial(count);
      reduce(count);
      multiplyByExponential(count);
      finish(z, from, count);
    }

    private void split(double[] z, int from, int count) {
      for (int i = 0; i < count; i++) {
        double far = Math.max(0, Math.min(FARTHEST, z[from + i]));
        double split = far * SPLIT;
        double h = split - (split - far);
        y[i] = -h * h / 2;
        rest[i] = (far - h) * (far + h) / 2;
        t[i] = far * SQRT_HALF;
      }
    }

    private void divide(int count) {
      for (int i = 0; i < count; i++) {
        double x = t[i];
        double above = x + 3;
        double below = 1 + 2 * x;
        double both = 1 / (above * below); // one division for two
        factor[i] = above * both * (1 - rest[i] + rest[i] * rest[i] / 2);
        t[i] = (x - 3) * below * both;
      }
    }

    private void multiplyByPolynomial(int count) {
      for (int i = 0; i < count; i++) {
        factor[i] *= scaled(t[i]);
      }
    }

    private void reduce(int count) {
      for (int i = 0; i < count; i++) {
        double shifted = y[i] * LOG2_E + TO_WHOLE;
        double k = shifted - TO_WHOLE;
        rest[i] = y[i] - k * LN2_HIGH - k * LN2_LOW;
        y[i] = shifted;
      }
    }

    private void multiplyByExponential(int count) {
      for (int i = 0; i < count; i++) {
        factor[i] *= exp(rest[i]);
      }
    }

    private void finish(double[] z, int from, int count) {
      for (int i = 0; i < count; i++) {
        double far = z[from + i];
        z[from + i] = far > 0 ? timesPower(factor[i], y[i]) : far <= 0 ? 1 : Double.NaN;
      }
    }
  }

  /** e^r for r within ln 2 / 2. */
  private static double exp(double r) {
    double s = r * r;
    double even = 1 / 479001600.0 * s + 1 / 3628800.0;
    even = ((((even * s + 1 / 40320.0) * s + 1 / 720.0) * s) + 1 / 24.0) * s + 0.5;
    double odd = 1 / 39916800.0 * s + 1 / 362880.0;
    odd = ((odd * s + 1 / 5040.0) * s + 1 / 120.0) * s + 1 / 6.0;
    return 1 + (r + s * (even + r * odd));
  }

  /** factor 2^k, at most 1; k stands in the lowest bits of what is {@link #TO_WHOLE} above it. */
  private static double timesPower(double factor, double shifted) {
    int k = (int) Double.doubleToRawLongBits(shifted);
    int half = k >> 1; // 2^k may be no normal number, its halves are
    return Math.min(1, factor * powerOfTwo(half) * powerOfTwo(k - half));
  }

  private static double powerOfTwo(int k) {
    return Double.longBitsToDouble((long) (k + 1023) << 52);
  }

  /**
   * (1 + 2 x) e^(x^2) erfc(x) as a polynomial of t = (x - 3) / (x + 3), which maps x >= 0 to -1 to
   * 1: the Chebyshev expansion to degree 24, written in powers of t. Relative error of the tail
   * area below 3e-15 where it is a normal number.
   *
   * <p>Even and odd powers apart, written out: an array of them keeps compilers from vectors.
   */
  private static double scaled(double t) {
    double square = t * t;
    double even = 8.393734858690877e-10;
    even = even * square - 8.217595058711455e-09;
    even = even * square + 4.1064013667940355e-08;
    even = even * square - 1.4047654315428462e-07;
    even = even * square + 3.5576086684080595e-07;
    even = even * square - 7.308281468783614e-07;
    even = even * square + 4.949196649968345e-06;
    even = even * square - 0.00010515971958448065;
    even = even * square + 0.0018886903449991718;
    even = even * square - 0.02377051491717134;
    even = even * square - 0.11927366341538638;
    even = even * square - 0.0475622943534492;
    even = even * square + 1.2530080582697296;
    double odd = 9.862533510345587e-10;
    odd = odd * square - 1.3312919661038687e-08;
    odd = odd * square + 1.0183620603842736e-07;
    odd = odd * square - 6.166011460398726e-07;
    odd = odd * square + 3.472370944977168e-06;
    odd = odd * square - 2.0100542268525612e-05;
    odd = odd * square + 0.0001250993424583729;
    odd = odd * square - 0.0007798322696543306;
    odd = odd * square + 0.0025293918156939696;
    odd = odd * square + 0.0683080273440099;
    odd = odd * square + 0.1296451587027594;
    odd = odd * square - 0.13562110612458117;
    return even + t * odd;
  }
}
