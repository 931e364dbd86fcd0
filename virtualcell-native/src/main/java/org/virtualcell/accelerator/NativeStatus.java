package org.virtualcell.accelerator;

import java.util.function.Supplier;
import org.virtualcell.api.DeviceException;
import org.virtualcell.api.DeviceUnavailableException;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.MemoryBudgetException;
import org.virtualcell.api.VirtualCellException;

/** The statuses of {@code virtualcell.h} and the one place where they become exceptions. */
final class NativeStatus {
  /** {@code VC_BOUNDARY}: the number both sides of the native boundary must carry. */
  static final int BOUNDARY = 1;

  static final int OK = 0;
  static final int OUT_OF_MEMORY = 2;
  static final int NO_DEVICE = 3;
  static final int DEVICE_FAILED = 4;
  static final int UNSUPPORTED = 5;
  static final int BAD_INDEX = 6;
  static final int BAD_VALUE = 7;

  private NativeStatus() {}

  /**
   * Raises the exception that belongs to a status.
   *
   * @param status what a native function returned, not {@link #OK}
   * @param device where, "cpu" for instance
   * @param text the library's text of the failure
   */
  static VirtualCellException exception(int status, String device, Supplier<String> text) {
    String what = text.get();
    return switch (status) {
      case OUT_OF_MEMORY ->
          new MemoryBudgetException(
              what,
              device,
              "Close tensors that are no longer needed, or work on fewer cells at once.");
      case NO_DEVICE ->
          new DeviceUnavailableException(
              what, device, "Choose another device; './vc devices' lists them.");
      case DEVICE_FAILED ->
          new DeviceException(
              what, device, "If it happens again, choose another device and report the message.");
      case BAD_VALUE ->
          new InvalidDataException(
              what, device, "The operation's description states what it takes.");
      case BAD_INDEX ->
          new DeviceException(
              what, device, "The tensor's memory was changed from outside; upload it again.");
      default ->
          new DeviceException(
              what, device, "This is an error of the library; please report the message.");
    };
  }
}
