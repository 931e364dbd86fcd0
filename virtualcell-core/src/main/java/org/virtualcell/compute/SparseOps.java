package org.virtualcell.compute;

/**
 * Operations on sparse expression X (cells x genes). Dense operands are row-major; zero cells,
 * genes or columns are allowed. Outputs are overwritten. Sums run in an order fixed by the shapes
 * alone (EXACT) or by the operands (FAST, where genes that most cells express may be summed apart),
 * so a result is the same bytes at every run and for any number of threads of one device; between
 * devices it agrees within the tolerance each method states, where <em>scale</em> is the sum of the
 * magnitudes of the terms of an element. Products sum in single precision, where a sum of t terms
 * of one sign can in the worst case be off by 6e-8 t of scale; from some hundred thousand such
 * terms on that may exceed what a method states. Group sums keep their tolerance for any number of
 * cells. Weights and gradients are expected to be finite: one that is not may reach cells, or
 * genes, whose value beside it is zero.
 *
 * <p>Operations named <em>log</em> work on log1p(X[i,g] * s[i]) computed on the way, in place of
 * X[i,g]: the counts of each cell scaled by a factor of its own, made by {@link #rowScale} or from
 * totals over genes this tensor does not hold. They need {@link CsrTensor#nonNegative()} values. An
 * absent value stays zero.
 */
public sealed interface SparseOps permits CoreSparseOps {
  /**
   * The factor that scales each cell to a total: out[i] = total / sum over g of X[i,g], and 0 where
   * that sum is 0, so that empty cells stay zero. Tolerance: 1e-6 relative.
   *
   * @param x cells x genes, values zero or more
   * @param total the sum every cell is scaled to, positive
   * @param out {@link DType#F32}, [cells]
   */
  void rowScale(CsrTensor x, float total, Tensor out);

  /**
   * Normalised logarithms, materialised: out[i,g] = log1p(x[i,g] * s[i]) for the stored values.
   * Tolerance: 2e-6 relative.
   *
   * @param x cells x genes, values zero or more
   * @param s {@link DType#F32}, [cells], zero or more
   * @param out {@link Packing#PLAIN} with the structure of x, made by {@link Lane#csrLike} from x
   *     or from a tensor with its structure. Afterwards {@link CsrTensor#nonNegative()}
   */
  void logNormalize(CsrTensor x, Tensor s, CsrTensor out);

  /**
   * CSR x dense: out = X W. Tolerance: 1e-5 of scale (EXACT), 1e-2 of scale (FAST).
   *
   * @param x cells x genes
   * @param w {@link DType#F32} or {@link DType#BF16}, [genes, n]; see {@link Precision#FAST}
   * @param out {@link DType#F32}, [cells, n]
   */
  void multiply(CsrTensor x, Tensor w, Tensor out);

  /**
   * Normalised logarithms x dense, fused: out = log1p(diag(s) X) W. Tolerance: 1e-5 of scale
   * (EXACT), 1e-2 of scale (FAST).
   *
   * @param x cells x genes, values zero or more
   * @param s {@link DType#F32}, [cells], zero or more
   * @param w {@link DType#F32} or {@link DType#BF16}, [genes, n]
   * @param out {@link DType#F32}, [cells, n]
   */
  void logMultiply(CsrTensor x, Tensor s, Tensor w, Tensor out);

  /**
   * Counts to hidden, the first layer of a model in one pass: out = activation(log1p(diag(s) X) W +
   * bias). The products of a row are summed first and the bias is added to their sum. Tolerance:
   * 1.2e-5 of scale (EXACT), 1.2e-2 of scale (FAST), where scale counts the bias as a term; the
   * factor 1.2 is the steepest slope of an {@link Activation}.
   *
   * @param x cells x genes, values zero or more
   * @param s {@link DType#F32}, [cells], zero or more
   * @param w {@link DType#F32} or {@link DType#BF16}, [genes, n]
   * @param bias {@link DType#F32}, [n], or null for none
   * @param activation applied to each element at the end
   * @param out {@link DType#F32}, [cells, n]
   */
  void countsToHidden(
      CsrTensor x, Tensor s, Tensor w, Tensor bias, Activation activation, Tensor out);

  /**
   * Transposed CSR x dense, the weight gradient: out = X' D. Tolerance: 1e-5 of scale (EXACT), 1e-2
   * of scale (FAST).
   *
   * @param x cells x genes
   * @param d {@link DType#F32}, [cells, n]
   * @param out {@link DType#F32}, [genes, n]
   */
  void transposedMultiply(CsrTensor x, Tensor d, Tensor out);

  /**
   * Weight gradient of {@link #logMultiply}: out = log1p(diag(s) X)' D. Tolerance: 1e-5 of scale
   * (EXACT), 1e-2 of scale (FAST).
   *
   * @param x cells x genes, values zero or more
   * @param s {@link DType#F32}, [cells], zero or more
   * @param d {@link DType#F32}, [cells, n]
   * @param out {@link DType#F32}, [genes, n]
   */
  void transposedLogMultiply(CsrTensor x, Tensor s, Tensor d, Tensor out);

  /**
   * Sum, sum of squares and number of non-zero values of each gene over the cells of each group.
   * Sums and squares are both {@link DType#I64} and then exact, for {@link
   * CsrTensor#wholeNumbers()}, or both {@link DType#F32}, tolerance 1e-5 of scale.
   *
   * @param x cells x genes
   * @param group {@link DType#I32}, [cells]: the group of each cell; a cell whose group is not 0 to
   *     groups - 1 takes no part (use -1)
   * @param sums {@link DType#I64} or {@link DType#F32}, [groups, genes]
   * @param squares of the same type, [groups, genes]
   * @param detections {@link DType#I32}, [groups, genes]; explicit zeros do not count
   * @throws org.virtualcell.api.InvalidDataException also if whole sums are asked of values not
   *     known to be whole, or of more and larger values than 64 bits can hold
   */
  void groupSums(CsrTensor x, Tensor group, Tensor sums, Tensor squares, Tensor detections);

  /**
   * {@link #groupSums} of log1p(X[i,g] * s[i]). Tolerance: 1e-5 of scale; detections exact.
   *
   * @param x cells x genes, values zero or more
   * @param s {@link DType#F32}, [cells], zero or more
   * @param group {@link DType#I32}, [cells], as for {@link #groupSums}
   * @param sums {@link DType#F32}, [groups, genes]
   * @param squares {@link DType#F32}, [groups, genes]
   * @param detections {@link DType#I32}, [groups, genes]; the non-zero values of X
   */
  void logGroupSums(
      CsrTensor x, Tensor s, Tensor group, Tensor sums, Tensor squares, Tensor detections);

  /**
   * The scratch an operation needs for given operands; what {@link Lane#reserveScratch} takes.
   *
   * @param op one of the operations above
   * @param x its sparse operand
   * @param columns n of a product, or the number of groups; 0 elsewhere
   * @return bytes
   */
  long scratchBytes(Op op, CsrTensor x, long columns);
}
