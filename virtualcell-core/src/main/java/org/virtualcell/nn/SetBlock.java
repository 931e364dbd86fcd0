package org.virtualcell.nn;

import org.virtualcell.compute.DType;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.SetAttention;
import org.virtualcell.compute.Tensor;

/**
 * A block of a set transformer: x + attention(norm(x)), then y + feedForward(norm(y)). The cells of
 * a set see one another, without a mask and without positions. Rows are of single precision and lie
 * set after set. Parameters: {@code attentionNorm}, {@code qkv}, {@code attentionOut}, {@code
 * feedForwardNorm}, {@code up}, {@code down}, behind the block's name.
 */
public final class SetBlock implements Layer {
  private final Lane lane;
  private final SetAttention attention;
  private final boolean gated;
  private final Norm attentionNorm;
  private final Linear qkv;
  private final Linear attentionOut;
  private final Norm feedForwardNorm;
  private final Linear up;
  private final Linear down;
  private final Tensor logSums;
  private final Tensor attended;
  private final Tensor dQkv;
  private final Tensor hidden;
  private final Tensor dUp;
  private final Dropout attentionDropout;
  private final Dropout feedForwardDropout;
  private Tensor projected;
  private Tensor gateInput;

  /**
   * A block.
   *
   * @param workspace where its buffers live
   * @param name before the names of its parameters
   * @param sets how many sets
   * @param cells cells of each, at most 512
   * @param width columns of its rows
   * @param options what it is made of
   */
  public SetBlock(
      Workspace workspace, String name, int sets, int cells, int width, BlockOptions options) {
    this.lane = workspace.lane();
    this.gated = options.gated();
    attention = new SetAttention(sets, cells, options.heads(), options.headSize());
    long rows = attention.rows();
    int inner = attention.width();
    int f = options.feedForward();
    DType type = workspace.activations();
    LinearOptions plain = LinearOptions.plain().withBias(options.bias());
    LinearOptions stream = plain.withOutput(DType.F32);
    attentionNorm = new Norm(workspace, name + ".attentionNorm", rows, width, options.norm());
    qkv = new Linear(workspace, name + ".qkv", rows, width, 3 * inner, plain);
    attentionOut = new Linear(workspace, name + ".attentionOut", rows, inner, width, stream);
    feedForwardNorm = new Norm(workspace, name + ".feedForwardNorm", rows, width, options.norm());
    LinearOptions first = gated ? plain : plain.withActivation(options.activation());
    up = new Linear(workspace, name + ".up", rows, width, gated ? 2 * f : f, first);
    down = new Linear(workspace, name + ".down", rows, f, width, stream);
    logSums = workspace.tensor(DType.F32, rows * options.heads());
    attended = workspace.tensor(type, rows, inner);
    dQkv = workspace.forTraining(type, rows, 3L * inner);
    hidden = gated ? workspace.tensor(type, rows, f) : null;
    dUp = gated ? workspace.forTraining(type, rows, 2L * f) : null;
    attentionDropout = Dropout.of(workspace, options.dropout(), rows, width);
    feedForwardDropout = Dropout.of(workspace, options.dropout(), rows, width);
  }

  @Override
  public Tensor forward(Tensor x) {
    projected = qkv.forward(attentionNorm.forward(x));
    lane.neural().attention(attention, projected, logSums, attended);
    Tensor y = joined(attentionOut, attentionDropout, attended, x);
    Tensor inside = up.forward(feedForwardNorm.forward(y));
    if (gated) {
      lane.neural().gate(inside, hidden);
    }
    gateInput = inside;
    return joined(down, feedForwardDropout, gated ? hidden : inside, y);
  }

  private static Tensor joined(Linear layer, Dropout dropout, Tensor x, Tensor residual) {
    return dropout == null
        ? layer.forward(x, residual)
        : dropout.forward(layer.forward(x), residual);
  }

  /** The slope, of single precision, becomes the gradient of x in place. */
  @Override
  public Tensor backward(Tensor slope) {
    Tensor dHidden = down.backward(dropped(feedForwardDropout, slope));
    if (gated) {
      lane.neural().gateGradient(gateInput, dHidden, dUp);
    }
    feedForwardNorm.backward(up.backward(gated ? dUp : dHidden), true, slope);
    Tensor dAttended = attentionOut.backward(dropped(attentionDropout, slope));
    lane.neural().attentionGradient(attention, projected, logSums, attended, dAttended, dQkv);
    attentionNorm.backward(qkv.backward(dQkv), true, slope);
    return slope;
  }

  private static Tensor dropped(Dropout dropout, Tensor slope) {
    return dropout == null ? slope : dropout.backward(slope);
  }
}
