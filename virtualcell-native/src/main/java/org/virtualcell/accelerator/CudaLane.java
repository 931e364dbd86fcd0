package org.virtualcell.accelerator;

import org.virtualcell.compute.Precision;
import org.virtualcell.compute.spi.DenseKernels;
import org.virtualcell.compute.spi.DistanceKernels;
import org.virtualcell.compute.spi.LaneBackend;
import org.virtualcell.compute.spi.Memory;
import org.virtualcell.compute.spi.RankKernels;
import org.virtualcell.compute.spi.SparseKernels;

/** A lane of a graphics card: one queue, which is a stream and what belongs to it. */
final class CudaLane extends LaneBackend {
  private final long queue;
  private final CudaSparseKernels sparse;
  private final CudaDistanceKernels distance;
  private final CudaDenseKernels dense;
  private final CudaRankKernels rank;

  CudaLane(long queue, Precision precision) {
    this.queue = queue;
    sparse = new CudaSparseKernels(queue, precision);
    distance = new CudaDistanceKernels(queue);
    dense = new CudaDenseKernels(queue, precision);
    rank = new CudaRankKernels(queue);
  }

  long queue() {
    return queue;
  }

  @Override
  public void upload(Object from, int fromIndex, Memory to, long toElement, int count) {
    DeviceCopy.put(queue, from, fromIndex, (Address) to, toElement, count);
  }

  @Override
  public void download(Memory from, long fromElement, Object to, int toIndex, int count) {
    DeviceCopy.get(queue, (Address) from, fromElement, to, toIndex, count);
  }

  @Override
  public void synchronize() {
    CudaBackend.check(CudaKernels.vc_cuda_synchronize(queue));
  }

  @Override
  public Object mark() {
    long[] event = new long[1];
    CudaBackend.check(CudaKernels.vc_cuda_mark(queue, event));
    return new Mark(event[0]);
  }

  @Override
  public void await(Object mark) {
    CudaBackend.check(CudaKernels.vc_cuda_await(queue, ((Mark) mark).event()));
  }

  @Override
  public boolean beginCapture() {
    CudaBackend.check(CudaKernels.vc_cuda_capture_begin(queue));
    return true;
  }

  @Override
  public Object endCapture() {
    long[] graph = new long[1];
    CudaBackend.check(CudaKernels.vc_cuda_capture_end(queue, graph));
    return new Graph(graph[0]);
  }

  @Override
  public void launch(Object graph) {
    CudaBackend.check(CudaKernels.vc_cuda_graph_launch(queue, ((Graph) graph).address()));
  }

  @Override
  public void release(Object handle) {
    if (handle instanceof Mark mark) {
      CudaBackend.check(CudaKernels.vc_cuda_mark_release(mark.event()));
    } else {
      CudaBackend.check(CudaKernels.vc_cuda_graph_release(((Graph) handle).address()));
    }
  }

  @Override
  public DenseKernels dense() {
    return dense;
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
  public void close() {
    CudaBackend.check(CudaKernels.vc_cuda_queue_close(queue));
  }

  private record Mark(long event) {}

  private record Graph(long address) {}
}
