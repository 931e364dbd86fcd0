package org.virtualcell.compute;

/**
 * Sparse expression in a device's memory, cells x genes, compressed by rows, genes strictly
 * increasing within a row. Its structure never changes; its values change only as the output of
 * {@link SparseOps#logNormalize}. Ownership, reading by lanes and closing are as for {@link
 * Tensor}.
 */
public sealed interface CsrTensor extends AutoCloseable permits CoreCsrTensor {
  /** The stored count that stands for an entry in the list of escapes. */
  int ESCAPE = 255;

  /** The largest count: up to here every whole number has its own single-precision value. */
  int MAX_COUNT = 1 << 24;

  /**
   * The number of cells.
   *
   * @return zero or more
   */
  long rows();

  /**
   * The number of genes.
   *
   * @return zero or more
   */
  int genes();

  /**
   * The number of stored values; explicit zeros count.
   *
   * @return zero or more
   */
  long nonZeros();

  /**
   * How values are stored.
   *
   * @return the packing
   */
  Packing packing();

  /**
   * Whether all values are known to be whole numbers of at most {@link #MAX_COUNT} in magnitude.
   * Established when the data entered.
   *
   * @return false where unknown
   */
  boolean wholeNumbers();

  /**
   * Whether all values are known to be zero or more. Established when the data entered.
   *
   * @return false where unknown
   */
  boolean nonNegative();

  /**
   * The device it belongs to.
   *
   * @return the device
   */
  Device device();

  @Override
  void close();
}
