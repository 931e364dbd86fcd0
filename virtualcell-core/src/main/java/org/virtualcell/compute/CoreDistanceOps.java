package org.virtualcell.compute;

import static org.virtualcell.compute.OperandShape.mismatch;
import static org.virtualcell.compute.OperandShape.require;
import static org.virtualcell.compute.OperandShape.requireRank;

import org.virtualcell.api.InvalidDataException;
import org.virtualcell.compute.spi.DistanceKernels;
import org.virtualcell.compute.spi.Memory;

/** Checks the operands and hands them to the kernels; see {@link DistanceOps}. */
final class CoreDistanceOps implements DistanceOps {
  private final CoreLane lane;
  private final DistanceKernels kernels;

  CoreDistanceOps(CoreLane lane, DistanceKernels kernels) {
    this.lane = lane;
    this.kernels = kernels;
  }

  @Override
  public void distances(Tensor x, Tensor y, Tensor out) {
    distances(Op.DISTANCES, "distances", x, y, out);
  }

  @Override
  public void squaredDistances(Tensor x, Tensor y, Tensor out) {
    distances(Op.SQUARED_DISTANCES, "squaredDistances", x, y, out);
  }

  private void distances(Op op, String name, Tensor x, Tensor y, Tensor out) {
    lane.enter(name);
    try {
      CoreTensor a = lane.use(x, false, "x");
      CoreTensor b = lane.use(y, false, "y");
      CoreTensor result = lane.use(out, true, "out");
      requireRank(a, "x", 2);
      requireRank(b, "y", 2);
      require(a, "x", DType.F32, a.size(0), a.size(1));
      require(b, "y", DType.F32, b.size(0), a.size(1));
      require(result, "out", DType.F32, a.size(0), b.size(0));
      Memory scratch = lane.scratch(kernels.scratchBytes(op, a, b));
      boolean squared = op == Op.SQUARED_DISTANCES;
      if (result.elements() > 0) {
        if (lane.runsNow()) {
          kernels.distances(a, b, squared, result, scratch);
        } else {
          lane.note(() -> kernels.distances(a, b, squared, result, scratch));
        }
      }
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure(name, failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public void meanDistances(Tensor x, Tensor y, Tensor out) {
    lane.enter("meanDistances");
    try {
      CoreTensor a = sets(x, "x");
      CoreTensor b = sets(y, "y", a);
      CoreTensor result = lane.use(out, true, "out");
      require(result, "out", DType.F32, a.size(0));
      Memory scratch = lane.scratch(kernels.scratchBytes(Op.MEAN_DISTANCES, a, b));
      if (result.elements() > 0) {
        if (lane.runsNow()) {
          kernels.meanDistances(a, b, result, scratch);
        } else {
          lane.note(() -> kernels.meanDistances(a, b, result, scratch));
        }
      }
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("meanDistances", failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public void energyDistance(Tensor x, Tensor y, Tensor out) {
    lane.enter("energyDistance");
    try {
      CoreTensor a = sets(x, "x");
      CoreTensor b = sets(y, "y", a);
      CoreTensor result = lane.use(out, true, "out");
      require(result, "out", DType.F32, a.size(0));
      Memory scratch = lane.scratch(kernels.scratchBytes(Op.ENERGY_DISTANCE, a, b));
      if (result.elements() > 0) {
        if (lane.runsNow()) {
          kernels.energy(a, b, null, result, null, scratch);
        } else {
          lane.note(() -> kernels.energy(a, b, null, result, null, scratch));
        }
      }
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("energyDistance", failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public void energyGradient(Tensor x, Tensor y, Tensor weight, Tensor out, Tensor gradient) {
    lane.enter("energyGradient");
    try {
      CoreTensor a = sets(x, "x");
      CoreTensor b = sets(y, "y", a);
      CoreTensor factor = lane.use(weight, false, "weight");
      CoreTensor result = lane.use(out, true, "out");
      CoreTensor slope = lane.use(gradient, true, "gradient");
      require(factor, "weight", DType.F32, a.size(0));
      require(result, "out", DType.F32, a.size(0));
      requireRank(slope, "gradient", 3);
      require(slope, "gradient", DType.F32, a.size(0), a.size(1), a.size(2));
      Memory scratch = lane.scratch(kernels.scratchBytes(Op.ENERGY_GRADIENT, a, b));
      if (result.elements() > 0) {
        if (lane.runsNow()) {
          kernels.energy(a, b, factor, result, slope, scratch);
        } else {
          lane.note(() -> kernels.energy(a, b, factor, result, slope, scratch));
        }
      }
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("energyGradient", failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public void groupDistances(Tensor x, Tensor start, Tensor means, Tensor energy) {
    lane.enter("groupDistances");
    try {
      CoreTensor cells = lane.use(x, false, "x");
      CoreTensor starts = lane.use(start, false, "start");
      CoreTensor mean = lane.use(means, true, "means");
      CoreTensor energies = lane.use(energy, true, "energy");
      requireRank(cells, "x", 2);
      require(cells, "x", DType.F32, cells.size(0), cells.size(1));
      requireRank(starts, "start", 1);
      long groups = starts.size(0) - 1;
      if (starts.type() != DType.I64 || groups < 0) {
        throw mismatch(starts, "start", "tensor I64 [groups + 1]");
      }
      require(mean, "means", DType.F32, groups, groups);
      require(energies, "energy", DType.F32, groups, groups);
      Memory scratch = lane.scratch(kernels.scratchBytes(Op.GROUP_DISTANCES, cells, starts));
      if (mean.elements() > 0) {
        if (lane.runsNow()) {
          kernels.groupDistances(cells, starts, mean, energies, scratch);
        } else {
          lane.note(() -> kernels.groupDistances(cells, starts, mean, energies, scratch));
        }
      }
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("groupDistances", failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public long scratchBytes(Op op, Tensor x, Tensor y) {
    lane.enter("scratchBytes");
    try {
      int rank =
          switch (op) {
            case DISTANCES, SQUARED_DISTANCES, GROUP_DISTANCES -> 2;
            case MEAN_DISTANCES, ENERGY_DISTANCE, ENERGY_GRADIENT -> 3;
            default ->
                throw new InvalidDataException(
                    "Not an operation on distances", op.toString(), "Ask the family it is of.");
          };
      CoreTensor a = lane.use(x, false, "x");
      CoreTensor b = lane.use(y, false, "y");
      requireRank(a, "x", rank);
      requireRank(b, "y", op == Op.GROUP_DISTANCES ? 1 : rank);
      return kernels.scratchBytes(op, a, b);
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("scratchBytes", failed);
    } finally {
      lane.exit();
    }
  }

  // ---- the rules operands obey ----

  private CoreTensor sets(Tensor tensor, String name) {
    CoreTensor sets = lane.use(tensor, false, name);
    requireRank(sets, name, 3);
    require(sets, name, DType.F32, sets.size(0), sets.size(1), sets.size(2));
    return sets;
  }

  private CoreTensor sets(Tensor tensor, String name, CoreTensor like) {
    CoreTensor sets = lane.use(tensor, false, name);
    requireRank(sets, name, 3);
    require(sets, name, DType.F32, like.size(0), sets.size(1), like.size(2));
    return sets;
  }
}
