package org.virtualcell.model.transition;

import org.virtualcell.compute.Activation;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.Tensor;
import org.virtualcell.nn.BlockOptions;
import org.virtualcell.nn.ParameterSet;
import org.virtualcell.nn.SetTransformer;
import org.virtualcell.nn.SetTransformerOptions;
import org.virtualcell.nn.Workspace;

/**
 * What the network adds to control cells beyond the effect model, in sets of controls. For one
 * number of sets of one size; one thread at a time.
 */
final class CorrectionNetwork implements AutoCloseable {
  private final Lane lane;
  private final Workspace workspace;
  private final SetTransformer transformer;
  private final Tensor controls;
  private final Tensor conditions;
  private final float[] result;

  CorrectionNetwork(ParameterSet parameters, SetTransformerOptions options, int sets, int cells) {
    this.workspace = new Workspace(parameters, DType.F32, false);
    this.lane = workspace.lane();
    this.transformer = new SetTransformer(workspace, "", options, sets, cells);
    int rows = sets * cells;
    this.controls = workspace.tensor(DType.F32, rows, options.inputs());
    this.conditions = workspace.tensor(DType.F32, sets, options.conditionSize());
    this.result = new float[Math.multiplyExact(rows, options.outputs())];
  }

  static SetTransformerOptions options(TransitionConfig config, int genes, int conditionSize) {
    BlockOptions blocks =
        BlockOptions.llama(config.heads(), config.hidden() / config.heads(), config.feedForward())
            .withDropout(config.dropout());
    return new SetTransformerOptions(
        genes,
        genes,
        config.hidden(),
        config.layers(),
        config.encoderLayers(),
        config.decoderLayers(),
        0,
        conditionSize,
        0,
        true,
        Activation.NONE,
        blocks);
  }

  /** The parameters of the last layer, which gate all that is learned. */
  static String gate(TransitionConfig config, String kind) {
    return "decoder." + (config.decoderLayers() - 1) + "." + kind;
  }

  /**
   * The corrections.
   *
   * @param x controls, [sets x cells, genes]
   * @param questions [sets, numbers of a question]
   * @return [sets x cells, genes], overwritten by the next call
   */
  float[] of(float[] x, float[] questions) {
    lane.upload(x, controls);
    lane.upload(questions, conditions);
    lane.download(transformer.forward(controls, conditions, null), result);
    return result;
  }

  @Override
  public void close() {
    workspace.close();
  }
}
