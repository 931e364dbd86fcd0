package org.virtualcell.nn;

import org.virtualcell.compute.DType;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.Normalization;
import org.virtualcell.compute.Tensor;

/**
 * Layer norm or RMS norm of rows of single precision. Parameters: {@code <name>.weight} and, if
 * centred, {@code <name>.bias}.
 */
public final class Norm implements Layer {
  private final Workspace workspace;
  private final Lane lane;
  private final Normalization how;
  private final Tensor gain;
  private final Tensor bias;
  private final Tensor gainGradient;
  private final Tensor biasGradient;
  private final Tensor statistics;
  private final Tensor out;
  private final Tensor dx;
  private Tensor x;

  /**
   * A norm.
   *
   * @param workspace where its buffers live
   * @param name before the names of its parameters
   * @param rows rows of its input
   * @param width columns
   * @param how which norm
   */
  public Norm(Workspace workspace, String name, long rows, int width, Normalization how) {
    this.workspace = workspace;
    this.lane = workspace.lane();
    this.how = how;
    ParameterSet set = workspace.parameters();
    Parameter g = set.parameter(name + ".weight", Initializer.constant(1), false, width);
    Parameter b =
        how.centred() ? set.parameter(name + ".bias", Initializer.constant(0), false, width) : null;
    gain = g.value();
    gainGradient = workspace.gradient(g);
    bias = b == null ? null : b.value();
    biasGradient = b == null ? null : workspace.gradient(b);
    statistics = workspace.tensor(DType.F32, rows, 2);
    out = workspace.tensor(workspace.activations(), rows, width);
    dx = workspace.forTraining(DType.F32, rows, width);
  }

  @Override
  public Tensor forward(Tensor input) {
    x = input;
    lane.neural().normalize(how, input, gain, bias, statistics, out);
    return out;
  }

  @Override
  public Tensor backward(Tensor slope) {
    backward(slope, false, dx);
    return dx;
  }

  /**
   * The way back into a gradient of the caller's, as a residual connection needs.
   *
   * @param slope the loss by what forward returned
   * @param add whether to add to it
   * @param to {@link DType#F32}, rows: the loss by x
   */
  public void backward(Tensor slope, boolean add, Tensor to) {
    workspace.requireTraining();
    lane.neural()
        .normalizeGradient(how, x, gain, statistics, slope, add, to, gainGradient, biasGradient);
  }
}
