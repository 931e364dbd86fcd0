package org.virtualcell.compute;

import org.virtualcell.api.InvalidDataException;

/**
 * The constants of AdamW for one tensor, see {@link NeuralOps#adamw}.
 *
 * @param beta1 decay of the mean of the gradients, 0 to below 1
 * @param beta2 decay of the mean of their squares, 0 to below 1
 * @param epsilon added to the root of the mean square; above zero
 * @param decay decoupled weight decay, zero or more
 * @param average decay of the running average of the weights, 0 to 1; not used without one
 */
public record AdamWeights(
    double beta1, double beta2, double epsilon, double decay, double average) {
  /**
   * Checks the ranges.
   *
   * @throws InvalidDataException if one is left
   */
  public AdamWeights {
    boolean fits =
        beta1 >= 0
            && beta1 < 1
            && beta2 >= 0
            && beta2 < 1
            && epsilon > 0
            && decay >= 0
            && average >= 0
            && average <= 1
            && Double.isFinite(epsilon + decay);
    if (!fits) {
      throw new InvalidDataException(
          "A constant of AdamW is out of range",
          "beta1 "
              + beta1
              + ", beta2 "
              + beta2
              + ", epsilon "
              + epsilon
              + ", decay "
              + decay
              + ", average "
              + average,
          "Pass 0.9, 0.999, 1e-8, 0.01, 0.999.");
    }
  }
}
