package org.virtualcell.stats.differential;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The exact permutation distribution of U where nothing ties: the number of orders of n1 and n2
 * cells with a given U is a coefficient of the Gaussian binomial prod_i (1 - q^(n2+i)) / (1 - q^i).
 */
final class ExactRankSum {
  private record Sizes(int smaller, int larger) {}

  /** P(U at most u), for each u; of the few sizes one comparison meets. */
  private final Map<Sizes, double[]> cumulative = new HashMap<>();

  /** The two-sided p value: twice the smaller tail, at most 1. */
  double twoSided(long u, int n1, int n2) {
    double[] table =
        cumulative.computeIfAbsent(
            new Sizes(Math.min(n1, n2), Math.max(n1, n2)), s -> tabulate(s.smaller(), s.larger()));
    long below = Math.min(u, (long) n1 * n2 - u);
    return Math.min(1, 2 * table[(int) below]);
  }

  private static double[] tabulate(int n1, int n2) {
    int most = Math.multiplyExact(n1, n2);
    BigInteger[] ways = new BigInteger[most + 1];
    Arrays.fill(ways, BigInteger.ZERO);
    ways[0] = BigInteger.ONE;
    for (int i = 1; i <= n1; i++) {
      for (int u = most; u >= n2 + i; u--) {
        ways[u] = ways[u].subtract(ways[u - n2 - i]);
      }
      for (int u = i; u <= most; u++) {
        ways[u] = ways[u].add(ways[u - i]);
      }
    }
    BigInteger all = BigInteger.ZERO;
    for (BigInteger way : ways) {
      all = all.add(way);
    }
    double[] table = new double[most / 2 + 1];
    BigInteger sum = BigInteger.ZERO;
    for (int u = 0; u < table.length; u++) {
      sum = sum.add(ways[u]);
      table[u] =
          new BigDecimal(sum).divide(new BigDecimal(all), MathContext.DECIMAL64).doubleValue();
    }
    return table;
  }
}
