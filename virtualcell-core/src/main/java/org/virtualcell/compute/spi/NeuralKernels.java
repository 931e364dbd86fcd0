package org.virtualcell.compute.spi;

import org.virtualcell.compute.Activation;
import org.virtualcell.compute.AdamWeights;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Normalization;
import org.virtualcell.compute.Op;
import org.virtualcell.compute.SetAttention;

/**
 * The kernels behind {@link org.virtualcell.compute.NeuralOps} and {@link
 * org.virtualcell.compute.RandomOps}, which state formulas, types, shapes and tolerances; the
 * parameters here are theirs. A method that is not overridden raises an exception; {@link
 * DeviceBackend#supports} says which are there. Core calls with at least one element of output. An
 * operand that may be null there may be null here.
 */
public abstract class NeuralKernels {
  /** No kernels at all. */
  public static final NeuralKernels NONE = new NeuralKernels() {};

  /** Creates the kernels of one lane. */
  protected NeuralKernels() {}

  /**
   * {@link org.virtualcell.compute.NeuralOps#normalize}.
   *
   * @param how see there
   * @param x see there
   * @param gain see there
   * @param bias see there
   * @param statistics see there
   * @param out see there
   */
  public void normalize(
      Normalization how,
      TensorData x,
      TensorData gain,
      TensorData bias,
      TensorData statistics,
      TensorData out) {
    throw missing(Op.NORMALIZE);
  }

  /**
   * {@link org.virtualcell.compute.NeuralOps#normalizeGradient}.
   *
   * @param how see there
   * @param x see there
   * @param gain see there
   * @param statistics see there
   * @param slope see there
   * @param add see there
   * @param dx see there
   * @param dGain see there
   * @param dBias see there
   */
  public void normalizeGradient(
      Normalization how,
      TensorData x,
      TensorData gain,
      TensorData statistics,
      TensorData slope,
      boolean add,
      TensorData dx,
      TensorData dGain,
      TensorData dBias) {
    throw missing(Op.NORMALIZE_GRADIENT);
  }

  /**
   * {@link org.virtualcell.compute.NeuralOps#activate}.
   *
   * @param activation see there
   * @param x see there
   * @param out see there
   */
  public void activate(Activation activation, TensorData x, TensorData out) {
    throw missing(Op.ACTIVATE);
  }

  /**
   * {@link org.virtualcell.compute.NeuralOps#activateGradient}.
   *
   * @param activation see there
   * @param x see there
   * @param slope see there
   * @param dx see there
   */
  public void activateGradient(
      Activation activation, TensorData x, TensorData slope, TensorData dx) {
    throw missing(Op.ACTIVATE_GRADIENT);
  }

  /**
   * {@link org.virtualcell.compute.NeuralOps#gate}.
   *
   * @param x see there
   * @param out see there
   */
  public void gate(TensorData x, TensorData out) {
    throw missing(Op.GATE);
  }

  /**
   * {@link org.virtualcell.compute.NeuralOps#gateGradient}.
   *
   * @param x see there
   * @param slope see there
   * @param dx see there
   */
  public void gateGradient(TensorData x, TensorData slope, TensorData dx) {
    throw missing(Op.GATE_GRADIENT);
  }

  /**
   * The scratch of attention.
   *
   * @param how sizes
   * @param type of qkv
   * @param back whether the way back is meant
   * @return bytes
   */
  public long attentionScratch(SetAttention how, DType type, boolean back) {
    return 0;
  }

  /**
   * {@link org.virtualcell.compute.NeuralOps#attention}.
   *
   * @param how see there
   * @param qkv see there
   * @param logSums see there
   * @param out see there
   * @param scratch at least what {@link #attentionScratch} answered, null if that was 0
   */
  public void attention(
      SetAttention how, TensorData qkv, TensorData logSums, TensorData out, Memory scratch) {
    throw missing(Op.ATTENTION);
  }

