package org.virtualcell.evaluate.vcc;

import org.virtualcell.api.CsrMatrix;

/**
 * The mean response of a context: the mean over perturbations of the mean counts of their cells,
 * each perturbation with equal weight.
 */
final class MeanResponse {
  private final double[] all;
  private final double[] others; // without the perturbations that target the gene
  private final int[] targeting;
  private int perturbations;

  MeanResponse(int genes) {
    all = new double[genes];
    others = new double[genes];
    targeting = new int[genes];
  }

  /** What a perturbation adds: the mean counts of its cells. */
  static double[] part(CellCounts cells) {
    double[] part = GroupBulk.sums(cells);
    for (int g = 0; g < part.length; g++) {
      part[g] /= cells.cells();
    }
    return part;
  }

  /**
   * Adds a perturbation.
   *
   * @param part the mean counts of its cells
   * @param own the gene it targets, or -1
   */
  void add(double[] part, int own) {
    for (int g = 0; g < part.length; g++) {
      all[g] += part[g];
      others[g] += g == own ? 0 : part[g];
    }
    if (own >= 0) {
      targeting[own]++;
    }
    perturbations++;
  }

  /** The mean over all perturbations. */
  double[] profile() {
    double[] profile = all.clone();
    for (int g = 0; g < profile.length; g++) {
      profile[g] /= perturbations;
    }
    return profile;
  }

  /** The mean where each gene leaves out the perturbations that target it; 0 where none is left. */
  double[] profileWithoutTargets() {
    double[] profile = others.clone();
    for (int g = 0; g < profile.length; g++) {
      int left = perturbations - targeting[g];
      profile[g] = left == 0 ? 0 : profile[g] / left;
    }
    return profile;
  }

  /** One cell with a profile, in the precision of files. */
  static CsrMatrix cell(double... profile) {
    float[] row = new float[profile.length];
    for (int g = 0; g < row.length; g++) {
      row[g] = (float) profile[g];
    }
    return CsrMatrix.ofDense(new float[][] {row}, row.length);
  }
}
