package org.virtualcell.nn;

import org.virtualcell.compute.DType;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.Tensor;

/** The mean square of prediction minus target. Can be recorded. */
public final class SquareLoss implements Loss {
  private final Lane lane;
  private final Tensor value;
  private final Tensor gradient;
  private final float[] host = new float[1];

  /**
   * A loss.
   *
   * @param workspace where its buffers live
   * @param rows rows
   * @param columns columns
   */
  public SquareLoss(Workspace workspace, long rows, long columns) {
    lane = workspace.lane();
    value = workspace.tensor(DType.F32, 1);
    gradient = workspace.tensor(DType.F32, rows, columns);
  }

  @Override
  public void compute(Tensor prediction, Tensor target) {
    lane.neural().meanSquare(1, prediction, target, value, gradient);
  }

  @Override
  public Tensor gradient() {
    return gradient;
  }

  @Override
  public double value() {
    lane.download(value, host);
    return host[0];
  }
}
