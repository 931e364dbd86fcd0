package org.virtualcell.evaluate.report;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Orientation for the effect plots: which measured changes stand out from sampling noise. A normal
 * test of each effect over its sampling error with the Benjamini-Hochberg correction; it draws the
 * volcano plot and enters no score.
 */
final class Significance {
  /** The false discovery rate below which a gene counts as changed. */
  static final double RATE = 0.05;

  private static final double LARGEST = 300;

  /** Minus the decimal logarithm of the two-sided p value per gene, at most 300. */
  final double[] minusLogP;

  /** Whether the gene is changed at {@link #RATE}. */
  final boolean[] changed;

  private Significance(double[] minusLogP, boolean[] changed) {
    this.minusLogP = minusLogP;
    this.changed = changed;
  }

  /**
   * Tests every gene.
   *
   * @param effect measured effect per gene
   * @param standardError its standard error per gene; a gene without one is not tested
   */
  static Significance of(double[] effect, double[] standardError) {
    int genes = effect.length;
    double[] minusLogP = new double[genes];
    for (int g = 0; g < genes; g++) {
      minusLogP[g] = standardError[g] > 0 ? minusLogP(Math.abs(effect[g]) / standardError[g]) : 0;
    }
    int[] tested = IntStream.range(0, genes).filter(g -> standardError[g] > 0).toArray();
    Integer[] order =
        IntStream.of(tested)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer g) -> -minusLogP[g]))
            .toArray(Integer[]::new);
    // Benjamini and Hochberg 1995: the largest rank k with p(k) <= rate * k / m
    int last = -1;
    for (int k = 0; k < order.length; k++) {
      if (-minusLogP[order[k]] <= Math.log10(RATE * (k + 1) / order.length)) {
        last = k;
      }
    }
    boolean[] changed = new boolean[genes];
    for (int k = 0; k <= last; k++) {
      changed[order[k]] = true;
    }
    return new Significance(minusLogP, changed);
  }

  int changedGenes() {
    return (int) IntStream.range(0, changed.length).filter(g -> changed[g]).count();
  }

  /**
   * Minus log10 of the two-sided normal tail of z.
   *
   * <p>Q(z) = phi(z) / (z + 1/(z + 2/(z + 3/(z + ...)))), the continued fraction of the Mills ratio
   * (Abramowitz and Stegun 26.2.14), above z = 2; below, the series of the error function
   * (26.2.10).
   */
  static double minusLogP(double z) {
    if (!(z > 0)) {
      return 0;
    }
    if (z < 2) {
      double term = z;
      double sum = z;
      for (int k = 1; k < 60; k++) {
        term *= -z * z / (2 * k);
        sum += term / (2 * k + 1);
      }
      return Math.max(0, -Math.log10(Math.max(1 - sum * Math.sqrt(2 / Math.PI), 1e-16)));
    }
    double fraction = z;
    for (int k = 120; k >= 1; k--) {
      fraction = z + k / fraction;
    }
    double logTail = -z * z / 2 - Math.log(Math.sqrt(2 * Math.PI)) - Math.log(fraction);
    return Math.min(LARGEST, -(logTail + Math.log(2)) / Math.log(10));
  }
}
