package org.virtualcell.compute.spi;

import org.virtualcell.compute.Op;

/**
 * The kernels behind {@link org.virtualcell.compute.DistanceOps}, which states formulas, types and
 * tolerances. A method that is not overridden raises an exception; {@link DeviceBackend#supports}
 * says which are there. Core calls with at least one element of output. {@code scratch} holds at
 * least the bytes {@link #scratchBytes} answered for the same operands, null if that was 0, content
 * undefined.
 */
public abstract class DistanceKernels {
  /** No kernels at all. */
  public static final DistanceKernels NONE = new DistanceKernels() {};

  /** Creates the kernels of one lane. */
  protected DistanceKernels() {}

  /**
   * The scratch an operation needs.
   *
   * @param op the operation
   * @param x its first operand
   * @param y its second operand: y, or start
   * @return bytes
   */
  public long scratchBytes(Op op, TensorData x, TensorData y) {
    return 0;
  }

  /**
   * {@link org.virtualcell.compute.DistanceOps#distances} and {@code squaredDistances}.
   *
   * @param x F32, [n, d]
   * @param y F32, [m, d]
   * @param squared whether the squares are wanted
   * @param out F32, [n, m]
   * @param scratch see above
   */
  public void distances(
      TensorData x, TensorData y, boolean squared, TensorData out, Memory scratch) {
    throw missing(squared ? Op.SQUARED_DISTANCES : Op.DISTANCES);
  }

  /**
   * {@link org.virtualcell.compute.DistanceOps#meanDistances}.
   *
   * @param x F32, [b, s, d]
   * @param y F32, [b, t, d]
   * @param out F32, [b]
   * @param scratch see above
   */
  public void meanDistances(TensorData x, TensorData y, TensorData out, Memory scratch) {
    throw missing(Op.MEAN_DISTANCES);
  }

  /**
   * {@link org.virtualcell.compute.DistanceOps#energyDistance} and, with a weight, {@code
   * energyGradient}.
   *
   * @param x F32, [b, s, d]
   * @param y F32, [b, t, d]
   * @param weight F32, [b], or null for no gradient
   * @param out F32, [b]
   * @param gradient F32, [b, s, d], or null
   * @param scratch see above
   */
  public void energy(
      TensorData x,
      TensorData y,
      TensorData weight,
      TensorData out,
      TensorData gradient,
      Memory scratch) {
    throw missing(weight == null ? Op.ENERGY_DISTANCE : Op.ENERGY_GRADIENT);
  }

  /**
   * {@link org.virtualcell.compute.DistanceOps#groupDistances}.
   *
   * @param x F32, [n, d]
   * @param start I64, [groups + 1]; any number may stand there and is checked before it is used
   * @param means F32, [groups, groups]
   * @param energy F32, [groups, groups]
   * @param scratch see above
   */
  public void groupDistances(
      TensorData x, TensorData start, TensorData means, TensorData energy, Memory scratch) {
    throw missing(Op.GROUP_DISTANCES);
  }

  private static UnsupportedOperationException missing(Op op) {
    return new UnsupportedOperationException("no kernel for " + op);
  }
}
