package org.virtualcell.compute.spi;

/**
 * The kernels behind {@link org.virtualcell.compute.DistanceOps}, which states formulas, types and
 * tolerances. A method that is not overridden raises an exception; {@link DeviceBackend#supports}
 * says which are there.
 */
public abstract class DistanceKernels {
  /** No kernels at all. */
  public static final DistanceKernels NONE = new DistanceKernels() {};

  /** Creates the kernels of one lane. */
  protected DistanceKernels() {}
}
