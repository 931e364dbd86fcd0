package org.virtualcell.compute;

import org.virtualcell.api.InvalidDataException;

/**
 * How rows are normalised: out = (x - m) r gain [+ bias] with r = 1 / sqrt(mean((x - m)^2) +
 * epsilon).
 *
 * @param centred whether m is the mean of the row (layer norm) or 0 (RMS norm)
 * @param epsilon added to the mean square; above zero
 */
public record Normalization(boolean centred, double epsilon) {
  /**
   * Checks epsilon.
   *
   * @throws InvalidDataException if it is not above zero
   */
  public Normalization {
    if (!(epsilon > 0 && epsilon < Double.POSITIVE_INFINITY)) {
      throw new InvalidDataException(
          "A normalisation needs an epsilon above zero", "epsilon " + epsilon, "Pass 1e-5.");
    }
  }

  /**
   * Layer norm with an epsilon of 1e-5.
   *
   * @return centred
   */
  public static Normalization layer() {
    return new Normalization(true, 1e-5);
  }

  /**
   * RMS norm with an epsilon of 1e-6, as in Llama.
   *
   * @return not centred
   */
  public static Normalization rms() {
    return new Normalization(false, 1e-6);
  }
}
