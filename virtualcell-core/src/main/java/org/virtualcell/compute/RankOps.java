package org.virtualcell.compute;

/**
 * Wilcoxon-Mann-Whitney rank sums of every group of cells against a reference, for all genes of
 * sparse expression X (cells x genes) at once. Rules common to all operations stand at {@link
 * Lane}.
 *
 * <p>For a group of n cells, a reference of m cells and one gene, with the cells' values pooled,
 *
 * <pre>{@code
 * U    = #{(i, j): i of the group, j of the reference, x_i > x_j} + 1/2 #{(i, j): x_i = x_j}
 * ties = sum over the distinct values of t^3 - t, t the number of pooled cells that have the value
 * }</pre>
 *
 * <p>What is written is 2 U and the tie term, both whole numbers: exact, the same on every device.
 * With mu = n m / 2 and s^2 = n m / 12 (N + 1 - ties / (N (N - 1))), N = n + m, the normal
 * approximation of the test follows (Mann and Whitney 1947; ties: Lehmann, Nonparametrics, 1.2);
 * {@code stats.RankSumTest} computes it in double precision.
 *
 * <p>An absent value and a stored zero (of either sign) are both zero, one tied block. A group
 * without cells gets U = 0 and the ties of the reference alone.
 *
 * <p>Limits, checked where the cells of groups are counted and raised as {@link
 * org.virtualcell.api.InvalidDataException} or, by a queue, at the next wait: a group and its
 * reference have at most {@link #MAX_CELLS} cells together, so that ties fit 64 bits.
 */
public sealed interface RankOps permits CoreRankOps {
  /** In place of a reference group: every group against all cells of the other groups. */
  int REST = -1;

  /** The most cells a group and its reference may have together: 2,097,151. */
  int MAX_CELLS = (1 << 21) - 1;

  /** The largest total of {@link #shareRankSums}: 16,777,215. */
  int MAX_TOTAL = (1 << 24) - 1;

  /**
   * Ranks the stored values as they are; negative ones are allowed.
   *
   * @param x cells x genes
   * @param group {@link DType#I32}, [cells]: the group of each cell; a cell whose group is not 0 to
   *     groups - 1 takes no part (use -1)
   * @param reference the group all are compared with, itself included (U = n^2 / 2), or {@link
   *     #REST}
   * @param u2 {@link DType#I64}, [groups, genes]: 2 U of each group
   * @param ties {@link DType#I64}, [groups, genes]: the tie term
   */
  void rankSums(CsrTensor x, Tensor group, int reference, Tensor u2, Tensor ties);

  /**
   * Ranks counts as shares of their cells' totals. Cells with equal shares always tie, for instance
   * 1 of 2,000 and 2 of 4,000: shares compare as fractions of whole numbers do, which is also the
   * order of their quotients in double precision. A cell whose total is 0 has the share 0.
   *
   * <p>Limits besides those above: counts are at most their cell's total, totals at most {@link
   * #MAX_TOTAL}, and twice the bits of the largest total and the bits of the number of groups are
   * at most 62 together (totals below 2^20: 2^22 groups; totals up to the limit: 2^14 groups).
   *
   * @param x cells x genes, whole numbers of zero or more
   * @param totals {@link DType#I64}, [cells]: the total count of each cell, which may include genes
   *     this tensor does not hold
   * @param group {@link DType#I32}, [cells], as for {@link #rankSums}
   * @param reference as for {@link #rankSums}
   * @param u2 {@link DType#I64}, [groups, genes]
   * @param ties {@link DType#I64}, [groups, genes]
   */
  void shareRankSums(
      CsrTensor x, Tensor totals, Tensor group, int reference, Tensor u2, Tensor ties);

  /**
   * The scratch an operation needs for given operands; what {@link Lane#reserveScratch} takes. It
   * does not grow with the number of stored values beyond a block of genes that is worked on at a
   * time.
   *
   * @param op one of the operations above
   * @param x its sparse operand
   * @param groups the number of groups
   * @return bytes
   */
  long scratchBytes(Op op, CsrTensor x, long groups);
}
