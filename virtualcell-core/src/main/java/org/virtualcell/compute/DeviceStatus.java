package org.virtualcell.compute;

import java.util.Objects;
import java.util.Optional;
import org.virtualcell.compute.spi.DeviceBackend;

/** A device that is there, or one that is not with the reason. */
public final class DeviceStatus {
  private final String id;
  private final Device device;
  private final String reason;

  private DeviceStatus(String id, Device device, String reason) {
    this.id = Objects.requireNonNull(id, "id");
    this.device = device;
    this.reason = Objects.requireNonNull(reason, "reason");
  }

  /**
   * A device that is there. Core adds checking, counting and closing to the backend.
   *
   * @param backend the implementation
   * @return the status
   */
  public static DeviceStatus present(DeviceBackend backend) {
    Device device = new CoreDevice(backend);
    return new DeviceStatus(device.info().id(), device, "");
  }

  /**
   * A device that is not there.
   *
   * @param id the name it would have, {@code cuda} for instance
   * @param reason why, a sentence a user understands
   * @return the status
   */
  public static DeviceStatus absent(String id, String reason) {
    return new DeviceStatus(id, null, reason);
  }

  /**
   * The device's name.
   *
   * @return {@link DeviceInfo#id()}, or the name it would have
   */
  public String id() {
    return id;
  }

  /**
   * The device.
   *
   * @return empty where it is absent or was lost
   */
  public Optional<Device> device() {
    return reason().isEmpty() ? Optional.of(device) : Optional.empty();
  }

  /**
   * Why it is absent.
   *
   * @return a sentence; empty where the device is there
   */
  public String reason() {
    return device instanceof CoreDevice core ? core.lostReason() : reason;
  }

  @Override
  public String toString() {
    return reason().isEmpty() ? id + ": " + device.info().name() : id + ": absent, " + reason();
  }
}
