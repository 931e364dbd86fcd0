package org.virtualcell.nn;

import org.virtualcell.compute.DType;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.Tensor;

/**
 * Dropout before a residual connection, in training only. The mask is drawn again on the way back,
 * from {@link Workspace#drawDropout}.
 */
final class Dropout {
  private final Lane lane;
  private final Tensor key;
  private final int place;
  private final double share;
  private final Tensor out;
  private final Tensor dx;

  private Dropout(Workspace workspace, double share, long rows, long width) {
    this.lane = workspace.lane();
    this.key = workspace.dropoutKey();
    this.place = workspace.nextPlace();
    this.share = share;
    this.out = workspace.tensor(DType.F32, rows, width);
    this.dx = workspace.tensor(DType.F32, rows, width);
  }

  /** One of its own place in the network; null where nothing is dropped. */
  static Dropout of(Workspace workspace, double share, long rows, long width) {
    return share > 0 && workspace.training() ? new Dropout(workspace, share, rows, width) : null;
  }

  Tensor forward(Tensor x, Tensor residual) {
    lane.random().dropout(key, place, share, x, out);
    lane.neural().add(1, residual, out);
    return out;
  }

  Tensor backward(Tensor slope) {
    lane.random().dropout(key, place, share, slope, dx);
    return dx;
  }
}
