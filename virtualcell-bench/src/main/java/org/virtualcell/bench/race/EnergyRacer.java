package org.virtualcell.bench.race;

import java.io.IOException;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.Tensor;

/**
 * Energy distance of pairs of sets x, y; values pairs, cells, columns and slope (0 or 1: whether
 * with the gradient by x of the mean over the pairs); results loss and, with slope, gradient.
 */
public final class EnergyRacer implements Racer {
  private Lane lane;
  private boolean slope;
  private Tensor x;
  private Tensor y;
  private Tensor weight;
  private Tensor loss;
  private Tensor gradient;

  /** Creates the racer. */
  public EnergyRacer() {}

  @Override
  public void prepare(RaceInputs inputs, Lane on) throws IOException {
    lane = on;
    slope = inputs.number("slope") == 1;
    int pairs = inputs.number("pairs");
    int cells = inputs.number("cells");
    int columns = inputs.number("columns");
    x = lane.tensor(DType.F32, pairs, cells, columns);
    y = lane.tensor(DType.F32, pairs, cells, columns);
    weight = lane.tensor(DType.F32, pairs);
    loss = lane.tensor(DType.F32, pairs);
    gradient = lane.tensor(DType.F32, pairs, cells, columns);
    lane.upload(inputs.floats("x"), x);
    lane.upload(inputs.floats("y"), y);
    float[] each = new float[pairs];
    java.util.Arrays.fill(each, 1f / pairs);
    lane.upload(each, weight);
  }

  @Override
  public void run() {
    if (slope) {
      lane.distance().energyGradient(x, y, weight, loss, gradient);
    } else {
      lane.distance().energyDistance(x, y, loss);
    }
    lane.synchronize();
  }

  @Override
  public void save(RaceOutputs outputs) throws IOException {
    float[] losses = new float[(int) loss.elements()];
    lane.download(loss, losses);
    outputs.write("loss", losses);
    if (slope) {
      float[] slopes = new float[(int) gradient.elements()];
      lane.download(gradient, slopes);
      outputs.write("gradient", slopes);
    }
  }

  @Override
  public void close() {
    for (Tensor tensor : new Tensor[] {x, y, weight, loss, gradient}) {
      tensor.close();
    }
  }
}
