package org.virtualcell.nn;

import java.util.Objects;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.compute.Activation;

/**
 * The sizes of a {@link SetTransformer}.
 *
 * @param inputs columns of the data
 * @param outputs columns of the result
 * @param hidden width of the rows between
 * @param layers blocks
 * @param encoderLayers linear layers of the encoder of the data, and of the one of condition
 *     vectors; 1 for a plain product
 * @param decoderLayers linear layers of the decoder
 * @param conditions entries of the table of conditions (perturbations by number); 0 if they come as
 *     vectors
 * @param conditionSize columns of condition vectors; 0 if they come by number
 * @param batches entries of the table of batches, one of which each row names; 0 for none
 * @param residual whether the decoder sees the blocks' result plus the encoded data (State's
 *     residual in hidden space), or the blocks' result alone
 * @param output the activation at the end
 * @param blocks what the blocks are made of
 */
public record SetTransformerOptions(
    int inputs,
    int outputs,
    int hidden,
    int layers,
    int encoderLayers,
    int decoderLayers,
    int conditions,
    int conditionSize,
    int batches,
    boolean residual,
    Activation output,
    BlockOptions blocks) {
  /**
   * Checks the sizes.
   *
   * @throws InvalidDataException if one is out of range, or conditions come both ways or neither
   */
  public SetTransformerOptions {
    Objects.requireNonNull(output, "output");
    Objects.requireNonNull(blocks, "blocks");
    boolean sizes =
        inputs >= 1
            && outputs >= 1
            && hidden >= 1
            && layers >= 0
            && encoderLayers >= 1
            && decoderLayers >= 1
            && conditions >= 0
            && conditionSize >= 0
            && batches >= 0;
    if (!sizes || (conditions > 0) == (conditionSize > 0)) {
      throw new InvalidDataException(
          "A set transformer has a size out of range",
          inputs
              + " inputs, "
              + outputs
              + " outputs, hidden "
              + hidden
              + ", "
              + layers
              + " layers, "
              + encoderLayers
              + " and "
              + decoderLayers
              + " linear layers, "
              + conditions
              + " conditions, condition vectors of "
              + conditionSize,
          "Pass positive sizes, and either a number of conditions or the size of their vectors.");
    }
  }
}
