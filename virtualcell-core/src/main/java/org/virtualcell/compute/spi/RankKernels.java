package org.virtualcell.compute.spi;

import org.virtualcell.compute.Op;

/**
 * The kernels behind {@link org.virtualcell.compute.RankOps}, which states formulas, types and
 * limits. A method that is not overridden raises an exception; {@link DeviceBackend#supports} says
 * which are there.
 */
public abstract class RankKernels {
  /** No kernels at all. */
  public static final RankKernels NONE = new RankKernels() {};

  /** Creates the kernels of one lane. */
  protected RankKernels() {}

  /**
   * The scratch an operation needs.
   *
   * @param op the operation
   * @param x its sparse operand
   * @param groups the number of groups
   * @return bytes
   */
  public long scratchBytes(Op op, CsrData x, long groups) {
    return 0;
  }

  /**
   * {@link org.virtualcell.compute.RankOps#rankSums} and {@code shareRankSums}. Kernels check what
   * stands in {@code group} and {@code totals}.
   *
   * @param x cells x genes; counts where there are totals
   * @param totals I64, [cells], or null to rank the values as stored
   * @param group I32, [cells]; any number may stand there, only 0 to groups - 1 take part
   * @param reference 0 to groups - 1, or {@link org.virtualcell.compute.RankOps#REST}
   * @param u2 I64, [groups, genes], at least one element
   * @param ties I64, [groups, genes]
   * @param scratch at least the bytes {@link #scratchBytes} answered for the same operands, null if
   *     that was 0, content undefined
   */
  public void rankSums(
      CsrData x,
      TensorData totals,
      TensorData group,
      int reference,
      TensorData u2,
      TensorData ties,
      Memory scratch) {
    throw new UnsupportedOperationException(
        "no kernel for " + (totals == null ? Op.RANK_SUMS : Op.SHARE_RANK_SUMS));
  }
}
