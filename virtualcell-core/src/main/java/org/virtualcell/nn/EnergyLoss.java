package org.virtualcell.nn;

import java.util.Arrays;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.Tensor;

/**
 * The mean over sets of the energy distance {@link org.virtualcell.compute.DistanceOps} states,
 * State's training loss; with chunks, the mean over equal chunks of the columns too, which raises
 * the weight of weak ones. Can be recorded.
 */
public final class EnergyLoss implements Loss {
  private final Lane lane;
  private final int sets;
  private final int cells;
  private final int columns;
  private final int chunks;
  private final Tensor weight;
  private final Tensor gradient;
  private final Tensor[] values;
  private final Tensor[] partX;
  private final Tensor[] partY;
  private final Tensor[] partGradient;
  private final Tensor[] setsOfX;
  private final Tensor[] setsOfY;
  private final Tensor[] setsOfPart;
  private final float[] host;
  private Tensor prediction;
  private Tensor target;
  private Tensor setsOfPrediction;
  private Tensor setsOfTarget;
  private final Tensor setsOfGradient;

  /**
   * A loss.
   *
   * @param workspace where its buffers live
   * @param sets how many pairs of sets
   * @param cells cells of each set, predicted and observed
   * @param columns columns of a row
   * @param chunks chunks of columns, 1 for none
   * @throws InvalidDataException if there are fewer than two cells, or fewer columns than chunks
   */
  public EnergyLoss(Workspace workspace, int sets, int cells, int columns, int chunks) {
    if (cells < 2 || chunks < 1 || chunks > columns || sets < 1) {
      throw new InvalidDataException(
          "An energy distance needs sets of two cells or more, and a column for each chunk",
          sets + " sets of " + cells + " cells, " + columns + " columns in " + chunks + " chunks",
          "Pass larger sets, or fewer chunks.");
    }
    this.lane = workspace.lane();
    this.sets = sets;
    this.cells = cells;
    this.columns = columns;
    this.chunks = chunks;
    weight = workspace.tensor(DType.F32, sets);
    float[] weights = new float[sets];
    Arrays.fill(weights, 1f / ((long) sets * chunks));
    lane.upload(weights, weight);
    gradient = workspace.tensor(DType.F32, (long) sets * cells, columns);
    setsOfGradient = gradient.reshaped(sets, cells, columns);
    values = new Tensor[chunks];
    partX = new Tensor[chunks];
    partY = new Tensor[chunks];
    partGradient = new Tensor[chunks];
    setsOfX = new Tensor[chunks];
    setsOfY = new Tensor[chunks];
    setsOfPart = new Tensor[chunks];
    for (int c = 0; c < chunks; c++) {
      values[c] = workspace.tensor(DType.F32, sets);
      if (chunks > 1) {
        partX[c] = workspace.tensor(DType.F32, (long) sets * cells, width(c));
        partY[c] = workspace.tensor(DType.F32, (long) sets * cells, width(c));
        partGradient[c] = workspace.tensor(DType.F32, (long) sets * cells, width(c));
        setsOfX[c] = partX[c].reshaped(sets, cells, width(c));
        setsOfY[c] = partY[c].reshaped(sets, cells, width(c));
        setsOfPart[c] = partGradient[c].reshaped(sets, cells, width(c));
      }
    }
    host = new float[sets];
  }

  private int first(int chunk) {
    return (int) ((long) columns * chunk / chunks);
  }

  private int width(int chunk) {
    return first(chunk + 1) - first(chunk);
  }

  @Override
  public void compute(Tensor x, Tensor y) {
    if (chunks == 1) {
      view(x, y);
      lane.distance()
          .energyGradient(setsOfPrediction, setsOfTarget, weight, values[0], setsOfGradient);
      return;
    }
    for (int c = 0; c < chunks; c++) {
      int w = width(c);
      lane.neural().copyColumns(x, first(c), partX[c], 0, w);
      lane.neural().copyColumns(y, first(c), partY[c], 0, w);
      lane.distance().energyGradient(setsOfX[c], setsOfY[c], weight, values[c], setsOfPart[c]);
      lane.neural().copyColumns(partGradient[c], 0, gradient, first(c), w);
    }
  }

  private void view(Tensor x, Tensor y) {
    if (prediction != x) {
      prediction = x;
      setsOfPrediction = x.reshaped(sets, cells, columns);
    }
    if (target != y) {
      target = y;
      setsOfTarget = y.reshaped(sets, cells, columns);
    }
  }

  @Override
  public Tensor gradient() {
    return gradient;
  }

  /** The energy distance of each set by chunk of columns. */
  Tensor[] values() {
    return values.clone();
  }

  @Override
  public double value() {
    double sum = 0;
    for (Tensor value : values) {
      lane.download(value, host);
      for (float v : host) {
        sum += v;
      }
    }
    return sum / ((double) sets * chunks);
  }
}
