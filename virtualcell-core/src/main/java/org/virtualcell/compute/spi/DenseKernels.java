package org.virtualcell.compute.spi;

import org.virtualcell.compute.DType;
import org.virtualcell.compute.DenseBatch;
import org.virtualcell.compute.DenseProduct;
import org.virtualcell.compute.Op;

/**
 * The kernels behind {@link org.virtualcell.compute.DenseOps}, which states formulas, types and
 * tolerances. A method that is not overridden raises an exception; {@link DeviceBackend#supports}
 * says which are there.
 *
 * <p>The tensors a {@link DenseProduct} holds are {@link TensorData} of this device. {@code
 * scratch} holds at least the bytes the {@code scratchBytes} method answered for the same operands,
 * null if that was 0, content undefined.
 */
public abstract class DenseKernels {
  /** No kernels at all. */
  public static final DenseKernels NONE = new DenseKernels() {};

  /** Creates the kernels of one lane. */
  protected DenseKernels() {}

  /**
   * The type of the elements a packed matrix is allocated as.
   *
   * @return U8 unless overridden
   */
  public DType packedType() {
    return DType.U8;
  }

  /**
   * How many of them a packed matrix needs.
   *
   * @param rounded whether its numbers are bfloat16, or may be rounded to it
   * @param rows k of the products
   * @param columns n of the products
   * @return elements
   */
  public long packedElements(boolean rounded, long rows, long columns) {
    throw missing(Op.PACK);
  }

  /**
   * {@link org.virtualcell.compute.DenseOps#pack}.
   *
   * @param b F32 or BF16, [rows, columns], or [columns, rows] if transposed
   * @param transposed whether it is
   * @param to receives it
   */
  public void pack(TensorData b, boolean transposed, PackedData to) {
    throw missing(Op.PACK);
  }

  /**
   * The scratch of {@link #multiply}.
   *
   * @param how what is computed
   * @param a the left factor
   * @param b the right factor, or null if it is packed
   * @param packed the right factor if it is packed, else null
   * @param out the result
   * @return bytes
   */
  public long scratchBytes(
      DenseProduct how, TensorData a, TensorData b, PackedData packed, TensorData out) {
    return 0;
  }

  /**
   * {@link org.virtualcell.compute.DenseOps#multiply}.
   *
   * @param how what is computed
   * @param a the left factor
   * @param b the right factor, or null if it is packed
   * @param packed the right factor if it is packed, else null
   * @param out the result, of one element or more
   * @param scratch see above
   */
  public void multiply(
      DenseProduct how,
      TensorData a,
      TensorData b,
      PackedData packed,
      TensorData out,
      Memory scratch) {
    throw missing(Op.DENSE_MULTIPLY);
  }

  /**
   * The scratch of {@link #multiplyBatch}.
   *
   * @param how what is computed
   * @param a holds the left factors
   * @param b holds the right factors
   * @param out holds the results
   * @return bytes
   */
  public long scratchBytes(DenseBatch how, TensorData a, TensorData b, TensorData out) {
    return 0;
  }

  /**
   * {@link org.virtualcell.compute.DenseOps#multiplyBatch}.
   *
   * @param how what is computed; at least one product with at least one element
   * @param a holds the left factors
   * @param b holds the right factors
   * @param out receives the results
   * @param scratch see above
   */
  public void multiplyBatch(
      DenseBatch how, TensorData a, TensorData b, TensorData out, Memory scratch) {
    throw missing(Op.DENSE_MULTIPLY_BATCH);
  }

  /**
   * {@link org.virtualcell.compute.DenseOps#convert}.
   *
   * @param from F32 or BF16
   * @param to the other one, as many elements, one or more
   */
  public void convert(TensorData from, TensorData to) {
    throw missing(Op.CONVERT);
  }

  /**
   * {@link org.virtualcell.compute.DenseOps#allFinite}.
   *
   * @param x F32 or BF16
   * @param out I32, [1]
   */
  public void allFinite(TensorData x, TensorData out) {
    throw missing(Op.ALL_FINITE);
  }

  private static UnsupportedOperationException missing(Op op) {
    return new UnsupportedOperationException("no kernel for " + op);
  }
}
