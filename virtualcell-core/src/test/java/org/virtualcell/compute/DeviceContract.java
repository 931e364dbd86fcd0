package org.virtualcell.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;

/**
 * What every device keeps. A device's test extends this and returns the device; nothing else is
 * needed:
 *
 * <pre>{@code
 * class CpuDeviceContractTest extends DeviceContract {
 *   public Device device() {
 *     return CPU;
 *   }
 * }
 * }</pre>
 */
public abstract class DeviceContract
    implements OperationContract,
        DenseContract,
        DistanceContract,
        RankContract,
        NeuralContract,
        LaneContract,
        MisuseContract,
        MemoryContract {
  /** Creates the test. */
  protected DeviceContract() {}

  @AfterEach
  void noBytesAreLeftBehind() {
    assertEquals(0, device().memory().inUse(), () -> "left: " + device().memory().byTag());
  }
}
