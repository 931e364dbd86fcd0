package org.virtualcell.compute.spi;

/** What a kernel sees of a packed matrix: open, of this device. */
public interface PackedData {
  /**
   * The content, in the order the kernels chose.
   *
   * @return what the backend allocated
   */
  Memory memory();

  /**
   * Whether its numbers are bfloat16, or may be rounded to it.
   *
   * @return as it was given to {@link DenseKernels#packedElements}
   */
  boolean rounded();

  /**
   * k of the products.
   *
   * @return zero or more
   */
  long rows();

  /**
   * n of the products.
   *
   * @return zero or more
   */
  long columns();
}
