package org.virtualcell.compute;

/**
 * What neural networks need beside dense products: norms, activations, gates, set attention, tables
 * of vectors, each with its way back, and the steps of an optimiser. Rules common to all operations
 * stand at {@link Lane}.
 *
 * <p>Activations and their gradients are {@link DType#F32} or {@link DType#BF16}; arithmetic is in
 * single precision or better, a BF16 output is rounded once at the end. A gradient is written, not
 * added, unless said. Operands called rows are [n, w].
 *
 * <p>Accuracy against the formulas without rounding, for operands of size one: 2e-5 of the largest
 * element of a result; a BF16 output is off by another 2^-8 of itself at most, and {@link
 * #attention} of BF16 operands or on a {@link Precision#FAST} lane, which rounds the factors of its
 * products to bfloat16 where the device has such, by 2e-2 of the largest. Otherwise both precisions
 * of a lane compute the same. The order of every sum is fixed by the shapes: the same bytes at
 * every run and for any number of threads of one device.
 */
public sealed interface NeuralOps permits CoreNeuralOps {
  /** The numbers of a control tensor of {@link #clip} and {@link #adamw}. */
  int CONTROL = 4;

  /**
   * Layer norm or RMS norm of each row, see {@link Normalization}.
   *
   * @param how which, and epsilon
   * @param x {@link DType#F32}, rows
   * @param gain {@link DType#F32}, [w]
   * @param bias {@link DType#F32}, [w], or null for none
   * @param statistics {@link DType#F32}, [n, 2], receives m and r of each row
   * @param out {@link DType#F32} or {@link DType#BF16}, rows
   */
  void normalize(
      Normalization how, Tensor x, Tensor gain, Tensor bias, Tensor statistics, Tensor out);

  /**
   * The way back of {@link #normalize}. With z = (x - m) r and g = slope gain: dx = r (g - [mean g]
   * - z mean(g z)), the mean of g only if centred.
   *
   * @param how as there
   * @param x as there
   * @param gain as there
   * @param statistics what it gave
   * @param slope {@link DType#F32} or {@link DType#BF16}, rows: the loss by out
   * @param add whether dx is added to instead of written
   * @param dx {@link DType#F32}, rows: the loss by x
   * @param dGain {@link DType#F32}, [w]
   * @param dBias {@link DType#F32}, [w], or null
   */
  void normalizeGradient(
      Normalization how,
      Tensor x,
      Tensor gain,
      Tensor statistics,
      Tensor slope,
      boolean add,
      Tensor dx,
      Tensor dGain,
      Tensor dBias);

  /**
   * out = activation(x), element by element; within a product it costs nothing, see {@link
   * DenseProduct#activation()}.
   *
   * @param activation which
   * @param x {@link DType#F32} or {@link DType#BF16}, any shape
   * @param out of either type, as many elements
   */
  void activate(Activation activation, Tensor x, Tensor out);

  /**
   * dx = activation'(x) slope, element by element.
   *
   * @param activation which
   * @param x {@link DType#F32} or {@link DType#BF16}: what {@link DenseProduct#before()} kept
   * @param slope {@link DType#F32}, or as x; as many elements
   * @param dx {@link DType#F32} or {@link DType#BF16}, as many elements
   */
  void activateGradient(Activation activation, Tensor x, Tensor slope, Tensor dx);

  /**
   * The gate of SwiGLU: out[i,j] = silu(x[i,j]) x[i,w+j].
   *
   * @param x {@link DType#F32} or {@link DType#BF16}, [n, 2 w]
   * @param out {@link DType#F32} or {@link DType#BF16}, [n, w]
   */
  void gate(Tensor x, Tensor out);

  /**
   * The way back of {@link #gate}.
   *
   * @param x as there
   * @param slope {@link DType#F32} or {@link DType#BF16}, [n, w]
   * @param dx {@link DType#F32} or {@link DType#BF16}, [n, 2 w]
   */
  void gateGradient(Tensor x, Tensor slope, Tensor dx);

  /**
   * Attention within each set and head: out_i = sum over j of p_ij v_j, p_i = softmax over j of q_i
   * k_j / sqrt(headSize).
   *
   * @param how sizes
   * @param qkv {@link DType#F32} or {@link DType#BF16}, [sets x cells, 3 x heads x headSize]: q of
   *     all heads, then k, then v
   * @param logSums {@link DType#F32}, [sets x heads x cells], receives the logarithm of each sum of
   *     exponentials, for the way back
   * @param out of the type of qkv, [sets x cells, heads x headSize]
   */
  void attention(SetAttention how, Tensor qkv, Tensor logSums, Tensor out);

