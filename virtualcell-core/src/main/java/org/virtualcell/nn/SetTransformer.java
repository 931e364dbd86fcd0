package org.virtualcell.nn;

import java.util.Arrays;
import org.virtualcell.compute.Activation;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.Tensor;

/**
 * A set transformer after State's transition model: z = encoder(x) + condition [+ batch], blocks, a
 * norm, decoder(norm(z) [+ encoder(x)]). Rows of x lie set after set; a set has one condition. Made
 * for one number of sets; build another on the same parameters for another.
 */
public final class SetTransformer {
  private final Workspace workspace;
  private final Lane lane;
  private final SetTransformerOptions options;
  private final int cells;
  private final Mlp encoder;
  private final Mlp conditionEncoder;
  private final Parameter conditionTable;
  private final Parameter batchTable;
  private final SetBlock[] blocks;
  private final Norm norm;
  private final Mlp decoder;
  private final Tensor oneSetAfterAnother;
  private final Tensor stream;
  private final Tensor joined;
  private final Tensor slopeOfStream;
  private final Tensor slopeOfCondition;
  private Tensor condition;
  private Tensor batch;

  /**
   * A transformer. Its parameters are undefined until they are initialised or set.
   *
   * @param workspace where its buffers live
   * @param name before the names of its parameters, with a dot at its end; may be empty
   * @param options its sizes
   * @param sets how many sets a call has
   * @param cells cells of each
   */
  public SetTransformer(
      Workspace workspace, String name, SetTransformerOptions options, int sets, int cells) {
    this.workspace = workspace;
    this.lane = workspace.lane();
    this.options = options;
    this.cells = cells;
    long rows = (long) sets * cells;
    int h = options.hidden();
    LinearOptions data = LinearOptions.plain().withOutput(DType.F32).withInputGradient(false);
    int[] in = widths(options.inputs(), h, options.encoderLayers());
    encoder = new Mlp(workspace, name + "encoder", rows, in, Activation.GELU, data);
    ParameterSet set = workspace.parameters();
    if (options.conditionSize() > 0) {
      int[] of = widths(options.conditionSize(), h, options.encoderLayers());
      conditionEncoder = new Mlp(workspace, name + "condition", sets, of, Activation.GELU, data);
      conditionTable = null;
      oneSetAfterAnother = workspace.tensor(DType.I32, sets);
      int[] numbers = new int[sets];
      Arrays.setAll(numbers, i -> i);
      lane.upload(numbers, oneSetAfterAnother);
      slopeOfCondition = workspace.forTraining(DType.F32, sets, h);
    } else {
      conditionEncoder = null;
      conditionTable = table(set, name + "condition.weight", options.conditions());
      oneSetAfterAnother = null;
      slopeOfCondition = null;
    }
    batchTable =
        options.batches() > 0 ? table(set, name + "batch.weight", options.batches()) : null;
    blocks = new SetBlock[options.layers()];
    for (int i = 0; i < blocks.length; i++) {
      String block = name + "block." + i;
      blocks[i] = new SetBlock(workspace, block, sets, cells, h, options.blocks());
    }
    norm = new Norm(workspace, name + "norm", rows, h, options.blocks().norm());
    LinearOptions end =
        LinearOptions.plain().withOutput(DType.F32).withActivation(options.output());
    int[] out = widths(h, options.outputs(), options.decoderLayers());
    decoder = new Mlp(workspace, name + "decoder", rows, out, Activation.GELU, end);
    stream = options.residual() ? workspace.tensor(DType.F32, rows, h) : null;
    joined = options.residual() ? workspace.tensor(workspace.activations(), rows, h) : null;
    slopeOfStream = workspace.forTraining(DType.F32, rows, h);
  }

  private Parameter table(ParameterSet set, String name, int entries) {
    Parameter table =
        set.parameter(name, Initializer.normal(0.02), true, entries, options.hidden());
    workspace.gradient(table);
    return table;
  }

  /** The widths of a stack whose inner layers are as wide as the rows between. */
  private int[] widths(int first, int last, int layers) {
    int[] widths = new int[layers + 1];
    Arrays.fill(widths, options.hidden());
    widths[0] = first;
    widths[layers] = last;
    return widths;
  }

  /**
   * The sizes.
   *
   * @return what it was made with
   */
  public SetTransformerOptions options() {
    return options;
  }

  /**
   * The way forward.
   *
   * @param x {@link DType#F32} or {@link DType#BF16}, [sets x cells, inputs]
   * @param conditions the number of each set's condition, {@link DType#I32}, [sets], or its vector,
   *     {@link DType#F32}, [sets, conditionSize]
   * @param batches the batch of each row, {@link DType#I32}, [sets x cells]; null if it has none
   * @return {@link DType#F32}, [sets x cells, outputs], overwritten by the next call
   */
  public Tensor forward(Tensor x, Tensor conditions, Tensor batches) {
    condition = conditions;
    batch = batches;
    Tensor encoded = encoder.forward(x);
    Tensor z = encoded;
    if (stream != null) {
      z = stream;
      lane.neural().copyColumns(encoded, 0, z, 0, options.hidden());
    }
    if (conditionTable == null) {
      lane.neural().addRows(conditionEncoder.forward(conditions), oneSetAfterAnother, cells, z);
    } else {
      lane.neural().addRows(conditionTable.value(), conditions, cells, z);
    }
    if (batchTable != null) {
      lane.neural().addRows(batchTable.value(), batches, 1, z);
    }
    for (SetBlock block : blocks) {
      z = block.forward(z);
    }
    Tensor normed = norm.forward(z);
    if (joined != null) {
      lane.neural().copyColumns(normed, 0, joined, 0, options.hidden());
      lane.neural().add(1, encoded, joined);
      normed = joined;
    }
    return decoder.forward(normed);
  }

  /**
   * The way back: writes the gradients of all parameters.
   *
   * @param slope the loss by what forward returned, {@link DType#F32}
   */
  public void backward(Tensor slope) {
    workspace.requireTraining();
    Tensor dNormed = decoder.backward(slope);
    Tensor d = slopeOfStream;
    norm.backward(dNormed, false, d);
    for (int i = blocks.length - 1; i >= 0; i--) {
      blocks[i].backward(d);
    }
    if (batchTable != null) {
      lane.neural().addRowsGradient(d, batch, 1, batchTable.gradient());
    }
    if (conditionTable == null) {
      lane.neural().addRowsGradient(d, oneSetAfterAnother, cells, slopeOfCondition);
      conditionEncoder.backward(slopeOfCondition);
    } else {
      lane.neural().addRowsGradient(d, condition, cells, conditionTable.gradient());
    }
    if (joined != null) {
      lane.neural().add(1, dNormed, d);
    }
    encoder.backward(d);
  }
}
