package org.virtualcell.evaluate.vcc;

import java.util.Arrays;

/**
 * The measured findings of one perturbation that a fold-change error is taken over: own gene aside,
 * finite changes only.
 */
final class SignificantChanges {
  private final int[] gene;
  private final double[] change;

  /**
   * Parts that belong together; arrays are not copied and not to be changed.
   *
   * @param gene the genes
   * @param change their measured log2 fold changes
   */
  SignificantChanges(int[] gene, double[] change) {
    this.gene = gene;
    this.change = change;
  }

  int[] gene() {
    return gene;
  }

  double[] change() {
    return change;
  }

  /** Of a table, without the perturbation's own gene. */
  static SignificantChanges of(TestedGenes real, int own) {
    int[] genes =
        Arrays.stream(real.found(own))
            .filter(g -> Double.isFinite(real.change()[real.row(g)]))
            .toArray();
    return new SignificantChanges(
        genes, Arrays.stream(genes).mapToDouble(g -> real.change()[real.row(g)]).toArray());
  }

  /**
   * The error of predicted changes relative to the size of the measured ones; a change that is not
   * predicted counts as none. NaN where the measured data alone rules the perturbation out.
   */
  double error(TestedGenes predicted, ChallengeRules rules) {
    double sum = 0;
    for (int i = 0; i < gene.length; i++) {
      sum += Math.abs(finite(predicted, gene[i]) - change[i]);
    }
    return relative(sum, rules);
  }

  /** The same for two halves of the measured cells against each other. */
  double error(TestedGenes a, TestedGenes b, ChallengeRules rules) {
    double sum = 0;
    for (int g : gene) {
      sum += Math.abs(finite(a, g) - finite(b, g));
    }
    return relative(sum, rules);
  }

  private double relative(double sum, ChallengeRules rules) {
    double size = 0;
    for (double c : change) {
      size += Math.abs(c);
    }
    boolean counts = gene.length >= rules.leastGate() && size > 0 && Double.isFinite(size);
    return counts ? sum / size : Double.NaN;
  }

  private static double finite(TestedGenes table, int gene) {
    int row = table.row(gene);
    return row >= 0 && Double.isFinite(table.change()[row]) ? table.change()[row] : 0;
  }
}
