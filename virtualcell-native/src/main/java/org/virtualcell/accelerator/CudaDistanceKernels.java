package org.virtualcell.accelerator;

import org.virtualcell.compute.Op;
import org.virtualcell.compute.spi.DistanceKernels;
import org.virtualcell.compute.spi.Memory;
import org.virtualcell.compute.spi.TensorData;

/** The distance kernels of one queue; each call enqueues and returns. */
final class CudaDistanceKernels extends DistanceKernels {
  private final long queue;

  CudaDistanceKernels(long queue) {
    this.queue = queue;
  }

  @Override
  public long scratchBytes(Op op, TensorData x, TensorData y) {
    return switch (op) {
      case MEAN_DISTANCES ->
          CudaKernels.vc_cuda_energy_scratch(x.size(0), x.size(1), y.size(1), 0, 0);
      case ENERGY_DISTANCE ->
          CudaKernels.vc_cuda_energy_scratch(x.size(0), x.size(1), y.size(1), 1, 0);
      case ENERGY_GRADIENT ->
          CudaKernels.vc_cuda_energy_scratch(x.size(0), x.size(1), y.size(1), 1, 1);
      case GROUP_DISTANCES -> CudaKernels.vc_cuda_group_distances_scratch(x.size(0), y.size(0) - 1);
      default -> 0;
    };
  }

  @Override
  public void distances(
      TensorData x, TensorData y, boolean squared, TensorData out, Memory scratch) {
    CudaBackend.check(
        CudaKernels.vc_cuda_distances(
            queue,
            x.size(0),
            y.size(0),
            x.size(1),
            address(x),
            address(y),
            squared ? 1 : 0,
            address(out)));
  }

  @Override
  public void meanDistances(TensorData x, TensorData y, TensorData out, Memory scratch) {
    pairs(x, y, 0, null, out, null, scratch);
  }

  @Override
  public void energy(
      TensorData x,
      TensorData y,
      TensorData weight,
      TensorData out,
      TensorData gradient,
      Memory scratch) {
    pairs(x, y, 1, weight, out, gradient, scratch);
  }

  private void pairs(
      TensorData x,
      TensorData y,
      int inside,
      TensorData weight,
      TensorData out,
      TensorData gradient,
      Memory scratch) {
    CudaBackend.check(
        CudaKernels.vc_cuda_energy(
            queue,
            x.size(0),
            x.size(1),
            y.size(1),
            x.size(2),
            address(x),
            address(y),
            inside,
            address(weight),
            Address.of(scratch),
            address(out),
            address(gradient)));
  }

  @Override
  public void groupDistances(
      TensorData x, TensorData start, TensorData means, TensorData energy, Memory scratch) {
    CudaBackend.check(
        CudaKernels.vc_cuda_group_distances(
            queue,
            x.size(0),
            start.size(0) - 1,
            x.size(1),
            address(x),
            address(start),
            Address.of(scratch),
            address(means),
            address(energy)));
  }

  private static long address(TensorData tensor) {
    return tensor == null ? 0 : Address.of(tensor.memory());
  }
}
