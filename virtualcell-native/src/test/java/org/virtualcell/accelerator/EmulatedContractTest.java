package org.virtualcell.accelerator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.virtualcell.compute.Device;
import org.virtualcell.compute.DeviceContract;
import org.virtualcell.compute.DeviceStatus;

/**
 * The contract on the CUDA device, Java side, JNI and kernels, with the kernels linked against the
 * emulation of a graphics card.
 */
@Tag("emulated")
class EmulatedContractTest extends DeviceContract {
  private static List<DeviceStatus> found = List.of();

  @BeforeEach
  void theEmulationWasBuilt() {
    device();
  }

  /** A queue's kernels use no threads of the processor: one repetition shows the same bytes. */
  @Override
  public int[] threadCounts() {
    return new int[] {3};
  }

  @Override
  public boolean emulated() {
    return true;
  }

  @Override
  public Device device() {
    String library = System.getProperty(CudaKernels.LIBRARY, "");
    Assumptions.assumeTrue(
        !library.isEmpty() && Files.exists(Path.of(library)),
        "the emulated CUDA library was not built: no C++ compiler, or not the emulated-test run");
    if (found.isEmpty()) {
      found = new CudaProvider().probe();
    }
    return found.get(0).device().orElseThrow();
  }

  @Test
  void isNamedForWhatItIsAndNeverChosenByItself() {
    assertEquals("emulated:0", device().info().id());
    assertTrue(device().info().preference() < 0);
  }
}
