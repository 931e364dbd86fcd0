package org.virtualcell.stats.differential;

import org.virtualcell.api.InvalidDataException;

/**
 * How the size of a change is stated: log2((m + epsilon) / (m_ref + epsilon)) and (m - m_ref) /
 * (m_ref + epsilon), m being the mean of a group in count space. 0 / 0 counts as no change; where
 * only one side is zero and epsilon is 0 the change is infinite.
 *
 * @param mean how the cells of a group are averaged
 * @param epsilon added to both means, 0 or more
 * @param clip the largest absolute log2 fold change; infinity for no limit
 */
public record FoldChange(Mean mean, double epsilon, double clip) {
  private static final double LN_2 = StrictMath.log(2);

  /** How the cells of a group are averaged. */
  public enum Mean {
    /** expm1 of the mean of log1p values. */
    GEOMETRIC,
    /** The mean of the values in count space. */
    ARITHMETIC
  }

  /** Checks the numbers. */
  public FoldChange {
    if (!(epsilon >= 0) || Double.isInfinite(epsilon) || !(clip > 0)) {
      throw new InvalidDataException(
          "A fold change needs an epsilon of 0 or more and a positive limit",
          "epsilon " + epsilon + ", limit " + clip,
          "Use 1e-9 and infinity, for instance.");
    }
  }

  /**
   * Geometric means.
   *
   * @param epsilon added to both means
   * @return the convention, without a limit
   */
  public static FoldChange geometric(double epsilon) {
    return new FoldChange(Mean.GEOMETRIC, epsilon, Double.POSITIVE_INFINITY);
  }

  /**
   * Arithmetic means.
   *
   * @param epsilon added to both means
   * @return the convention, without a limit
   */
  public static FoldChange arithmetic(double epsilon) {
    return new FoldChange(Mean.ARITHMETIC, epsilon, Double.POSITIVE_INFINITY);
  }

  double log2(double target, double reference) {
    double above = target + epsilon;
    double below = reference + epsilon;
    if (above == 0 && below == 0) {
      return 0;
    }
    double change = StrictMath.log(above / below) / LN_2;
    return Math.max(-clip, Math.min(clip, change));
  }

  double percent(double target, double reference) {
    double difference = target - reference;
    return difference == 0 ? 0 : difference / (reference + epsilon);
  }

  String describe() {
    return mean.name().toLowerCase(java.util.Locale.ROOT)
        + " means, epsilon "
        + epsilon
        + (Double.isInfinite(clip) ? "" : ", clipped at " + clip);
  }
}
