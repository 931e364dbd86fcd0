package org.virtualcell.stats.differential;

import org.virtualcell.api.InvalidDataException;

/**
 * Which genes are tested. A gene that is not has no row in the table and does not count in the
 * false discovery rate.
 *
 * @param kind the rule
 * @param threshold in counts per million; a gene must lie above it
 */
public record GeneGate(Kind kind, double threshold) {
  /** A rule. */
  public enum Kind {
    /** Every gene is tested. */
    NONE,
    /**
     * The share of the gene in the summed means of a side, times a million, must exceed the
     * threshold on one side at least. It discloses the sign of genes silent in the reference.
     */
    POOLED_EITHER_SIDE,
    /** The mean over reference cells of the counts per million must exceed the threshold. */
    REFERENCE_MEAN
  }

  /** No gate. */
  public static final GeneGate NONE = new GeneGate(Kind.NONE, 0);

  /** Checks the threshold. */
  public GeneGate {
    if (Double.isNaN(threshold)) {
      throw new InvalidDataException(
          "A gene gate needs a number", "threshold NaN", "State counts per million.");
    }
  }

  /**
   * The pooled gate on either side.
   *
   * @param cpm the threshold in counts per million
   * @return the gate
   */
  public static GeneGate pooledEitherSide(double cpm) {
    return new GeneGate(Kind.POOLED_EITHER_SIDE, cpm);
  }

  /**
   * The gate on the reference alone.
   *
   * @param cpm the threshold in counts per million
   * @return the gate
   */
  public static GeneGate referenceMean(double cpm) {
    return new GeneGate(Kind.REFERENCE_MEAN, cpm);
  }

  String describe() {
    return switch (kind) {
      case NONE -> "none";
      case POOLED_EITHER_SIDE -> "pooled CPM of either side above " + threshold;
      case REFERENCE_MEAN -> "mean CPM of the reference above " + threshold;
    };
  }
}
