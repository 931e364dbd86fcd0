package org.virtualcell.nn;

import org.virtualcell.compute.Activation;
import org.virtualcell.compute.DType;

/**
 * How a {@link Linear} layer ends.
 *
 * @param bias whether it has a bias
 * @param activation what follows the product
 * @param output the type of its result; null for that of the workspace's activations
 * @param inputGradient whether the way back reaches its input; false for data
 */
public record LinearOptions(
    boolean bias, Activation activation, DType output, boolean inputGradient) {
  /**
   * With a bias, without an activation.
   *
   * @return the options
   */
  public static LinearOptions plain() {
    return new LinearOptions(true, Activation.NONE, null, true);
  }

  /**
   * With or without a bias.
   *
   * @param wanted whether
   * @return a copy
   */
  public LinearOptions withBias(boolean wanted) {
    return new LinearOptions(wanted, activation, output, inputGradient);
  }

  /**
   * With an activation.
   *
   * @param wanted which
   * @return a copy
   */
  public LinearOptions withActivation(Activation wanted) {
    return new LinearOptions(bias, wanted, output, inputGradient);
  }

  /**
   * With a result of another type.
   *
   * @param wanted which
   * @return a copy
   */
  public LinearOptions withOutput(DType wanted) {
    return new LinearOptions(bias, activation, wanted, inputGradient);
  }

  /**
   * With or without a gradient of the input.
   *
   * @param wanted whether
   * @return a copy
   */
  public LinearOptions withInputGradient(boolean wanted) {
    return new LinearOptions(bias, activation, output, wanted);
  }
}