  /**
   * The way back of {@link #attention}.
   *
   * @param how as there
   * @param qkv as there
   * @param logSums what it gave
   * @param out what it gave
   * @param slope of the type of qkv, as out
   * @param dQkv of the type of qkv, as qkv
   */
  void attentionGradient(
      SetAttention how, Tensor qkv, Tensor logSums, Tensor out, Tensor slope, Tensor dQkv);

  /**
   * Adds rows of a table: out_i += table[index[i / repeat]]. An index outside the table is an
   * error.
   *
   * @param table {@link DType#F32}, [p, w]
   * @param index {@link DType#I32}, [n / repeat]
   * @param repeat how many rows of out follow each index: the cells of a set, or 1
   * @param out {@link DType#F32}, rows
   * @throws org.virtualcell.api.VirtualCellException if an index is out of range; on a device that
   *     works in the background when the queue is waited for
   */
  void addRows(Tensor table, Tensor index, long repeat, Tensor out);

  /**
   * The way back of {@link #addRows}: dTable_t = the sum of the rows of slope whose index is t, by
   * rising row.
   *
   * @param slope {@link DType#F32}, rows
   * @param index as there
   * @param repeat as there
   * @param dTable {@link DType#F32}, [p, w]
   * @throws org.virtualcell.api.VirtualCellException as there
   */
  void addRowsGradient(Tensor slope, Tensor index, long repeat, Tensor dTable);

  /**
   * out += factor x.
   *
   * @param factor finite
   * @param x {@link DType#F32} or {@link DType#BF16}, any shape
   * @param out {@link DType#F32} or {@link DType#BF16}, as many elements
   */
  void add(float factor, Tensor x, Tensor out);

  /**
   * The sum of all rows: the gradient of a bias.
   *
   * @param x {@link DType#F32} or {@link DType#BF16}, rows
   * @param out {@link DType#F32}, [w]
   */
  void columnSums(Tensor x, Tensor out);

  /**
   * out[i, to + j] = x[i, from + j] for j below count; the rest of out is left alone. Cuts features
   * into chunks, and joins them.
   *
   * @param x {@link DType#F32} or {@link DType#BF16}, [n, v]
   * @param from the first column taken
   * @param out {@link DType#F32} or {@link DType#BF16}, [n, w]
   * @param to the first column written
   * @param count how many
   */
  void copyColumns(Tensor x, long from, Tensor out, long to, long count);

  /**
   * The mean square of a difference and its gradient: out = weight mean((x - y)^2), dx = 2 weight
   * (x - y) / elements.
   *
   * @param weight finite
   * @param x {@link DType#F32}, any shape
   * @param y {@link DType#F32}, as many elements
   * @param out {@link DType#F32}, [1]
   * @param dx {@link DType#F32}, as many elements
   */
  void meanSquare(float weight, Tensor x, Tensor y, Tensor out, Tensor dx);

  /**
   * out[at] = the sum of the squares of x, summed in double precision.
   *
   * @param x {@link DType#F32} or {@link DType#BF16}, any shape
   * @param out {@link DType#F32}, one dimension
   * @param at which element of it
   */
  void squaredSum(Tensor x, Tensor out, int at);

  /**
   * What gradients are to be multiplied by so that their norm is at most a bound: control[2] =
   * min(1, most / (norm + 1e-6)) with norm = control[3] = sqrt(sum of squares).
   *
   * @param squares {@link DType#F32}, one dimension: sums of squares
   * @param most the bound; infinite for none
   * @param control {@link DType#F32}, [{@link #CONTROL}]
   */
  void clip(Tensor squares, float most, Tensor control);

  /**
   * One step of AdamW. With rate = control[0], t = control[1] (1 at the first step) and g =
   * control[2] gradient:
   *
   * <pre>
   *   m       = beta1 m + (1 - beta1) g
   *   v       = beta2 v + (1 - beta2) g^2
   *   weights = weights (1 - rate decay)
   *             - rate / (1 - beta1^t) m / (sqrt(v / (1 - beta2^t)) + epsilon)
   *   mean    = average mean + (1 - average) weights
   * </pre>
   *
   * @param how the constants
   * @param control {@link DType#F32}, [{@link #CONTROL}]
   * @param gradient {@link DType#F32}, any shape
   * @param weights {@link DType#F32}, as many elements
   * @param m {@link DType#F32}, as many elements
   * @param v {@link DType#F32}, as many elements
   * @param mean {@link DType#F32}, as many elements, or null for no running average
   */
  void adamw(
      AdamWeights how,
      Tensor control,
      Tensor gradient,
      Tensor weights,
      Tensor m,
      Tensor v,
      Tensor mean);
}
