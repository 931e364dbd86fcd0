package org.virtualcell.compute.spi;

/**
 * The kernels behind {@link org.virtualcell.compute.RankOps}, which states formulas, types and
 * tolerances. A method that is not overridden raises an exception; {@link DeviceBackend#supports}
 * says which are there.
 */
public abstract class RankKernels {
  /** No kernels at all. */
  public static final RankKernels NONE = new RankKernels() {};

  /** Creates the kernels of one lane. */
  protected RankKernels() {}
}
