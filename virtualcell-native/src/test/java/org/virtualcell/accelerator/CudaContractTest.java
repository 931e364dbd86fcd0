package org.virtualcell.accelerator;

import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.virtualcell.compute.Device;
import org.virtualcell.compute.DeviceContract;
import org.virtualcell.compute.DeviceStatus;

/** The contract on the first graphics card; skipped, with the reason, where there is none. */
@Tag("gpu")
class CudaContractTest extends DeviceContract {
  private static final List<DeviceStatus> FOUND = new CudaProvider().probe();

  @BeforeEach
  void thereIsAGraphicsCard() {
    device();
  }

  /** A queue's kernels use no threads of the processor: one repetition shows the same bytes. */
  @Override
  public int[] threadCounts() {
    return new int[] {3};
  }

  @Override
  public Device device() {
    DeviceStatus first = FOUND.get(0);
    Assumptions.assumeTrue(first.device().isPresent(), first::toString);
    return first.device().orElseThrow();
  }
}
