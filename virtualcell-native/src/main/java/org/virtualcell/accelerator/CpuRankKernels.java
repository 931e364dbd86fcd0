package org.virtualcell.accelerator;

import org.virtualcell.compute.DType;
import org.virtualcell.compute.Op;
import org.virtualcell.compute.spi.ChunkTask;
import org.virtualcell.compute.spi.CsrData;
import org.virtualcell.compute.spi.Memory;
import org.virtualcell.compute.spi.RankKernels;
import org.virtualcell.compute.spi.TensorData;
import org.virtualcell.compute.spi.Workers;

/**
 * The rank kernels of one lane of the processor. The cells are cut into slices, and blocks of genes
 * into chunks, whose numbers depend on the data alone; all sums are whole numbers. Operands stand
 * in fields during a call, so that a call creates no garbage.
 */
final class CpuRankKernels extends RankKernels {
  /** {@code VC_RANK_SLICES}. */
  private static final int SLICES = 32;

  private static final int GENES = 16;

  private final int isa;
  private final Workers workers;
  private final Address descriptor = CpuBackend.allocate(DType.I64, CsrFields.COUNT);
  private final long[] fields = new long[CsrFields.COUNT];
  private final long[] planned = new long[1];

  private final ChunkTask count = this::count;
  private final ChunkTask gather = this::gather;
  private final ChunkTask sums = this::sums;

  // operands of the present call
  private long scratch;
  private long u2;
  private long ties;
  private long firstGene;
  private long endGene;

  CpuRankKernels(Isa isa, Workers workers) {
    this.isa = isa.number();
    this.workers = workers;
  }

  void close() {
    CpuBackend.check(CpuKernels.vc_cpu_release(descriptor.value()));
  }

  @Override
  public long scratchBytes(Op op, CsrData x, long groups) {
    return CpuKernels.vc_cpu_rank_scratch(
        x.rows(), x.genes(), x.nonZeros(), groups, workers.threads());
  }

  @Override
  public void rankSums(
      CsrData x,
      TensorData totals,
      TensorData group,
      int reference,
      TensorData outU2,
      TensorData outTies,
      Memory room) {
    CsrFields.write(x, fields);
    HostCopy.put(fields, 0, descriptor, 0, CsrFields.COUNT);
    scratch = Address.of(room);
    u2 = Address.of(outU2.memory());
    ties = Address.of(outTies.memory());
    check(
        CpuKernels.vc_cpu_rank_open(
            descriptor.value(),
            totals == null ? 0 : Address.of(totals.memory()),
            Address.of(group.memory()),
            outU2.size(0),
            reference,
            workers.threads(),
            scratch));
    workers.run(SLICES, count);
    for (firstGene = 0; firstGene < x.genes(); firstGene = endGene) {
      check(CpuKernels.vc_cpu_rank_plan(scratch, firstGene, planned));
      endGene = planned[0];
      workers.run(SLICES, gather);
      workers.run((int) ((endGene - firstGene + GENES - 1) / GENES), sums);
    }
  }

  private void count(int slice, int worker) {
    check(CpuKernels.vc_cpu_rank_count(isa, descriptor.value(), scratch, slice));
  }

  private void gather(int slice, int worker) {
    check(CpuKernels.vc_cpu_rank_gather(isa, descriptor.value(), scratch, slice));
  }

  private void sums(int chunk, int worker) {
    long first = firstGene + (long) chunk * GENES;
    long end = Math.min(endGene, first + GENES);
    check(CpuKernels.vc_cpu_rank_sums(isa, scratch, first, end, worker, u2, ties));
  }

  private static void check(int status) {
    CpuBackend.check(status);
  }
}
