package org.virtualcell.accelerator;

import org.virtualcell.compute.Precision;
import org.virtualcell.compute.spi.DenseKernels;
import org.virtualcell.compute.spi.DistanceKernels;
import org.virtualcell.compute.spi.LaneBackend;
import org.virtualcell.compute.spi.Memory;
import org.virtualcell.compute.spi.NeuralKernels;
import org.virtualcell.compute.spi.RankKernels;
import org.virtualcell.compute.spi.SparseKernels;
import org.virtualcell.compute.spi.Workers;

/** A lane of the processor: work runs at once, on the caller's thread and its helpers. */
final class CpuLane extends LaneBackend {
  private final CpuSparseKernels sparse;
  private final CpuDistanceKernels distance;
  private final CpuRankKernels rank;
  private final CpuDenseKernels dense;
  private final CpuNeuralKernels neural;

  CpuLane(Isa isa, Precision precision, Workers workers) {
    sparse = new CpuSparseKernels(isa, precision, workers);
    distance = new CpuDistanceKernels(isa, workers);
    rank = new CpuRankKernels(isa, workers);
    dense = new CpuDenseKernels(isa, precision, workers);
    neural = new CpuNeuralKernels(isa, precision, workers);
  }

  @Override
  public void upload(Object from, int fromIndex, Memory to, long toElement, int count) {
    HostCopy.put(from, fromIndex, (Address) to, toElement, count);
  }

  @Override
  public void download(Memory from, long fromElement, Object to, int toIndex, int count) {
    HostCopy.get((Address) from, fromElement, to, toIndex, count);
  }

  @Override
  public SparseKernels sparse() {
    return sparse;
  }

  @Override
  public DistanceKernels distance() {
    return distance;
  }

  @Override
  public RankKernels rank() {
    return rank;
  }

  @Override
  public DenseKernels dense() {
    return dense;
  }

  @Override
  public NeuralKernels neural() {
    return neural;
  }

  @Override
  public void close() {
    sparse.close();
    rank.close();
    dense.close();
    neural.close();
  }
}
