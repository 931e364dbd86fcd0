package org.virtualcell.compute.spi;

import org.virtualcell.compute.DType;

/** What a kernel sees of a dense tensor: row-major, contiguous, open, of this device. */
public interface TensorData {
  /**
   * The elements.
   *
   * @return what the backend allocated, or what a host wrapped
   */
  Memory memory();

  /**
   * The type of the elements.
   *
   * @return the type
   */
  DType type();

  /**
   * The number of dimensions.
   *
   * @return zero or more
   */
  int rank();

  /**
   * The size of one dimension.
   *
   * @param dimension 0 to {@code rank() - 1}
   * @return zero or more
   */
  long size(int dimension);

  /**
   * The number of elements.
   *
   * @return the product of the sizes
   */
  long elements();
}