  /**
   * {@link org.virtualcell.compute.NeuralOps#attentionGradient}.
   *
   * @param how see there
   * @param qkv see there
   * @param logSums see there
   * @param out see there
   * @param slope see there
   * @param dQkv see there
   * @param scratch at least what {@link #attentionScratch} answered, null if that was 0
   */
  public void attentionGradient(
      SetAttention how,
      TensorData qkv,
      TensorData logSums,
      TensorData out,
      TensorData slope,
      TensorData dQkv,
      Memory scratch) {
    throw missing(Op.ATTENTION_GRADIENT);
  }

  /**
   * {@link org.virtualcell.compute.NeuralOps#addRows}.
   *
   * @param table see there
   * @param index see there
   * @param repeat see there
   * @param out see there
   */
  public void addRows(TensorData table, TensorData index, long repeat, TensorData out) {
    throw missing(Op.ADD_ROWS);
  }

  /**
   * {@link org.virtualcell.compute.NeuralOps#addRowsGradient}.
   *
   * @param slope see there
   * @param index see there
   * @param repeat see there
   * @param dTable see there
   */
  public void addRowsGradient(TensorData slope, TensorData index, long repeat, TensorData dTable) {
    throw missing(Op.ADD_ROWS_GRADIENT);
  }

  /**
   * {@link org.virtualcell.compute.NeuralOps#add}.
   *
   * @param factor see there
   * @param x see there
   * @param out see there
   */
  public void add(float factor, TensorData x, TensorData out) {
    throw missing(Op.ADD);
  }

  /**
   * {@link org.virtualcell.compute.NeuralOps#columnSums}.
   *
   * @param x see there
   * @param out see there
   */
  public void columnSums(TensorData x, TensorData out) {
    throw missing(Op.COLUMN_SUMS);
  }

  /**
   * {@link org.virtualcell.compute.NeuralOps#copyColumns}.
   *
   * @param x see there
   * @param from see there
   * @param out see there
   * @param to see there
   * @param count see there
   */
  public void copyColumns(TensorData x, long from, TensorData out, long to, long count) {
    throw missing(Op.COPY_COLUMNS);
  }

  /**
   * {@link org.virtualcell.compute.NeuralOps#meanSquare}.
   *
   * @param weight see there
   * @param x see there
   * @param y see there
   * @param out see there
   * @param dx see there
   */
  public void meanSquare(float weight, TensorData x, TensorData y, TensorData out, TensorData dx) {
    throw missing(Op.MEAN_SQUARE);
  }

  /**
   * {@link org.virtualcell.compute.NeuralOps#squaredSum}.
   *
   * @param x see there
   * @param out see there
   * @param at see there
   */
  public void squaredSum(TensorData x, TensorData out, int at) {
    throw missing(Op.SQUARED_SUM);
  }

  /**
   * {@link org.virtualcell.compute.NeuralOps#clip}.
   *
   * @param squares see there
   * @param most see there
   * @param control see there
   */
  public void clip(TensorData squares, float most, TensorData control) {
    throw missing(Op.CLIP);
  }

  /**
   * {@link org.virtualcell.compute.NeuralOps#adamw}.
   *
   * @param how see there
   * @param control see there
   * @param gradient see there
   * @param weights see there
   * @param m see there
   * @param v see there
   * @param mean see there
   */
  public void adamw(
      AdamWeights how,
      TensorData control,
      TensorData gradient,
      TensorData weights,
      TensorData m,
      TensorData v,
      TensorData mean) {
    throw missing(Op.ADAMW);
  }

  /**
   * {@link org.virtualcell.compute.RandomOps#dropout}.
   *
   * @param key see there
   * @param place see there
   * @param p see there
   * @param x see there
   * @param out see there
   */
  public void dropout(TensorData key, int place, double p, TensorData x, TensorData out) {
    throw missing(Op.DROPOUT);
  }

  private static UnsupportedOperationException missing(Op op) {
    return new UnsupportedOperationException("no kernel for " + op);
  }
}
