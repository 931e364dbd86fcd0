package org.virtualcell.nn;

import org.virtualcell.compute.Tensor;

/** What training lowers, with its gradient. Made for one shape; buffers belong to a workspace. */
public interface Loss {
  /**
   * Computes the loss and its gradient.
   *
   * @param prediction {@link org.virtualcell.compute.DType#F32}, rows
   * @param target {@link org.virtualcell.compute.DType#F32}, rows
   */
  void compute(Tensor prediction, Tensor target);

  /**
   * The gradient.
   *
   * @return the loss by the prediction, in a buffer overwritten by the next call
   */
  Tensor gradient();

  /**
   * The loss of the last call; waits for the queue.
   *
   * @return not finite if the prediction was not
   */
  double value();
}
