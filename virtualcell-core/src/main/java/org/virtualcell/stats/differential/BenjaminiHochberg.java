package org.virtualcell.stats.differential;

import java.util.Arrays;

/**
 * The false discovery rate of Benjamini and Hochberg (1995): the i-th smallest of m p values gets
 * min over j of at least i of p(j) m / j, at most 1.
 */
public final class BenjaminiHochberg {
  private BenjaminiHochberg() {}

  /**
   * Adjusts p values.
   *
   * @param p p values in any order; NaN where there is no test, which then does not count
   * @return the adjusted values in the same order, NaN where p is
   */
  public static double[] adjust(double... p) {
    double[] sorted = Arrays.stream(p).filter(value -> !Double.isNaN(value)).sorted().toArray();
    double[] least = new double[sorted.length];
    double rate = 1;
    for (int k = sorted.length - 1; k >= 0; k--) {
      rate = Math.min(rate, sorted[k] * sorted.length / (k + 1));
      least[k] = rate;
    }
    double[] adjusted = new double[p.length];
    for (int i = 0; i < p.length; i++) {
      // equal p values have the same rate, whichever of them is found
      adjusted[i] = Double.isNaN(p[i]) ? Double.NaN : least[Arrays.binarySearch(sorted, p[i])];
    }
    return adjusted;
  }
}
