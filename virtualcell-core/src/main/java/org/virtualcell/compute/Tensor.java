package org.virtualcell.compute;

/**
 * A dense array in a device's memory, row-major. It belongs to its device: every lane of that
 * device may read it, one lane at a time writes it, and a lane that reads what another wrote waits
 * for an {@link Event} first.
 *
 * <p>{@code close()} is idempotent and legal while work is queued: the memory returns when that
 * work is done. A tensor nobody closes is freed and reported when it is garbage collected.
 */
public sealed interface Tensor extends AutoCloseable permits CoreTensor {
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
   * @return the product of the sizes; 1 for no dimensions
   */
  long elements();

  /**
   * The same elements under another shape. The view holds no memory: it ends with this tensor, its
   * own {@code close()} does nothing, and reading or writing it counts as reading or writing this.
   *
   * @param shape sizes with the same product
   * @return a view; make it once and keep it
   * @throws org.virtualcell.api.InvalidDataException if the number of elements differs
   */
  Tensor reshaped(long... shape);

  /**
   * The device it belongs to.
   *
   * @return the device
   */
  Device device();

  @Override
  void close();
}
