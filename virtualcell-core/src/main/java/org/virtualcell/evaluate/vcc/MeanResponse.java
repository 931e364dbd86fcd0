package org.virtualcell.evaluate.vcc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.evaluate.paired.OwnTargets;

/**
 * The mean response of a context: the mean over perturbations of the mean counts of their cells,
 * each perturbation with equal weight.
 */
final class MeanResponse {
  private final List<double[]> means = new ArrayList<>();

  /** Adds a perturbation. */
  void add(CellCounts cells) {
    double[] mean = GroupBulk.sums(cells);
    for (int g = 0; g < mean.length; g++) {
      mean[g] /= cells.cells();
    }
    means.add(mean);
  }

  /** The mean over all perturbations. */
  double[] profile() {
    int[] none = new int[means.size()];
    Arrays.fill(none, OwnTargets.NONE);
    return profileWithout(none);
  }

  /** The mean where each gene leaves out the perturbations that target it. */
  double[] profileWithout(int... own) {
    double[] profile = new double[means.get(0).length];
    for (int g = 0; g < profile.length; g++) {
      int used = 0;
      for (int p = 0; p < means.size(); p++) {
        if (own[p] != g) {
          profile[g] += means.get(p)[g];
          used++;
        }
      }
      profile[g] = used == 0 ? 0 : profile[g] / used;
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
