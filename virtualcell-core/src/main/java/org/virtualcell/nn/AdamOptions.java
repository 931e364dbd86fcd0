package org.virtualcell.nn;

import org.virtualcell.api.InvalidDataException;

/**
 * AdamW as {@link org.virtualcell.compute.NeuralOps#adamw} states it.
 *
 * @param beta1 decay of the mean of the gradients
 * @param beta2 decay of the mean of their squares
 * @param epsilon added to the root of the mean square
 * @param decay decoupled weight decay of parameters that decay
 * @param clip the most the norm of all gradients together may be; infinite for no bound
 * @param average decay of the running average of the weights; 0 for none
 */
public record AdamOptions(
    double beta1, double beta2, double epsilon, double decay, double clip, double average) {
  /**
   * Checks the bound; the rest is checked where it is used.
   *
   * @throws InvalidDataException if the bound is not above zero
   */
  public AdamOptions {
    if (!(clip > 0)) {
      throw new InvalidDataException(
          "A bound of the gradients' norm is not above zero", "clip " + clip, "Pass 1.");
    }
  }

  /**
   * 0.9, 0.999, 1e-8, decay 0.01, no bound, no average.
   *
   * @return the options
   */
  public static AdamOptions defaults() {
    return new AdamOptions(0.9, 0.999, 1e-8, 0.01, Double.POSITIVE_INFINITY, 0);
  }

  /**
   * With another weight decay.
   *
   * @param wanted see {@link #decay()}
   * @return a copy
   */
  public AdamOptions withDecay(double wanted) {
    return new AdamOptions(beta1, beta2, epsilon, wanted, clip, average);
  }

  /**
   * With a bound of the gradients' norm.
   *
   * @param wanted see {@link #clip()}
   * @return a copy
   * @throws InvalidDataException if not above zero
   */
  public AdamOptions withClip(double wanted) {
    return new AdamOptions(beta1, beta2, epsilon, decay, wanted, average);
  }

  /**
   * With a running average of the weights.
   *
   * @param wanted see {@link #average()}
   * @return a copy
   */
  public AdamOptions withAverage(double wanted) {
    return new AdamOptions(beta1, beta2, epsilon, decay, clip, wanted);
  }
}
