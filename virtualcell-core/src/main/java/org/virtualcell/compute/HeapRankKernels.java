package org.virtualcell.compute;

import org.virtualcell.compute.spi.CsrData;
import org.virtualcell.compute.spi.Memory;
import org.virtualcell.compute.spi.RankKernels;
import org.virtualcell.compute.spi.TensorData;
import org.virtualcell.compute.spi.Workers;

/** The rank kernels of one lane of the Java device. */
final class HeapRankKernels extends RankKernels {
  private final HeapRankSums rankSums;

  HeapRankKernels(Workers workers) {
    rankSums = new HeapRankSums(workers);
  }

  @Override
  public long scratchBytes(Op op, CsrData x, long groups) {
    return rankSums.scratchBytes(x, groups);
  }

  @Override
  public void rankSums(
      CsrData x,
      TensorData totals,
      TensorData group,
      int reference,
      TensorData u2,
      TensorData ties,
      Memory scratch) {
    rankSums.rank(x, totals, group, reference, u2, ties, scratch);
  }
}
