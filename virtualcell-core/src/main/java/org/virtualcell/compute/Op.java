package org.virtualcell.compute;

import static org.virtualcell.compute.DType.F32;
import static org.virtualcell.compute.DType.I32;
import static org.virtualcell.compute.DType.I64;

import java.util.List;

/** The operations of the contract, each documented at the method that calls it. */
public enum Op {
  /** {@link SparseOps#rowScale}. */
  ROW_SCALE(List.of(F32)),
  /** {@link SparseOps#logNormalize}. */
  LOG_NORMALIZE(List.of(F32)),
  /** {@link SparseOps#multiply}. */
  MULTIPLY(List.of(F32, F32)),
  /** {@link SparseOps#logMultiply}. */
  LOG_MULTIPLY(List.of(F32, F32, F32)),
  /** {@link SparseOps#transposedMultiply}. */
  TRANSPOSED_MULTIPLY(List.of(F32, F32)),
  /** {@link SparseOps#transposedLogMultiply}. */
  TRANSPOSED_LOG_MULTIPLY(List.of(F32, F32, F32)),
  /** {@link SparseOps#groupSums}. */
  GROUP_SUMS(List.of(I32, I64, I64, I32), List.of(I32, F32, F32, I32)),
  /** {@link SparseOps#logGroupSums}. */
  LOG_GROUP_SUMS(List.of(F32, I32, F32, F32, I32));

  private final List<List<DType>> signatures;

  Op(List<DType> types) {
    this.signatures = List.of(types);
  }

  Op(List<DType> types, List<DType> otherTypes) {
    this.signatures = List.of(types, otherTypes);
  }

  /**
   * Whether the contract has this operation for given types; {@link Device#supports} says whether a
   * device has it.
   *
   * @param types the types of its dense operands in the order of the call, outputs last; none asks
   *     for any
   * @return whether they fit
   */
  public boolean accepts(DType... types) {
    return types.length == 0 || signatures.contains(List.of(types));
  }
}
