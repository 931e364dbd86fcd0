package org.virtualcell.compute.spi;

import java.util.List;
import org.virtualcell.compute.DeviceStatus;

/**
 * Finds the devices of one kind. Named in {@code META-INF/services} and created by {@link
 * java.util.ServiceLoader}, or passed to {@link org.virtualcell.compute.Devices#probe} by hand.
 */
public interface DeviceProvider {
  /** The number of the contract this version of core speaks. */
  int CONTRACT = 1;

  /**
   * The number of the contract this provider was compiled for. Write {@code return
   * DeviceProvider.CONTRACT}: the compiler copies the number into the provider, so that one
   * compiled against another version is found out and left aside.
   *
   * @return the number
   */
  int contract();

  /**
   * Looks for devices. Called once in a process. Anything this raises, a {@link LinkageError}
   * included, makes the provider's devices absent with that reason.
   *
   * @return each device found, and each that one could expect with the reason why it is absent
   */
  List<DeviceStatus> probe();
}
