package org.virtualcell.compute;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.virtualcell.api.DeviceUnavailableException;
import org.virtualcell.compute.spi.DeviceProvider;

/**
 * Finds and chooses devices. Providers are looked for once in a process, with the class loader of
 * the SPI first and the thread's context loader second; the Java device is always there.
 */
public final class Devices {
  /** The system property that names the device {@link #AUTO} means. */
  public static final String PROPERTY = "virtualcell.device";

  /** The name that means: what {@link #PROPERTY} names, else the best device there is. */
  public static final String AUTO = "auto";

  private Devices() {}

  /**
   * All devices of this process, each that is absent with its reason.
   *
   * @return best first
   */
  public static List<DeviceStatus> available() {
    return Found.DEVICES;
  }

  /**
   * A device by name.
   *
   * @param name {@link #AUTO}, a device's id ({@code cuda:0}) or a family ({@code cuda}, {@code
   *     cpu}, {@code java}), whose best device is meant
   * @return the device, shared by the process
   * @throws DeviceUnavailableException if it is absent; the message carries the reason
   */
  public static Device select(String name) {
    return select(name, available());
  }

  /**
   * A device by name from a list of one's own.
   *
   * @param name as for {@link #select(String)}
   * @param devices from {@link #probe}
   * @return the device
   * @throws DeviceUnavailableException if it is absent; the message carries the reason
   */
  public static Device select(String name, List<DeviceStatus> devices) {
    String wanted = name.equals(AUTO) ? System.getProperty(PROPERTY, AUTO).strip() : name;
    boolean auto = wanted.isEmpty() || wanted.equals(AUTO);
    Optional<Device> best =
        devices.stream()
            .flatMap(status -> status.device().stream())
            .filter(device -> auto ? device.info().preference() >= 0 : matches(device, wanted))
            .max(Comparator.comparingInt(device -> device.info().preference()));
    return best.orElseThrow(() -> unavailable(wanted, devices));
  }

  private static boolean matches(Device device, String wanted) {
    return device.info().id().equals(wanted) || device.info().family().equals(wanted);
  }

  private static DeviceUnavailableException unavailable(String wanted, List<DeviceStatus> devices) {
    String reasons =
        devices.stream()
            .filter(status -> status.id().split(":", 2)[0].equals(wanted.split(":", 2)[0]))
            .filter(status -> !status.reason().isEmpty())
            .map(status -> status.id() + ": " + status.reason())
            .collect(Collectors.joining("; "));
    String there =
        devices.stream()
            .flatMap(status -> status.device().stream())
            .map(device -> device.info().id())
            .collect(Collectors.joining(", "));
    return new DeviceUnavailableException(
        "Device '" + wanted + "' is not there" + (reasons.isEmpty() ? "" : ", " + reasons),
        "available: " + there,
        "Choose one of these, or '" + AUTO + "'.");
  }

  /**
   * Asks providers passed in by hand, and adds the Java device.
   *
   * @param providers asked in order
   * @return every device they found or miss, best first
   */
  public static List<DeviceStatus> probe(List<? extends DeviceProvider> providers) {
    List<DeviceStatus> found = new ArrayList<>();
    for (DeviceProvider provider : providers) {
      found.addAll(ask(provider));
    }
    found.add(JavaDevice.status());
    found.sort(Comparator.comparingInt(Devices::order));
    return List.copyOf(found);
  }

  private static int order(DeviceStatus status) {
    return status.device().map(device -> -device.info().preference()).orElse(Integer.MAX_VALUE);
  }

  // LinkageError: a provider compiled against another version must not take the process down.
  private static List<DeviceStatus> ask(DeviceProvider provider) {
    String id = provider.getClass().getName();
    try {
      int contract = provider.contract();
      if (contract != DeviceProvider.CONTRACT) {
        return List.of(
            DeviceStatus.absent(
                id,
                "it was built for contract "
                    + contract
                    + ", this library speaks contract "
                    + DeviceProvider.CONTRACT
                    + "; use the same version of both"));
      }
      return List.copyOf(provider.probe());
    } catch (RuntimeException | LinkageError failed) {
      return List.of(DeviceStatus.absent(id, "it failed to start: " + failed));
    }
  }

  /** Looked for when first asked for. */
  private static final class Found {
    static final List<DeviceStatus> DEVICES =
        new DeviceSearch()
            .run(
                DeviceProvider.class.getClassLoader(),
                Thread.currentThread().getContextClassLoader());
  }
}
