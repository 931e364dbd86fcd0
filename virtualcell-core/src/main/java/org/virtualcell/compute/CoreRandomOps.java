package org.virtualcell.compute;

import static org.virtualcell.compute.OperandShape.require;

import org.virtualcell.api.InvalidDataException;
import org.virtualcell.compute.spi.NeuralKernels;

/** Checks the operands and hands them to the kernels; see {@link RandomOps}. */
final class CoreRandomOps implements RandomOps {
  private final CoreLane lane;
  private final NeuralKernels kernels;

  CoreRandomOps(CoreLane lane, NeuralKernels kernels) {
    this.lane = lane;
    this.kernels = kernels;
  }

  @Override
  public void dropout(Tensor key, int place, double p, Tensor x, Tensor out) {
    lane.enter("dropout");
    try {
      CoreTensor seed = lane.use(key, false, "key");
      CoreTensor from = lane.use(x, false, "x");
      CoreTensor to = lane.use(out, true, "out");
      require(seed, "key", DType.I64, 2);
      CoreNeuralOps.requireFloats(from, "x");
      CoreNeuralOps.requireSame(from, to, "out", from.type());
      if (!(p >= 0 && p < 1)) {
        throw new InvalidDataException(
            "A share to drop is out of range", "p " + p, "Pass 0 to below 1.");
      }
      if (from.elements() == 0) {
        return;
      }
      if (lane.runsNow()) {
        kernels.dropout(seed, place, p, from, to);
      } else {
        lane.note(() -> kernels.dropout(seed, place, p, from, to));
      }
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("dropout", failed);
    } finally {
      lane.exit();
    }
  }
}
