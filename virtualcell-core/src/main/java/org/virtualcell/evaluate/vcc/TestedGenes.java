package org.virtualcell.evaluate.vcc;

import java.util.Arrays;

/**
 * Differential expression of one perturbation against control cells: a row per gene that was
 * tested, in the order of the genes.
 */
final class TestedGenes {
  private final int[] gene;
  private final int[] position;
  private final double[] change;
  private final double[] p;
  private final double[] adjusted;
  private final boolean[] significant;

  /**
   * Parts that belong together; arrays are not copied and not to be changed.
   *
   * @param gene the genes, ascending indices into the axis
   * @param position for each gene of the axis its row, or -1
   * @param change log2 fold change; NaN where it is not known
   * @param p the p value; NaN where there is none
   * @param adjusted the adjusted p value; NaN where there is none
   * @param significant whether the adjusted p value is below the threshold
   */
  TestedGenes(
      int[] gene,
      int[] position,
      double[] change,
      double[] p,
      double[] adjusted,
      boolean[] significant) {
    this.gene = gene;
    this.position = position;
    this.change = change;
    this.p = p;
    this.adjusted = adjusted;
    this.significant = significant;
  }

  int[] gene() {
    return gene;
  }

  int[] position() {
    return position;
  }

  double[] change() {
    return change;
  }

  double[] p() {
    return p;
  }

  double[] adjusted() {
    return adjusted;
  }

  boolean[] significant() {
    return significant;
  }

  static TestedGenes of(
      int[] gene, int[] position, double[] change, double[] p, double[] adjusted, double alpha) {
    double[] masked = adjusted.clone();
    boolean[] significant = new boolean[gene.length];
    for (int row = 0; row < gene.length; row++) {
      if (Double.isNaN(change[row])) {
        masked[row] = 1; // a change that is not known is never a finding
      }
      significant[row] = masked[row] < alpha;
    }
    return new TestedGenes(gene, position, change, p, masked, significant);
  }

  int rows() {
    return gene.length;
  }

  /** The row of a gene, or -1. */
  int row(int axisGene) {
    return axisGene < 0 ? -1 : position[axisGene];
  }

  /** Whether a gene is a finding. */
  boolean finds(int axisGene) {
    int row = row(axisGene);
    return row >= 0 && significant[row];
  }

  /** The sign of a gene's change: 0 where there is no row, no change, or it is not known. */
  int direction(int axisGene) {
    int row = row(axisGene);
    return row < 0 ? 0 : sign(change[row]);
  }

  static int sign(double change) {
    return change > 0 ? 1 : change < 0 ? -1 : 0;
  }

  /** The genes found, in the order of the table, one of them possibly left out. */
  int[] found(int without) {
    int[] found = new int[gene.length];
    int n = 0;
    for (int row = 0; row < gene.length; row++) {
      if (significant[row] && gene[row] != without) {
        found[n++] = gene[row];
      }
    }
    return Arrays.copyOf(found, n);
  }
}
