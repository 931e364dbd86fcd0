package org.virtualcell.compute;

import org.virtualcell.compute.spi.DeviceBackend;
import org.virtualcell.compute.spi.DeviceProvider;
import org.virtualcell.compute.spi.LaneBackend;
import org.virtualcell.compute.spi.Memory;
import org.virtualcell.compute.spi.Workers;

/**
 * The device that is always there: single precision in plain Java, blocked, threaded. Tensors are
 * arrays on the heap.
 */
public final class JavaDevice {
  private JavaDevice() {}

  /**
   * A Java device of its own, apart from the one the process shares.
   *
   * @return the device
   */
  public static Device create() {
    return new CoreDevice(new Backend());
  }

  static DeviceStatus status() {
    return DeviceStatus.present(new Backend());
  }

  /** Heap arrays and Java kernels. */
  private static final class Backend extends DeviceBackend {
    @Override
    public DeviceInfo info() {
      String version = JavaDevice.class.getPackage().getImplementationVersion();
      return new DeviceInfo(
          "java",
          "Java " + Runtime.version().feature(),
          Runtime.getRuntime().maxMemory(),
          "jvm",
          version == null ? "development" : version,
          DeviceProvider.CONTRACT,
          0);
    }

    @Override
    public boolean supports(Op op, DType... types) {
      return true;
    }

    @Override
    public LaneBackend open(LaneOptions options, Workers workers) {
      return new HeapLane(workers);
    }

    @Override
    public Memory allocate(DType type, long elements, LaneBackend lane) {
      return HeapMemory.allocate(type, elements);
    }

    @Override
    public void release(Memory memory, LaneBackend lane) {
      ((HeapMemory) memory).clear();
    }
  }
}
