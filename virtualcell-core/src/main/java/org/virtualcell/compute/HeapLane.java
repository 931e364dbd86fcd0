package org.virtualcell.compute;

import org.virtualcell.compute.spi.DenseKernels;
import org.virtualcell.compute.spi.DistanceKernels;
import org.virtualcell.compute.spi.LaneBackend;
import org.virtualcell.compute.spi.Memory;
import org.virtualcell.compute.spi.NeuralKernels;
import org.virtualcell.compute.spi.RankKernels;
import org.virtualcell.compute.spi.SparseKernels;
import org.virtualcell.compute.spi.Workers;

/** A lane of the Java device: work runs at once. */
final class HeapLane extends LaneBackend {
  private final HeapSparseKernels sparse;
  private final HeapDenseKernels dense;
  private final HeapDistanceKernels distance;
  private final HeapRankKernels rank;
  private final HeapNeuralKernels neural;

  HeapLane(Workers workers) {
    sparse = new HeapSparseKernels(workers);
    dense = new HeapDenseKernels(workers);
    distance = new HeapDistanceKernels(workers);
    rank = new HeapRankKernels(workers);
    neural = new HeapNeuralKernels(workers);
  }

  @Override
  public void upload(Object from, int fromIndex, Memory to, long toElement, int count) {
    System.arraycopy(from, fromIndex, ((HeapMemory) to).array(), (int) toElement, count);
  }

  @Override
  public void download(Memory from, long fromElement, Object to, int toIndex, int count) {
    System.arraycopy(((HeapMemory) from).array(), (int) fromElement, to, toIndex, count);
  }

  @Override
  public SparseKernels sparse() {
    return sparse;
  }

  @Override
  public DenseKernels dense() {
    return dense;
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
  public NeuralKernels neural() {
    return neural;
  }

  @Override
  public void close() {}
}
