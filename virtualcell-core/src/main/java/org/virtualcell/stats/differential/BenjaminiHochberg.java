package org.virtualcell.stats.differential;

import java.util.Arrays;

/**
 * The false discovery rate of Benjamini and Hochberg (1995): the i-th smallest of m p values gets
 * min over j of at least i of p(j) m / j, at most 1.
 */
public final class BenjaminiHochberg {
  private static final int DIGIT = 11;

  /** Where digits begin, up to the highest bit; that the lowest two overlap does no harm. */
  private static final int[] SHIFTS = {0, 9, 20, 31, 42, 53};

  private static final int FEW_DIGITS = 3;
  private static final int MOVES = 4;

  private BenjaminiHochberg() {}

  /**
   * Adjusts p values.
   *
   * @param p p values in any order; NaN where there is no test, which then does not count
   * @return the adjusted values in the same order, NaN where p is
   */
  public static double[] adjust(double... p) {
    double[] adjusted = new double[p.length];
    int[] order = new int[p.length];
    int tests = 0;
    for (int i = 0; i < p.length; i++) {
      adjusted[i] = p[i];
      if (!Double.isNaN(p[i])) {
        order[tests++] = i;
      }
    }
    order = ascending(p, order, tests);
    double rate = 1;
    for (int k = tests - 1; k >= 0; k--) {
      // equal p values get the same rate, in whichever order they stand
      rate = Math.min(rate, p[order[k]] * tests / (k + 1));
      adjusted[order[k]] = rate;
    }
    return adjusted;
  }

  /** The chosen values' places by value: by the upper digits, which rarely leave much to move. */
  private static int[] ascending(double[] p, int[] chosen, int count) {
    int[] order = byDigits(p, chosen, count, FEW_DIGITS);
    return putRight(p, order, count) ? order : byDigits(p, order, count, SHIFTS.length);
  }

  /** By the upper digits of the values' bits, the lowest of them first; equal ones as they were. */
  private static int[] byDigits(double[] p, int[] chosen, int count, int digits) {
    int[] from = chosen.clone();
    int[] to = new int[chosen.length];
    int[] position = new int[(1 << DIGIT) + 1];
    for (int d = SHIFTS.length - digits; d < SHIFTS.length; d++) {
      Arrays.fill(position, 0);
      for (int i = 0; i < count; i++) {
        position[digit(p[from[i]], SHIFTS[d]) + 1]++;
      }
      for (int v = 0; v < 1 << DIGIT; v++) {
        position[v + 1] += position[v];
      }
      for (int i = 0; i < count; i++) {
        to[position[digit(p[from[i]], SHIFTS[d])]++] = from[i];
      }
      int[] swap = from;
      from = to;
      to = swap;
    }
    return from;
  }

  /** Sorts what is nearly sorted; false after so many moves that it is not. */
  private static boolean putRight(double[] p, int[] order, int count) {
    long patience = MOVES * (long) count;
    for (int i = 1; i < count; i++) {
      int moved = order[i];
      int at = i;
      while (at > 0 && p[order[at - 1]] > p[moved]) {
        order[at] = order[at - 1];
        at--;
      }
      order[at] = moved;
      patience -= i - at;
      if (patience < 0) {
        return false;
      }
    }
    return true;
  }

  /** Some bits of what rises with the value as an unsigned number; both zeros are the same. */
  private static int digit(double value, int shift) {
    long bits = Double.doubleToRawLongBits(value + 0.0);
    return (int) ((bits ^ (bits >> 63 | Long.MIN_VALUE)) >>> shift) & (1 << DIGIT) - 1;
  }
}
