package org.virtualcell.stats.differential;

import org.virtualcell.stats.NormalTail;

/**
 * The rank-sum test of Wilcoxon, Mann and Whitney by the normal approximation. With average ranks,
 * {@code U = R1 - n1 (n1 + 1) / 2}; ties of t cells lower the variance: {@code s^2 = n1 n2 / 12 ((N
 * + 1) - sum (t^3 - t) / (N (N - 1)))}.
 */
public final class RankSum {
  private RankSum() {}

  /**
   * The two-sided p value with correction for ties and for continuity: {@code z = (max(U, n1 n2 -
   * U) - n1 n2 / 2 - 1/2) / s}, {@code p = erfc(z / sqrt 2)}, at most 1; 1 where all cells tie.
   *
   * @param u the statistic of either side
   * @param n1 the cells of one side, one or more
   * @param n2 the cells of the other
   * @param ties sum of t^3 - t over groups of equal values of both sides together
   * @return the p value
   */
  public static double twoSided(double u, double n1, double n2, double ties) {
    double variance = variance(n1, n2, ties);
    if (!(variance > 0)) {
      return 1;
    }
    double larger = Math.max(u, n1 * n2 - u);
    double z = (larger - n1 * n2 / 2 - 0.5) / StrictMath.sqrt(variance);
    return NormalTail.twoSided(z);
  }

  /**
   * The score without continuity correction: {@code (U - n1 n2 / 2) / s}; 0 where all cells tie.
   *
   * @param u the statistic of the first side
   * @param n1 the cells of the first side
   * @param n2 the cells of the other
   * @param ties sum of t^3 - t over groups of equal values, or 0 for no correction
   * @return the score
   */
  public static double score(double u, double n1, double n2, double ties) {
    double variance = variance(n1, n2, ties);
    return variance > 0 ? (u - n1 * n2 / 2) / StrictMath.sqrt(variance) : 0;
  }

  private static double variance(double n1, double n2, double ties) {
    double all = n1 + n2;
    double correction = all > 1 ? ties / (all * (all - 1)) : 0;
    return n1 * n2 / 12 * (all + 1 - correction);
  }

  /** t^3 - t: exact below 2^53, correctly signed and rounded beyond. */
  static double ties(double t) {
    return t * (t - 1) * (t + 1);
  }
}
