package org.virtualcell.compute;

import static org.virtualcell.compute.DType.BF16;
import static org.virtualcell.compute.DType.F32;
import static org.virtualcell.compute.DType.I32;
import static org.virtualcell.compute.DType.I64;

import java.util.List;

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
  /** {@link SparseOps#countsToHidden}. */
  COUNTS_TO_HIDDEN,
  /** {@link SparseOps#transposedMultiply}. */
  TRANSPOSED_MULTIPLY,
  /** {@link SparseOps#transposedLogMultiply}. */
  TRANSPOSED_LOG_MULTIPLY,
  /** {@link SparseOps#groupSums}. */
  GROUP_SUMS,
  /** {@link SparseOps#logGroupSums}. */
  LOG_GROUP_SUMS,
  /** {@link DistanceOps#distances}. */
  DISTANCES,
  /** {@link DistanceOps#squaredDistances}. */
  SQUARED_DISTANCES,
  /** {@link DistanceOps#meanDistances}. */
  MEAN_DISTANCES,
  /** {@link DistanceOps#energyDistance}. */
  ENERGY_DISTANCE,
  /** {@link DistanceOps#energyGradient}. */
  ENERGY_GRADIENT,
  /** {@link DistanceOps#groupDistances}. */
  GROUP_DISTANCES,
  /** {@link RankOps#rankSums}. */
  RANK_SUMS,
  /** {@link RankOps#shareRankSums}. */
  SHARE_RANK_SUMS,
  /** {@link DenseOps#multiply(DenseProduct, Tensor, Tensor, Tensor)}, packed or not. */
  DENSE_MULTIPLY,
  /** {@link DenseOps#multiplyBatch}. */
  DENSE_MULTIPLY_BATCH,
  /** {@link DenseOps#pack}. */
  PACK,
  /** {@link DenseOps#convert}. */
  CONVERT,
  /** {@link DenseOps#allFinite}. */
  ALL_FINITE,
  /** {@link NeuralOps#normalize}. */
  NORMALIZE,
  /** {@link NeuralOps#normalizeGradient}. */
  NORMALIZE_GRADIENT,
  /** {@link NeuralOps#activate}. */
  ACTIVATE,
  /** {@link NeuralOps#activateGradient}. */
  ACTIVATE_GRADIENT,
  /** {@link NeuralOps#gate}. */
  GATE,
  /** {@link NeuralOps#gateGradient}. */
  GATE_GRADIENT,
  /** {@link NeuralOps#attention}. */
  ATTENTION,
  /** {@link NeuralOps#attentionGradient}. */
  ATTENTION_GRADIENT,
  /** {@link NeuralOps#addRows}. */
  ADD_ROWS,
  /** {@link NeuralOps#addRowsGradient}. */
  ADD_ROWS_GRADIENT,
  /** {@link NeuralOps#add}. */
  ADD,
  /** {@link NeuralOps#columnSums}. */
  COLUMN_SUMS,
  /** {@link NeuralOps#copyColumns}. */
  COPY_COLUMNS,
  /** {@link NeuralOps#meanSquare}. */
  MEAN_SQUARE,
  /** {@link NeuralOps#squaredSum}. */
  SQUARED_SUM,
  /** {@link NeuralOps#clip}. */
  CLIP,
  /** {@link NeuralOps#adamw}. */
  ADAMW,
  /** {@link RandomOps#dropout}. */
  DROPOUT;

  /**
   * Whether the contract has this operation for given types; {@link Device#supports} says whether a
   * device has it.
   *
   * @param types the types of its dense operands in the order of the call, outputs last; none asks
   *     for any
   * @return whether they fit
   */
  public boolean accepts(DType... types) {
    return types.length == 0 || signatures().contains(List.of(types));
  }

  private List<List<DType>> signatures() {
    return switch (this) {
      case ROW_SCALE, LOG_NORMALIZE -> List.of(List.of(F32));
      case MULTIPLY -> List.of(List.of(F32, F32), List.of(BF16, F32));
      case LOG_MULTIPLY -> List.of(List.of(F32, F32, F32), List.of(F32, BF16, F32));
      case COUNTS_TO_HIDDEN ->
          List.of(
              List.of(F32, F32, F32, F32),
              List.of(F32, BF16, F32, F32),
              List.of(F32, F32, F32),
              List.of(F32, BF16, F32));
      case TRANSPOSED_MULTIPLY -> List.of(List.of(F32, F32));
      case TRANSPOSED_LOG_MULTIPLY -> List.of(List.of(F32, F32, F32));
      case GROUP_SUMS -> List.of(List.of(I32, I64, I64, I32), List.of(I32, F32, F32, I32));
      case DENSE_MULTIPLY, DENSE_MULTIPLY_BATCH ->
          List.of(
              List.of(F32, F32, F32),
              List.of(F32, F32, BF16),
              List.of(F32, BF16, F32),
              List.of(F32, BF16, BF16),
              List.of(BF16, F32, F32),
              List.of(BF16, F32, BF16),
              List.of(BF16, BF16, F32),
              List.of(BF16, BF16, BF16));
      case PACK -> List.of(List.of(F32), List.of(BF16));
      case CONVERT -> List.of(List.of(F32, BF16), List.of(BF16, F32));
      case ALL_FINITE -> List.of(List.of(F32, I32), List.of(BF16, I32));
      case LOG_GROUP_SUMS -> List.of(List.of(F32, I32, F32, F32, I32));
      case DISTANCES, SQUARED_DISTANCES, MEAN_DISTANCES, ENERGY_DISTANCE ->
          List.of(List.of(F32, F32, F32));
      case ENERGY_GRADIENT -> List.of(List.of(F32, F32, F32, F32, F32));
      case NORMALIZE -> List.of(List.of(F32, F32, F32, F32), List.of(F32, F32, F32, BF16));
      case NORMALIZE_GRADIENT ->
          List.of(List.of(F32, F32, F32, F32, F32), List.of(F32, F32, F32, BF16, F32));
      case ACTIVATE, GATE, ADD, COPY_COLUMNS ->
          List.of(List.of(F32, F32), List.of(F32, BF16), List.of(BF16, F32), List.of(BF16, BF16));
      case ACTIVATE_GRADIENT, GATE_GRADIENT ->
          List.of(
              List.of(F32, F32, F32),
              List.of(F32, F32, BF16),
              List.of(BF16, F32, BF16),
              List.of(BF16, BF16, BF16));
      case ATTENTION -> List.of(List.of(F32, F32, F32), List.of(BF16, F32, BF16));
      case ATTENTION_GRADIENT ->
          List.of(List.of(F32, F32, F32, F32, F32), List.of(BF16, F32, BF16, BF16, BF16));
      case ADD_ROWS, ADD_ROWS_GRADIENT -> List.of(List.of(F32, I32, F32));
      case COLUMN_SUMS, SQUARED_SUM -> List.of(List.of(F32, F32), List.of(BF16, F32));
      case MEAN_SQUARE -> List.of(List.of(F32, F32, F32, F32));
      case CLIP -> List.of(List.of(F32, F32));
      case ADAMW -> List.of(List.of(F32, F32, F32, F32, F32));
      case DROPOUT -> List.of(List.of(I64, F32, F32), List.of(I64, BF16, BF16));
      case GROUP_DISTANCES -> List.of(List.of(F32, I64, F32, F32));
      case RANK_SUMS -> List.of(List.of(I32, I64, I64));
      case SHARE_RANK_SUMS -> List.of(List.of(I64, I32, I64, I64));
    };
  }
}
