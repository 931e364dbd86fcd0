package org.virtualcell.nn;

import org.virtualcell.api.InvalidDataException;
import org.virtualcell.compute.Activation;
import org.virtualcell.compute.Normalization;

/**
 * What the blocks of a set transformer are made of.
 *
 * @param heads attention heads; 1 or more
 * @param headSize numbers of a head; 1 to 128. 32, 64, 96 and 128 are the fast ones
 * @param feedForward width inside the feed-forward part; 1 or more
 * @param norm which norm stands before each part
 * @param gated whether the feed-forward part is SwiGLU, of two products and a gate
 * @param activation of a feed-forward part that is not gated
 * @param bias whether products have biases
 * @param dropout the share dropped of what each part adds, 0 to below 1
 */
public record BlockOptions(
    int heads,
    int headSize,
    int feedForward,
    Normalization norm,
    boolean gated,
    Activation activation,
    boolean bias,
    double dropout) {
  /**
   * Checks the sizes.
   *
   * @throws InvalidDataException if one is out of range
   */
  public BlockOptions {
    boolean sizes = heads >= 1 && headSize >= 1 && headSize <= 128 && feedForward >= 1;
    if (!sizes || !(dropout >= 0 && dropout < 1)) {
      throw new InvalidDataException(
          "A block has a size out of range",
          heads
              + " heads of "
              + headSize
              + ", feed-forward "
              + feedForward
              + ", dropout "
              + dropout,
          "Pass positive sizes, heads of at most 128 numbers, and 0 to below 1 for dropout.");
    }
  }

  /**
   * As in Llama: RMS norm, SwiGLU, no biases.
   *
   * @param heads see {@link #heads()}
   * @param headSize see {@link #headSize()}
   * @param feedForward see {@link #feedForward()}
   * @return without dropout
   */
  public static BlockOptions llama(int heads, int headSize, int feedForward) {
    return new BlockOptions(
        heads, headSize, feedForward, Normalization.rms(), true, Activation.SILU, false, 0);
  }

  /**
   * As in GPT-2: layer norm, GELU in its older form, biases.
   *
   * @param heads see {@link #heads()}
   * @param headSize see {@link #headSize()}
   * @param feedForward see {@link #feedForward()}
   * @return without dropout
   */
  public static BlockOptions gpt(int heads, int headSize, int feedForward) {
    return new BlockOptions(
        heads, headSize, feedForward, Normalization.layer(), false, Activation.GELU_TANH, true, 0);
  }

  /**
   * With dropout.
   *
   * @param share see {@link #dropout()}
   * @return a copy
   * @throws InvalidDataException if out of range
   */
  public BlockOptions withDropout(double share) {
    return new BlockOptions(heads, headSize, feedForward, norm, gated, activation, bias, share);
  }
}
