package org.virtualcell.nn;

/**
 * A loss of one pair of a prediction and a target, in double precision on the host; see {@link
 * HostLoss}.
 */
public interface HostFunction {
  /**
   * Numbers of the prediction.
   *
   * @return what x has
   */
  int predicted();

  /**
   * Numbers of the target.
   *
   * @return what y has
   */
  int observed();

  /**
   * The loss and its gradient.
   *
   * @param x the prediction, row-major
   * @param y the target, row-major
   * @param gradient receives the loss by x
   * @return the loss
   */
  double evaluate(double[] x, double[] y, double[] gradient);
}
