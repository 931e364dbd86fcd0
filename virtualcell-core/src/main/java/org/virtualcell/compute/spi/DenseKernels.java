package org.virtualcell.compute.spi;

/**
 * The kernels behind {@link org.virtualcell.compute.DenseOps}, which states formulas, types and
 * tolerances. A method that is not overridden raises an exception; {@link DeviceBackend#supports}
 * says which are there.
 */
public abstract class DenseKernels {
  /** No kernels at all. */
  public static final DenseKernels NONE = new DenseKernels() {};

  /** Creates the kernels of one lane. */
  protected DenseKernels() {}
}
