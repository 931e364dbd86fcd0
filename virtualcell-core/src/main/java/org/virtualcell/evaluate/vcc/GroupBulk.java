package org.virtualcell.evaluate.vcc;

/**
 * The pseudobulk of one group and its sampling correction.
 *
 * <p>With P_g the sum of counts of gene g over the cells and S the sum of all, the profile is
 * {@code b_g = ln(1 + T P_g / S)}; zero everywhere for a group without counts.
 */
final class GroupBulk {
  private final int cells;
  private final double[] profile;
  private final double correction;

  /**
   * Parts that belong together; arrays are not copied and not to be changed.
   *
   * @param cells how many cells the group has
   * @param profile b, one value per gene
   * @param correction C, the jackknife estimate of the squared sampling error of the profile,
   *     summed over genes
   */
  GroupBulk(int cells, double[] profile, double correction) {
    this.cells = cells;
    this.profile = profile;
    this.correction = correction;
  }

  int cells() {
    return cells;
  }

  double[] profile() {
    return profile;
  }

  double correction() {
    return correction;
  }

  static GroupBulk of(CellCounts counts, double targetSum) {
    double[] sums = sums(counts);
    double all = 0;
    for (double sum : sums) {
      all += sum;
    }
    return new GroupBulk(
        counts.cells(), profile(sums, all, targetSum), Jackknife.of(counts, sums, all, targetSum));
  }

  /** The sum over the cells per gene, cells in order. */
  static double[] sums(CellCounts counts) {
    double[] sums = new double[counts.rows().genes()];
    for (int k = 0, end = counts.rows().rowStart(counts.rowCount()); k < end; k++) {
      sums[counts.rows().geneAt(k)] += counts.rows().valueAt(k);
    }
    if (counts.copies() > 1) {
      for (int g = 0; g < sums.length; g++) {
        sums[g] *= counts.copies();
      }
    }
    return sums;
  }

  private static double[] profile(double[] sums, double all, double targetSum) {
    double[] profile = new double[sums.length];
    if (all > 0) {
      for (int g = 0; g < sums.length; g++) {
        profile[g] = sums[g] == 0 ? 0 : StrictMath.log1p(targetSum * sums[g] / all);
      }
    }
    return profile;
  }
}
