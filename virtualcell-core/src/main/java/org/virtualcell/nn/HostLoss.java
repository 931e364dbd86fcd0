package org.virtualcell.nn;

import org.virtualcell.api.InvalidDataException;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.Tensor;

/**
 * The mean over sets of a {@link HostFunction}: copies both sides to the host, computes there in
 * double precision on the calling thread, and copies the gradient back. It works on every device,
 * waits for the queue, and cannot be recorded; for small sets and for losses that are seldom the
 * main one. {@link EnergyLoss} and {@link SquareLoss} stay on the device.
 */
public final class HostLoss implements Loss {
  private final Lane lane;
  private final HostFunction function;
  private final int sets;
  private final Tensor gradient;
  private final float[] hostX;
  private final float[] hostY;
  private final double[] x;
  private final double[] y;
  private final double[] slope;
  private double value;

  /**
   * A loss.
   *
   * @param workspace where its buffer lives
   * @param function of one set
   * @param sets how many sets a prediction has
   * @param rows rows of the prediction
   * @param columns columns of it
   * @throws InvalidDataException if the rows are not those of so many sets
   */
  public HostLoss(Workspace workspace, HostFunction function, int sets, long rows, long columns) {
    if (sets < 1 || rows * columns != (long) sets * function.predicted()) {
      throw new InvalidDataException(
          "A loss is of other sets than the prediction",
          rows + " x " + columns + " for " + sets + " sets of " + function.predicted() + " numbers",
          "Pass the shape the loss was made for.");
    }
    this.lane = workspace.lane();
    this.function = function;
    this.sets = sets;
    gradient = workspace.tensor(DType.F32, rows, columns);
    hostX = new float[sets * function.predicted()];
    hostY = new float[sets * function.observed()];
    x = new double[function.predicted()];
    y = new double[function.observed()];
    slope = new double[function.predicted()];
  }

  @Override
  public void compute(Tensor prediction, Tensor target) {
    lane.download(prediction, hostX);
    lane.download(target, hostY);
    value = 0;
    for (int set = 0; set < sets; set++) {
      for (int i = 0; i < x.length; i++) {
        x[i] = hostX[set * x.length + i];
      }
      for (int i = 0; i < y.length; i++) {
        y[i] = hostY[set * y.length + i];
      }
      value += function.evaluate(x, y, slope) / sets;
      for (int i = 0; i < x.length; i++) {
        hostX[set * x.length + i] = (float) (slope[i] / sets);
      }
    }
    lane.upload(hostX, gradient);
  }

  @Override
  public Tensor gradient() {
    return gradient;
  }

  @Override
  public double value() {
    return value;
  }
}
