package org.virtualcell.bench.race;

import java.io.IOException;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.Tensor;

/**
 * Distances of cells x, y; values cells, columns and groups. Without groups (0) all distances,
 * result out; else x holds groups of equal size, results means and energy.
 */
public final class DistancesRacer implements Racer {
  private Lane lane;
  private int groups;
  private Tensor x;
  private Tensor y; // or the starts of the groups
  private Tensor out; // or the means
  private Tensor energy;

  /** Creates the racer. */
  public DistancesRacer() {}

  @Override
  public void prepare(RaceInputs inputs, Lane on) throws IOException {
    lane = on;
    groups = inputs.number("groups");
    int cells = inputs.number("cells");
    int columns = inputs.number("columns");
    x = lane.tensor(DType.F32, cells, columns);
    lane.upload(inputs.floats("x"), x);
    if (groups == 0) {
      y = lane.tensor(DType.F32, cells, columns);
      lane.upload(inputs.floats("y"), y);
      out = lane.tensor(DType.F32, cells, cells);
    } else {
      long[] starts = new long[groups + 1];
      java.util.Arrays.setAll(starts, g -> (long) g * cells / groups);
      y = lane.tensor(DType.I64, groups + 1);
      lane.upload(starts, y);
      out = lane.tensor(DType.F32, groups, groups);
    }
    energy = lane.tensor(DType.F32, groups, groups);
  }

  @Override
  public void run() {
    if (groups == 0) {
      lane.distance().distances(x, y, out);
    } else {
      lane.distance().groupDistances(x, y, out, energy);
    }
    lane.synchronize();
  }

  @Override
  public void save(RaceOutputs outputs) throws IOException {
    float[] values = new float[Math.toIntExact(out.elements())];
    lane.download(out, values);
    outputs.write(groups == 0 ? "out" : "means", values);
    float[] energies = new float[(int) energy.elements()];
    lane.download(energy, energies);
    outputs.write("energy", energies);
  }

  @Override
  public void close() {
    for (Tensor tensor : new Tensor[] {x, y, out, energy}) {
      tensor.close();
    }
  }
}
