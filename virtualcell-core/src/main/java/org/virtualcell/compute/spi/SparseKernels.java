package org.virtualcell.compute.spi;

import org.virtualcell.compute.Activation;
import org.virtualcell.compute.Op;

/**
 * The kernels behind {@link org.virtualcell.compute.SparseOps}, which states formulas, types and
 * tolerances. A method that is not overridden raises an exception; {@link DeviceBackend#supports}
 * says which are there.
 *
 * <p>A parameter {@code scale} (F32, [cells]) that is null means: use the value x[i,g] as stored;
 * else use log1p(x[i,g] * scale[i]). {@code scratch} holds at least the bytes the {@code
 * scratchBytes} method answered for the same operands, null if that was 0, content undefined.
 */
public abstract class SparseKernels {
  /** No kernels at all. */
  public static final SparseKernels NONE = new SparseKernels() {};

  /** Creates the kernels of one lane. */
  protected SparseKernels() {}

  /**
   * The scratch an operation needs.
   *
   * @param op the operation
   * @param x its sparse operand
   * @param columns n of a product, the number of groups, or 0
   * @return bytes
   */
  public long scratchBytes(Op op, CsrData x, long columns) {
    return 0;
  }

  /**
   * {@link org.virtualcell.compute.SparseOps#rowScale}.
   *
   * @param x cells x genes, values zero or more
   * @param total positive
   * @param out F32, [cells]
   * @param scratch see above
   */
  public void rowScale(CsrData x, float total, TensorData out, Memory scratch) {
    throw missing(Op.ROW_SCALE);
  }

  /**
   * Copies the structure of a sparse tensor into the arrays of a new plain one: offsets, and genes
   * widened from U16 where needed. Behind {@link org.virtualcell.compute.Lane#csrLike}.
   *
   * @param x any packing
   * @param out PLAIN, its arrays allocated; only rowStart and gene are written
   */
  public void copyStructure(CsrData x, CsrData out) {
    throw missing(Op.LOG_NORMALIZE);
  }

  /**
   * {@link org.virtualcell.compute.SparseOps#logNormalize}.
   *
   * @param x any packing
   * @param scale F32, [cells], never null
   * @param out PLAIN with the structure of x; only value is written
   * @param scratch see above
   */
  public void logNormalize(CsrData x, TensorData scale, CsrData out, Memory scratch) {
    throw missing(Op.LOG_NORMALIZE);
  }

  /**
   * {@link org.virtualcell.compute.SparseOps#multiply} and {@code logMultiply}.
   *
   * @param x cells x genes
   * @param scale F32, [cells], or null
   * @param w F32 or BF16, [genes, n]; a device without a BF16 form raises {@link
   *     UnsupportedOperationException}
   * @param out F32, [cells, n]
   * @param scratch see above
   */
  public void multiply(CsrData x, TensorData scale, TensorData w, TensorData out, Memory scratch) {
    throw missing(Op.MULTIPLY);
  }

  /**
   * {@link org.virtualcell.compute.SparseOps#countsToHidden}.
   *
   * @param x cells x genes
   * @param scale F32, [cells], never null
   * @param w F32 or BF16, [genes, n], as for {@link #multiply}
   * @param bias F32, [n], or null
   * @param activation applied at the end
   * @param out F32, [cells, n]
   * @param scratch see above
   */
  public void countsToHidden(
      CsrData x,
      TensorData scale,
      TensorData w,
      TensorData bias,
      Activation activation,
      TensorData out,
      Memory scratch) {
    throw missing(Op.COUNTS_TO_HIDDEN);
  }

  /**
   * {@link org.virtualcell.compute.SparseOps#transposedMultiply} and {@code transposedLogMultiply}.
   *
   * @param x cells x genes
   * @param scale F32, [cells], or null
   * @param d F32, [cells, n]
   * @param out F32, [genes, n]
   * @param scratch see above
   */
  public void transposedMultiply(
      CsrData x, TensorData scale, TensorData d, TensorData out, Memory scratch) {
    throw missing(Op.TRANSPOSED_MULTIPLY);
  }

  /**
   * {@link org.virtualcell.compute.SparseOps#groupSums} and {@code logGroupSums}.
   *
   * @param x cells x genes; whole numbers where sums are I64
   * @param scale F32, [cells], or null; null where sums are I64
   * @param group I32, [cells]; any number may stand there, only 0 to groups - 1 take part
   * @param sums I64 or F32, [groups, genes]
   * @param squares of the same type, [groups, genes]
   * @param detections I32, [groups, genes]
   * @param scratch see above
   */
  public void groupSums(
      CsrData x,
      TensorData scale,
      TensorData group,
      TensorData sums,
      TensorData squares,
      TensorData detections,
      Memory scratch) {
    throw missing(Op.GROUP_SUMS);
  }

  private static UnsupportedOperationException missing(Op op) {
    return new UnsupportedOperationException("no kernel for " + op);
  }
}
