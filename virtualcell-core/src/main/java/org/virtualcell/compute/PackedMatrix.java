package org.virtualcell.compute;

/**
 * The right factor of dense products, rearranged for a device's kernels: made by {@link
 * DenseOps#packed}, filled by {@link DenseOps#pack}, used by any number of products. Memory,
 * threads and closing as for a {@link Tensor}.
 */
public sealed interface PackedMatrix extends AutoCloseable permits CorePackedMatrix {
  /**
   * The type of the matrices it is filled from.
   *
   * @return {@link DType#F32} or {@link DType#BF16}
   */
  DType type();

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

  /**
   * The device it belongs to.
   *
   * @return the device
   */
  Device device();

  @Override
  void close();
}
