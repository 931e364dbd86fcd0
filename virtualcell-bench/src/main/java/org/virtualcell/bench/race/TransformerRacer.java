package org.virtualcell.bench.race;

import java.io.IOException;
import java.util.Locale;
import org.virtualcell.compute.Activation;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.Replay;
import org.virtualcell.compute.Tensor;
import org.virtualcell.nn.AdamOptimizer;
import org.virtualcell.nn.AdamOptions;
import org.virtualcell.nn.BlockOptions;
import org.virtualcell.nn.EnergyLoss;
import org.virtualcell.nn.Parameter;
import org.virtualcell.nn.ParameterSet;
import org.virtualcell.nn.SetTransformer;
import org.virtualcell.nn.SetTransformerOptions;
import org.virtualcell.nn.Workspace;

/**
 * A set transformer: a training step, or the way forward. Values hidden, layers, heads, cells,
 * sets, genes, conditions, type (F32 or BF16, of what passes between products), train; inputs x, y,
 * condition, and each parameter's first values by its name; results losses (of the first three
 * steps) and out.
 */
public final class TransformerRacer implements Racer {
  private static final int KEPT = 3;

  private Lane lane;
  private boolean train;
  private ParameterSet parameters;
  private Workspace workspace;
  private EnergyLoss loss;
  private AdamOptimizer optimiser;
  private Replay replay;
  private Runnable step;
  private Tensor out;
  private final float[] losses = new float[KEPT];
  private int steps;

  /** Creates the racer. */
  public TransformerRacer() {}

  @Override
  public void prepare(RaceInputs inputs, Lane on) throws IOException {
    lane = on;
    train = inputs.text("train").equals("True");
    int h = inputs.number("hidden");
    int sets = inputs.number("sets");
    int cells = inputs.number("cells");
    int genes = inputs.number("genes");
    int heads = inputs.number("heads");
    parameters = new ParameterSet(lane);
    DType type = DType.valueOf(inputs.text("type").toUpperCase(Locale.ROOT));
    workspace = new Workspace(parameters, type, train);
    SetTransformerOptions options =
        new SetTransformerOptions(
            genes,
            genes,
            h,
            inputs.number("layers"),
            1,
            1,
            inputs.number("conditions"),
            0,
            0,
            false,
            Activation.SOFTPLUS,
            BlockOptions.gpt(heads, h / heads, 4 * h));
    SetTransformer network = new SetTransformer(workspace, "", options, sets, cells);
    for (Parameter p : parameters.all()) {
      parameters.set(p.name(), inputs.floats(p.name()));
    }
    Tensor x = workspace.tensor(DType.F32, (long) sets * cells, genes);
    Tensor y = workspace.tensor(DType.F32, (long) sets * cells, genes);
    Tensor condition = workspace.tensor(DType.I32, sets);
    lane.upload(inputs.floats("x"), x);
    lane.upload(inputs.floats("y"), y);
    lane.upload(inputs.ints("condition"), condition);
    if (train) {
      loss = new EnergyLoss(workspace, sets, cells, genes, 1);
      optimiser = new AdamOptimizer(parameters, AdamOptions.defaults());
      step =
          () -> {
            loss.compute(network.forward(x, condition, null), y);
            network.backward(loss.gradient());
            optimiser.step();
          };
    } else {
      workspace.pack();
      step = () -> out = network.forward(x, condition, null);
    }
  }

  @Override
  public void run() {
    if (train) {
      optimiser.prepare(steps + 1, 1e-4);
    }
    if (steps == 0) {
      step.run();
      replay = lane.record(step);
    } else {
      replay.run();
    }
    lane.synchronize();
    if (train && steps < KEPT) {
      losses[steps] = (float) loss.value();
    }
    steps++;
  }

  @Override
  public void save(RaceOutputs outputs) throws IOException {
    if (train) {
      outputs.write("losses", losses);
    } else {
      float[] values = new float[Math.toIntExact(out.elements())];
      lane.download(out, values);
      outputs.write("out", values);
    }
  }

  @Override
  public void close() {
    if (replay != null) {
      replay.close();
    }
    if (optimiser != null) {
      optimiser.close();
    }
    workspace.close();
    parameters.close();
  }
}
