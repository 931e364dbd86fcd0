package org.virtualcell.evaluate.celleval;

import java.util.Arrays;

/**
 * Mutual information of two partitions, adjusted for chance (Vinh, Epps and Bailey 2010): {@code
 * (MI - E) / ((H1 + H2) / 2 - E)}, E its expectation over partitions with the same sizes.
 */
final class MutualInformation {
  private MutualInformation() {}

  static double adjusted(int[] a, int[] b) {
    int n = a.length;
    int[] sizesA = sizes(a);
    int[] sizesB = sizes(b);
    if (sizesA.length == sizesB.length && (sizesA.length == 1 || sizesA.length == n)) {
      return 1;
    }
    int[][] table = new int[sizesA.length][sizesB.length];
    for (int i = 0; i < n; i++) {
      table[a[i]][b[i]]++;
    }
    double information = 0;
    double expected = 0;
    double[] logFactorial = logFactorials(n);
    for (int i = 0; i < sizesA.length; i++) {
      for (int j = 0; j < sizesB.length; j++) {
        information += term(table[i][j], sizesA[i], sizesB[j], n);
        expected += expectedTerm(sizesA[i], sizesB[j], n, logFactorial);
      }
    }
    double mean = (entropy(sizesA, n) + entropy(sizesB, n)) / 2;
    double range = mean - expected;
    return Math.abs(range) < 1e-15 ? 0 : (information - expected) / range;
  }

  private static int[] sizes(int... partition) {
    int[] sizes = new int[Arrays.stream(partition).max().orElse(-1) + 1];
    for (int part : partition) {
      sizes[part]++;
    }
    return sizes;
  }

  private static double term(double common, double sizeA, double sizeB, double n) {
    return common == 0 ? 0 : common / n * StrictMath.log(n * common / sizeA / sizeB);
  }

  private static double expectedTerm(int sizeA, int sizeB, int n, double[] logFactorial) {
    double sum = 0;
    for (int common = Math.max(1, sizeA + sizeB - n); common <= Math.min(sizeA, sizeB); common++) {
      double log =
          logFactorial[sizeA]
              + logFactorial[sizeB]
              + logFactorial[n - sizeA]
              + logFactorial[n - sizeB]
              - logFactorial[n]
              - logFactorial[common]
              - logFactorial[sizeA - common]
              - logFactorial[sizeB - common]
              - logFactorial[n - sizeA - sizeB + common];
      sum += term(common, sizeA, sizeB, n) * StrictMath.exp(log);
    }
    return sum;
  }

  private static double entropy(int[] sizes, double n) {
    double sum = 0;
    for (int size : sizes) {
      sum -= size == 0 ? 0 : size / n * StrictMath.log(size / n);
    }
    return sum;
  }

  private static double[] logFactorials(int n) {
    double[] log = new double[n + 1];
    for (int i = 2; i <= n; i++) {
      log[i] = log[i - 1] + StrictMath.log(i);
    }
    return log;
  }
}
