package org.virtualcell.compute;

/** The operations of the contract, each documented at the method that calls it. */
public enum Op {
  /** {@link SparseOps#rowScale}. */
  ROW_SCALE,
  /** {@link SparseOps#logNormalize}. */
  LOG_NORMALIZE,
  /** {@link SparseOps#multiply}. */
  MULTIPLY,
  /** {@link SparseOps#logMultiply}. */
  LOG_MULTIPLY,
  /** {@link SparseOps#transposedMultiply}. */
  TRANSPOSED_MULTIPLY,
  /** {@link SparseOps#transposedLogMultiply}. */
  TRANSPOSED_LOG_MULTIPLY,
  /** {@link SparseOps#groupSums}. */
  GROUP_SUMS,
  /** {@link SparseOps#logGroupSums}. */
  LOG_GROUP_SUMS
}
