package org.virtualcell.bench.simulation;

/**
 * How effects of perturbations in contexts fall into a part of each and what is left.
 *
 * @param total sum of squares of all effects over genes
 * @param interaction sum of squares after means of perturbations and contexts are taken off
 */
record Anova(double total, double interaction) {
  /**
   * Takes effects apart.
   *
   * @param effects (perturbation, context) x gene, contexts running fastest
   * @param contexts how many
   */
  static Anova of(double[][] effects, int contexts) {
    int perturbations = effects.length / contexts;
    double total = 0;
    double left = 0;
    for (int g = 0; g < effects[0].length; g++) {
      double[] row = new double[perturbations];
      double[] column = new double[contexts];
      double mean = 0;
      for (int i = 0; i < effects.length; i++) {
        row[i / contexts] += effects[i][g] / contexts;
        column[i % contexts] += effects[i][g] / perturbations;
        mean += effects[i][g] / effects.length;
        total += effects[i][g] * effects[i][g];
      }
      for (int i = 0; i < effects.length; i++) {
        double rest = effects[i][g] - row[i / contexts] - column[i % contexts] + mean;
        left += rest * rest;
      }
    }
    return new Anova(total, left);
  }

  /** The share of the interaction. */
  double share() {
    return total > 0 ? interaction / total : 0;
  }
}
