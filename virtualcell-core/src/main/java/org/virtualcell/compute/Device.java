package org.virtualcell.compute;

/**
 * A machine that runs operations: the Java device, native processor code, a graphics card. One
 * object per physical device, thread-safe, shared by the process; find one through {@link Devices}.
 *
 * <p>To add a device, implement {@link org.virtualcell.compute.spi.DeviceBackend}, not this.
 */
public sealed interface Device extends AutoCloseable permits CoreDevice {
  /**
   * What the device is.
   *
   * @return the same at every call
   */
  DeviceInfo info();

  /**
   * Whether an operation can run here; asked once when a model is loaded, so that no run moves its
   * data elsewhere half-way.
   *
   * @param op the operation
   * @param types the types of its dense operands in the order of the call, outputs last; none asks
   *     whether any types are supported
   * @return whether it runs
   */
  boolean supports(Op op, DType... types);

  /**
   * Opens a lane; cheap.
   *
   * @param options threads, precision, budgets
   * @return a lane the caller closes
   * @throws org.virtualcell.api.ClosedException if the device is closed
   * @throws org.virtualcell.api.DeviceUnavailableException if the device was lost
   */
  Lane open(LaneOptions options);

  /**
   * The memory held by tensors and scratch of this device now.
   *
   * @return a snapshot
   */
  MemoryUse memory();

  /**
   * Closes the device for the whole process; idempotent. Open lanes and tensors stay usable until
   * they are closed themselves. Applications seldom need this.
   */
  @Override
  void close();
}
