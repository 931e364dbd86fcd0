package org.virtualcell.evaluate.celleval;

import java.util.Objects;
import java.util.OptionalDouble;
import org.virtualcell.api.InvalidDataException;

/**
 * How the 2025 suite is run. Immutable; every {@code with} method returns a changed copy.
 *
 * @param profile the metrics
 * @param control the label of control cells
 * @param reading the original's rules or the strict ones
 * @param allowDiscrete whether integers count as log1p values, and values of 15 and more as well
 * @param embedding whether discrimination by Euclidean and cosine distance uses the embedding
 * @param cpmGate pooled counts per million a gene must exceed on either side to be tested, or none
 * @param fewestCells in the strict reading, perturbations with fewer cells on a side are left out
 */
public record CellEvalOptions(
    CellEvalProfile profile,
    String control,
    Reading reading,
    boolean allowDiscrete,
    boolean embedding,
    OptionalDouble cpmGate,
    int fewestCells) {
  /** Which rules. */
  public enum Reading {
    /**
     * The original's: each side minus its own control, ties by alphabet, NaN spreads into means.
     */
    COMPATIBLE,
    /**
     * Measured controls on both sides, ties share their rank, the targets of all perturbations are
     * left out where effects are told apart, an undefined value counts as the worst one and is
     * counted, small groups are left out by name.
     */
    STRICT
  }

  private static final int USUAL_FEWEST = 5;

  /** Checks the parts. */
  public CellEvalOptions {
    Objects.requireNonNull(profile, "profile");
    Objects.requireNonNull(reading, "reading");
    Objects.requireNonNull(cpmGate, "cpmGate");
    if (control == null || control.isEmpty()) {
      throw new InvalidDataException(
          "The control needs a label", "options", "Name it, 'non-targeting' for instance.");
    }
    if (fewestCells < 1) {
      throw new InvalidDataException(
          "A group cannot have fewer than " + fewestCells + " cells", "options", "Use 1 or more.");
    }
  }

  /**
   * The original's rules.
   *
   * @param profile the metrics
   * @param control the label of control cells
   * @return the options
   */
  public static CellEvalOptions of(CellEvalProfile profile, String control) {
    return new CellEvalOptions(
        profile, control, Reading.COMPATIBLE, false, false, OptionalDouble.empty(), USUAL_FEWEST);
  }

  /**
   * Another reading.
   *
   * @param other the rules
   * @return changed options
   */
  public CellEvalOptions withReading(Reading other) {
    return new CellEvalOptions(
        profile, control, other, allowDiscrete, embedding, cpmGate, fewestCells);
  }

  /**
   * Whether integers count as log1p values.
   *
   * @param allow true if so
   * @return changed options
   */
  public CellEvalOptions withAllowDiscrete(boolean allow) {
    return new CellEvalOptions(profile, control, reading, allow, embedding, cpmGate, fewestCells);
  }

  /**
   * Whether the embedding is used where the original can.
   *
   * @param use true if so
   * @return changed options
   */
  public CellEvalOptions withEmbedding(boolean use) {
    return new CellEvalOptions(profile, control, reading, allowDiscrete, use, cpmGate, fewestCells);
  }

  /**
   * A gate on genes.
   *
   * @param cpm pooled counts per million to exceed on either side
   * @return changed options
   */
  public CellEvalOptions withCpmGate(double cpm) {
    return new CellEvalOptions(
        profile, control, reading, allowDiscrete, embedding, OptionalDouble.of(cpm), fewestCells);
  }

  boolean strict() {
    return reading == Reading.STRICT;
  }
}
