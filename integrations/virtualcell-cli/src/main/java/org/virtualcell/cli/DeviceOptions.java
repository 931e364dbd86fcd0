package org.virtualcell.cli;

import java.util.Locale;
import org.virtualcell.compute.Device;
import org.virtualcell.compute.Devices;
import picocli.CommandLine.Option;

/** Where the work runs, and on how many threads. */
final class DeviceOptions {
  @Option(
      names = "--device",
      paramLabel = "NAME",
      description = "auto, java, cpu or cuda; 'vc devices' lists them. Default: auto, the best.")
  String device = Devices.AUTO;

  @Option(
      names = "--threads",
      paramLabel = "N",
      converter = PositiveNumber.class,
      description =
          "Processor threads to use. Default: all. The result is the same for any number.")
  int threads = Runtime.getRuntime().availableProcessors();

  /**
   * The device asked for.
   *
   * @return a device of this process
   * @throws org.virtualcell.api.DeviceUnavailableException if it is not there
   */
  Device select() {
    return Devices.select(device.toLowerCase(Locale.ROOT));
  }
}
