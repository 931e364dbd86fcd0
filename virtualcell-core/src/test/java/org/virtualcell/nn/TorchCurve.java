package org.virtualcell.nn;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.virtualcell.compute.Activation;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Device;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.LaneOptions;
import org.virtualcell.compute.Replay;
import org.virtualcell.compute.Tensor;

/** A training curve that plain torch computed (make_fixtures.py), and the same training here. */
public final class TorchCurve {
  private static final int BATCHES = 4;

  private final Map<String, Object> arrays = new HashMap<>();
  private final SetTransformerOptions options;
  private final int sets;
  private final int cells;
  private final int chunks;

  private TorchCurve(SetTransformerOptions options, int sets, int cells, int chunks) {
    this.options = options;
    this.sets = sets;
    this.cells = cells;
    this.chunks = chunks;
  }

  /** State's shape: Llama blocks, encoders of two layers, condition vectors, batches, residual. */
  public static TorchCurve llama() throws IOException {
    BlockOptions blocks = BlockOptions.llama(2, 12, 40);
    SetTransformerOptions options =
        new SetTransformerOptions(20, 16, 24, 2, 2, 2, 0, 5, 3, true, Activation.RELU, blocks);
    return new TorchCurve(options, 3, 6, 2).read("llama");
  }

  /** GPT-2 blocks, single products around them, conditions by number. */
  public static TorchCurve gpt() throws IOException {
    BlockOptions blocks = BlockOptions.gpt(4, 8, 64);
    SetTransformerOptions options =
        new SetTransformerOptions(18, 18, 32, 2, 1, 1, 7, 0, 0, false, Activation.SOFTPLUS, blocks);
    return new TorchCurve(options, 2, 9, 1).read("gpt");
  }

  private TorchCurve read(String name) throws IOException {
    try (DataInputStream in =
        new DataInputStream(
            new BufferedInputStream(
                new GZIPInputStream(
                    TorchCurve.class.getResourceAsStream(
                        "/org/virtualcell/nn/" + name + ".bin.gz"))))) {
      while (true) {
        byte[] text;
        try {
          text = new byte[in.readUnsignedShort()];
        } catch (EOFException end) {
          return this;
        }
        in.readFully(text);
        char kind = (char) in.readByte();
        int count = in.readInt();
        float[] floats = new float[kind == 'f' ? count : 0];
        double[] doubles = new double[kind == 'd' ? count : 0];
        int[] ints = new int[kind == 'i' ? count : 0];
        for (int i = 0; i < count; i++) {
          switch (kind) {
            case 'f' -> floats[i] = in.readFloat();
            case 'd' -> doubles[i] = in.readDouble();
            default -> ints[i] = in.readInt();
          }
        }
        arrays.put(
            new String(text, StandardCharsets.UTF_8),
            kind == 'f' ? floats : kind == 'd' ? doubles : ints);
      }
    }
  }

  /** An array of doubles: the curves "double" and "single", "last/..." and "average/...". */
  public double[] doubles(String name) {
    return (double[]) arrays.get(name);
  }

  /** The learning rate of each step. */
  public float[] rates() {
    return (float[]) arrays.get("rates");
  }

  /** What a look at the end of a training gets. */
  public interface End {
    void look(ParameterSet parameters, AdamOptimizer optimiser);
  }

  /** Trains from torch's first values on torch's batches; returns the loss of each step. */
  public double[] train(
      Device device, LaneOptions how, DType activations, int steps, boolean recorded, End end) {
    try (Lane lane = device.open(how);
        ParameterSet parameters = new ParameterSet(lane);
        Workspace workspace = new Workspace(parameters, activations, true)) {
      SetTransformer network = new SetTransformer(workspace, "", options, sets, cells);
      EnergyLoss loss = new EnergyLoss(workspace, sets, cells, options.outputs(), chunks);
      for (Parameter p : parameters.all()) {
        parameters.set(p.name(), (float[]) arrays.get("first/" + p.name()));
      }
      AdamOptions adam = AdamOptions.defaults().withClip(1).withAverage(0.98);
      long rows = (long) sets * cells;
      Tensor x = workspace.tensor(DType.F32, rows, options.inputs());
      Tensor y = workspace.tensor(DType.F32, rows, options.outputs());
      boolean numbered = options.conditions() > 0;
      Tensor condition =
          numbered
              ? workspace.tensor(DType.I32, sets)
              : workspace.tensor(DType.F32, sets, options.conditionSize());
      Tensor batch = options.batches() > 0 ? workspace.tensor(DType.I32, rows) : null;
      double[] losses = new double[steps];
      try (AdamOptimizer optimiser = new AdamOptimizer(parameters, adam)) {
        Runnable step =
            () -> {
              loss.compute(network.forward(x, condition, batch), y);
              network.backward(loss.gradient());
              optimiser.step();
            };
        Replay replay = null;
        for (int s = 0; s < steps; s++) {
          lane.upload(arrays.get("x/" + s % BATCHES), x);
          lane.upload(arrays.get("y/" + s % BATCHES), y);
          lane.upload(arrays.get("condition/" + s % BATCHES), condition);
          if (batch != null) {
            lane.upload(arrays.get("batch/" + s % BATCHES), batch);
          }
          optimiser.prepare(s + 1, rates()[s]);
          if (recorded && s == 1) {
            replay = lane.record(step);
          }
          if (replay == null) {
            step.run();
          } else {
            replay.run();
          }
          losses[s] = loss.value();
        }
        if (replay != null) {
          replay.close();
        }
        end.look(parameters, optimiser);
      }
      return losses;
    }
  }
}
