package org.virtualcell.accelerator;

import org.virtualcell.compute.DType;
import org.virtualcell.compute.DeviceInfo;
import org.virtualcell.compute.LaneOptions;
import org.virtualcell.compute.Op;
import org.virtualcell.compute.spi.DeviceBackend;
import org.virtualcell.compute.spi.DeviceProvider;
import org.virtualcell.compute.spi.LaneBackend;
import org.virtualcell.compute.spi.Memory;
import org.virtualcell.compute.spi.Workers;

/** One graphics card. */
final class CudaBackend extends DeviceBackend {
  /** {@code VC_TAG_TENSOR}. */
  private static final int TENSOR = 0;

  private final int device;
  private final DeviceInfo info;
  private volatile String lost = "";

  CudaBackend(String id, int device, CudaFacts facts) {
    this.device = device;
    String version = CudaBackend.class.getPackage().getImplementationVersion();
    info =
        new DeviceInfo(
            id,
            facts.name(),
            facts.memoryBytes(),
            facts.architecture(),
            version == null ? "development" : version,
            DeviceProvider.CONTRACT,
            id.startsWith("emulated") ? -1 : 200 - Math.min(device, 99));
  }

  @Override
  public DeviceInfo info() {
    return info;
  }

  @Override
  public boolean supports(Op op, DType... types) {
    return SparseSupport.covers(op, types)
        || DenseSupport.covers(op)
        || DistanceSupport.covers(op, types)
        || RankSupport.covers(op, types);
  }

  @Override
  public LaneBackend open(LaneOptions options, Workers workers) {
    long[] queue = new long[1];
    check(CudaKernels.vc_cuda_queue_open(device, options.stream(), queue));
    return new CudaLane(queue[0], options.precision());
  }

  @Override
  public Memory allocate(DType type, long elements, LaneBackend lane) {
    long bytes = Math.multiplyExact(elements, (long) type.bytes());
    long[] address = new long[1];
    check(CudaKernels.vc_cuda_allocate(((CudaLane) lane).queue(), bytes, TENSOR, address));
    return new Address(address[0], type, bytes);
  }

  @Override
  public void release(Memory memory, LaneBackend lane) {
    Address address = (Address) memory;
    long queue = lane == null ? 0 : ((CudaLane) lane).queue();
    check(CudaKernels.vc_cuda_release(device, queue, address.value(), address.bytes(), TENSOR));
  }

  @Override
  public String lostReason() {
    if (lost.isEmpty() && CudaKernels.vc_cuda_device_alive(device) == NativeStatus.DEVICE_FAILED) {
      lost = CudaKernels.vc_cuda_error_text();
    }
    return lost;
  }

  /** Raises the exception behind a status, if it is one. */
  static void check(int status) {
    if (status != NativeStatus.OK) {
      throw NativeStatus.exception(status, "cuda", CudaKernels::vc_cuda_error_text);
    }
  }
}
