package org.virtualcell.accelerator;

import org.virtualcell.compute.Op;
import org.virtualcell.compute.spi.CsrData;
import org.virtualcell.compute.spi.Memory;
import org.virtualcell.compute.spi.RankKernels;
import org.virtualcell.compute.spi.TensorData;

/** The rank kernels of one queue; each call enqueues and returns. */
final class CudaRankKernels extends RankKernels {
  private final long queue;
  private final long[] fields = new long[CsrFields.COUNT];

  CudaRankKernels(long queue) {
    this.queue = queue;
  }

  /** As for the larger of the two ways, against the rest. */
  @Override
  public long scratchBytes(Op op, CsrData x, long groups) {
    int shares = op == Op.SHARE_RANK_SUMS ? 1 : 0;
    return CudaKernels.vc_cuda_rank_scratch(x.rows(), x.genes(), groups, shares, 1);
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
    CsrFields.write(x, fields);
    CudaBackend.check(
        CudaKernels.vc_cuda_rank_sums(
            queue,
            fields,
            totals == null ? 0 : Address.of(totals.memory()),
            Address.of(group.memory()),
            u2.size(0),
            reference,
            Address.of(scratch),
            Address.of(u2.memory()),
            Address.of(ties.memory())));
  }
}
