package org.virtualcell.stats.differential;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

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
    Integer[] order =
        IntStream.range(0, p.length)
            .filter(i -> !Double.isNaN(p[i]))
            .boxed()
            .toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(i -> p[i]));
    double[] adjusted = new double[p.length];
    Arrays.fill(adjusted, Double.NaN);
    double least = 1;
    for (int k = order.length - 1; k >= 0; k--) {
      least = Math.min(least, p[order[k]] * order.length / (k + 1));
      adjusted[order[k]] = least;
    }
    return adjusted;
  }
}
