package org.virtualcell.stats.differential;

/** The tail of the standard normal distribution, to a relative error below 1e-13. */
public final class NormalTail {
  private NormalTail() {}

  /**
   * The probability of a value at least as far from 0.
   *
   * @param z a standard normal score
   * @return the two-sided p value; NaN of NaN
   */
  public static double twoSided(double z) {
    return TailAreas.normalTwoSided(z);
  }
}
