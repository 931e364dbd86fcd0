package org.virtualcell.nn;

import org.virtualcell.compute.Tensor;

/**
 * A part of a network for one number of rows. Buffers belong to the {@link Workspace} it was made
 * with, so calls allocate nothing and can be recorded; what a call returns is overwritten by the
 * next one.
 */
public interface Layer {
  /**
   * The way forward.
   *
   * @param x rows; must stay as it is until the way back, which reads it
   * @return rows, in a buffer of the layer
   */
  Tensor forward(Tensor x);

  /**
   * The way back, after a way forward: writes the gradients of the layer's parameters.
   *
   * @param slope the loss by what forward returned; may be overwritten
   * @return the loss by x, in a buffer of the layer or in slope; null for a layer made without
   * @throws org.virtualcell.api.InvalidDataException if the workspace is not for training
   */
  Tensor backward(Tensor slope);
}
