package org.virtualcell.compute;

/**
 * Dense products, row-major, and the little around them that training needs. Rules common to all
 * operations stand at {@link Lane}.
 *
 * <p><b>Precision.</b> Numbers are multiplied as they are and summed in single precision: {@link
 * DType#BF16} operands are exact, since the product of two fits single precision. On a {@link
 * Precision#FAST} lane {@link DType#F32} factors may be rounded to bfloat16 first. With
 * <em>scale</em> the sum of the magnitudes of the terms of an element (products, bias, what is
 * accumulated, residual), results are within 1.2e-5 of scale (EXACT, or both factors BF16) or
 * 1.2e-2 of scale (FAST); 1.2 is the steepest slope of an {@link Activation}. ({@link
 * Activation#SOFTPLUS} adds 1 to scale.) A BF16 output is rounded to nearest on top of that, 2^-8
 * of its magnitude. Kernels for bfloat16 may take numbers below 2^-126 for zero. A sum of t terms
 * of one sign can in the worst case be off by 6e-8 t of scale.
 *
 * <p><b>Order.</b> The order of a sum depends on k alone (never on m, n, the number of threads or
 * whether B was packed before), so a result is the same bytes at every run and for any number of
 * threads of one device.
 */
public sealed interface DenseOps permits CoreDenseOps {
  /**
   * out = activation(factor * op(A) op(B) [+ out] [+ bias]) [+ residual], see {@link DenseProduct}.
   * Forward: A = cells x inputs, B = weights. Gradient of the inputs: B transposed. Gradient of the
   * weights: A transposed.
   *
   * @param how what is computed beside the product
   * @param a {@link DType#F32} or {@link DType#BF16}, [m, k], or [k, m] if transposed
   * @param b {@link DType#F32} or {@link DType#BF16}, [k, n], or [n, k] if transposed
   * @param out {@link DType#F32} or {@link DType#BF16}, [m, n]
   */
  void multiply(DenseProduct how, Tensor a, Tensor b, Tensor out);

  /**
   * The same with a right factor that was packed before: the work of rearranging it is done once
   * for many products.
   *
   * @param how what is computed beside the product; without a transposed B
   * @param a {@link DType#F32} or {@link DType#BF16}, [m, k], or [k, m] if transposed. On an EXACT
   *     lane an F32 one needs a B packed as F32 on an EXACT lane
   * @param b k x n
   * @param out {@link DType#F32} or {@link DType#BF16}, [m, n]
   */
  void multiply(DenseProduct how, Tensor a, PackedMatrix b, Tensor out);

  /**
   * Many small products of one shape, such as the scores of all heads of all sets.
   *
   * @param how shapes and places
   * @param a {@link DType#F32} or {@link DType#BF16}, any shape that holds them
   * @param b {@link DType#F32} or {@link DType#BF16}, any shape that holds them; may be a
   * @param out {@link DType#F32} or {@link DType#BF16}, any shape that holds them; elements between
   *     the results are left alone
   */
  void multiplyBatch(DenseBatch how, Tensor a, Tensor b, Tensor out);

  /**
   * A new packed matrix with undefined content.
   *
   * @param type of what it will be filled from: {@link DType#F32} or {@link DType#BF16}
   * @param rows k of the products
   * @param columns n of the products
   * @return a matrix the caller closes
   * @throws org.virtualcell.api.MemoryBudgetException if it exceeds the lane's or the device's
   *     memory
   */
  PackedMatrix packed(DType type, long rows, long columns);

  /**
   * Fills a packed matrix.
   *
   * @param b of the type of the packed one, [k, n], or [n, k] if transposed
   * @param transposed whether B' is meant
   * @param to receives it
   */
  void pack(Tensor b, boolean transposed, PackedMatrix to);

  /**
   * {@link DType#F32} to {@link DType#BF16}, rounded to nearest, ties to even, what is not a number
   * staying so; or back, which is exact. Every device gives the same bytes.
   *
   * @param from any shape
   * @param to of the other type, as many elements
   */
  void convert(Tensor from, Tensor to);

  /**
   * Whether every element is finite, which trainers ask after a step: out = 1 if so, else 0.
   *
   * @param x {@link DType#F32} or {@link DType#BF16}, any shape
   * @param out {@link DType#I32}, [1]
   */
  void allFinite(Tensor x, Tensor out);

  /**
   * The scratch a product needs; what {@link Lane#reserveScratch} takes.
   *
   * @param how as for {@link #multiply(DenseProduct, Tensor, Tensor, Tensor)}
   * @param a its left factor
   * @param b its right factor
   * @param out its result
   * @return bytes
   */
  long scratchBytes(DenseProduct how, Tensor a, Tensor b, Tensor out);

  /**
   * The scratch a product with a packed factor needs.
   *
   * @param how as for {@link #multiply(DenseProduct, Tensor, PackedMatrix, Tensor)}
   * @param a its left factor
   * @param b its right factor
   * @param out its result
   * @return bytes
   */
  long scratchBytes(DenseProduct how, Tensor a, PackedMatrix b, Tensor out);

  /**
   * The scratch a batch of products needs.
   *
   * @param how as for {@link #multiplyBatch}
   * @param a holds the left factors
   * @param b holds the right factors
   * @param out holds the results
   * @return bytes
   */
  long scratchBytes(DenseBatch how, Tensor a, Tensor b, Tensor out);
}
