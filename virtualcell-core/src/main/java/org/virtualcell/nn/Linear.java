package org.virtualcell.nn;

import org.virtualcell.compute.Activation;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.DenseProduct;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.PackedMatrix;
import org.virtualcell.compute.Tensor;

/**
 * y = activation(x W + b) [+ residual]. Parameters: {@code <name>.weight}, [inputs, outputs], the
 * transposed of torch's, and {@code <name>.bias}.
 */
public final class Linear implements Layer {
  private final Workspace workspace;
  private final Lane lane;
  private final LinearOptions options;
  private final Tensor weight;
  private final Tensor weightGradient;
  private final Tensor biasGradient;
  private final Tensor out;
  private final Tensor before;
  private final Tensor inner;
  private final Tensor dx;
  private final DenseProduct how;
  private DenseProduct withResidual;
  private PackedMatrix packed;
  private Tensor x;

  private static final DenseProduct TO_WEIGHTS = DenseProduct.plain().ofTransposedA();
  private static final DenseProduct TO_INPUTS = DenseProduct.plain().ofTransposedB();

  /**
   * A layer.
   *
   * @param workspace where its buffers live
   * @param name before the names of its parameters
   * @param rows rows of its input
   * @param inputs columns of its input
   * @param outputs columns of its result
   * @param options how it ends
   */
  public Linear(
      Workspace workspace, String name, long rows, int inputs, int outputs, LinearOptions options) {
    this.workspace = workspace;
    this.lane = workspace.lane();
    this.options = options;
    Initializer uniform = Initializer.uniform(1 / Math.sqrt(Math.max(1, inputs)));
    ParameterSet set = workspace.parameters();
    Parameter w = set.parameter(name + ".weight", uniform, true, inputs, outputs);
    Parameter b = options.bias() ? set.parameter(name + ".bias", uniform, false, outputs) : null;
    weight = w.value();
    weightGradient = workspace.gradient(w);
    biasGradient = b == null ? null : workspace.gradient(b);
    DType type = workspace.activations();
    out = workspace.tensor(options.output() == null ? type : options.output(), rows, outputs);
    boolean curved = options.activation() != Activation.NONE;
    before = curved ? workspace.forTraining(type, rows, outputs) : null;
    inner = curved ? workspace.forTraining(type, rows, outputs) : null;
    dx = options.inputGradient() ? workspace.forTraining(type, rows, inputs) : null;
    Tensor bias = b == null ? null : b.value();
    DenseProduct end = DenseProduct.plain().withBias(bias, options.activation());
    how = before == null ? end : end.keeping(before);
    if (!workspace.training()) {
      workspace.whenPacking(this::pack);
    }
  }

  private void pack() {
    if (packed == null) {
      packed = workspace.packed(weight.size(0), weight.size(1));
    }
    lane.dense().pack(weight, false, packed);
  }

  private void multiply(DenseProduct product, Tensor input) {
    x = input;
    if (packed == null) {
      lane.dense().multiply(product, input, weight, out);
    } else {
      lane.dense().multiply(product, input, packed, out);
    }
  }

  @Override
  public Tensor forward(Tensor input) {
    multiply(how, input);
    return out;
  }

  /**
   * The way forward with something added at the end; its gradient is the slope of the way back.
   *
   * @param input rows
   * @param residual rows of the result; a tensor other than the result
   * @return rows
   */
  public Tensor forward(Tensor input, Tensor residual) {
    if (withResidual == null || withResidual.residual() != residual) {
      withResidual = how.withResidual(residual);
    }
    multiply(withResidual, input);
    return out;
  }

  @Override
  public Tensor backward(Tensor slope) {
    workspace.requireTraining();
    Tensor dz = slope;
    if (inner != null) {
      lane.neural().activateGradient(options.activation(), before, slope, inner);
      dz = inner;
    }
    if (biasGradient != null) {
      lane.neural().columnSums(dz, biasGradient);
    }
    lane.dense().multiply(TO_WEIGHTS, x, dz, weightGradient);
    if (dx != null) {
      lane.dense().multiply(TO_INPUTS, dz, weight, dx);
    }
    return dx;
  }
}
