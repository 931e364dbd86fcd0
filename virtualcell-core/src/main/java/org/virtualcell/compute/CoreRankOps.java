package org.virtualcell.compute;

import static org.virtualcell.compute.OperandShape.mismatch;

import org.virtualcell.api.InvalidDataException;
import org.virtualcell.compute.spi.Memory;
import org.virtualcell.compute.spi.RankKernels;

/** Checks the operands and hands them to the kernels; see {@link RankOps}. */
final class CoreRankOps implements RankOps {
  private final CoreLane lane;
  private final RankKernels kernels;

  CoreRankOps(CoreLane lane, RankKernels kernels) {
    this.lane = lane;
    this.kernels = kernels;
  }

  @Override
  public void rankSums(CsrTensor x, Tensor group, int reference, Tensor u2, Tensor ties) {
    rankSums(Op.RANK_SUMS, "rankSums", x, null, group, reference, u2, ties);
  }

  @Override
  public void shareRankSums(
      CsrTensor x, Tensor totals, Tensor group, int reference, Tensor u2, Tensor ties) {
    rankSums(Op.SHARE_RANK_SUMS, "shareRankSums", x, totals, group, reference, u2, ties);
  }

  private void rankSums(
      Op op,
      String name,
      CsrTensor x,
      Tensor totals,
      Tensor group,
      int reference,
      Tensor u2,
      Tensor ties) {
    lane.enter(name);
    try {
      CoreCsrTensor cells = lane.use(x, false, "x");
      CoreTensor total = op == Op.SHARE_RANK_SUMS ? totals(cells, totals) : null;
      CoreTensor groups = lane.use(group, false, "group");
      CoreTensor u = lane.use(u2, true, "u2");
      CoreTensor tie = lane.use(ties, true, "ties");
      require(groups, "group", DType.I32, cells.rows());
      long n = requireOutput(u, "u2", cells, u.rank() == 2 ? u.size(0) : 0);
      requireOutput(tie, "ties", cells, n);
      if (reference < REST || reference >= n && reference != REST) {
        throw new InvalidDataException(
            "The reference is none of the groups",
            "reference " + reference + " of " + n + " groups",
            "Pass the number of a group, or REST.");
      }
      Memory scratch = lane.scratch(kernels.scratchBytes(op, cells, n));
      if (u.elements() == 0) {
        return;
      }
      if (lane.runsNow()) {
        kernels.rankSums(cells, total, groups, reference, u, tie, scratch);
      } else {
        lane.note(() -> kernels.rankSums(cells, total, groups, reference, u, tie, scratch));
      }
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure(name, failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public long scratchBytes(Op op, CsrTensor x, long groups) {
    lane.enter("scratchBytes");
    try {
      if (groups < 0) {
        throw new InvalidDataException(
            "A number of groups is negative", groups + " groups", "Pass zero or more.");
      }
      return kernels.scratchBytes(op, lane.use(x, false, "x"), groups);
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("scratchBytes", failed);
    } finally {
      lane.exit();
    }
  }

  // ---- the rules operands obey ----

  private CoreTensor totals(CoreCsrTensor x, Tensor totals) {
    CoreTensor total = lane.use(totals, false, "totals");
    require(total, "totals", DType.I64, x.rows());
    if (!x.wholeNumbers() || !x.nonNegative()) {
      throw new InvalidDataException(
          "Shares were asked of values that are not counts",
          "x: " + x,
          "Pass whole numbers of zero or more, or rank the values as they are.");
    }
    return total;
  }

  private static void require(CoreTensor tensor, String name, DType type, long size) {
    if (tensor.rank() != 1 || tensor.type() != type || tensor.size(0) != size) {
      throw mismatch(tensor, name, CoreTensor.name(type, size));
    }
  }

  /** Returns the number of groups. */
  private static long requireOutput(CoreTensor out, String name, CoreCsrTensor x, long groups) {
    if (out.rank() != 2
        || out.type() != DType.I64
        || out.size(0) != groups
        || out.size(1) != x.genes()) {
      throw mismatch(out, name, CoreTensor.name(DType.I64, groups, x.genes()));
    }
    return groups;
  }
}
