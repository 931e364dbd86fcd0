package org.virtualcell.compute;

import java.lang.ref.Cleaner;
import org.virtualcell.api.ClosedException;
import org.virtualcell.api.DeviceUnavailableException;
import org.virtualcell.compute.spi.DeviceBackend;
import org.virtualcell.compute.spi.LaneBackend;
import org.virtualcell.compute.spi.Workers;

/** A backend with what is common to all devices; see {@link Device}. */
final class CoreDevice implements Device {
  private final DeviceBackend backend;
  private final DeviceInfo info;
  private final MemoryLedger ledger;
  private final Cleaner cleaner = Cleaner.create();
  private boolean closed;

  CoreDevice(DeviceBackend backend) {
    this.backend = backend;
    this.info = backend.info();
    this.ledger = new MemoryLedger(info.id(), info.memoryBytes());
  }

  DeviceBackend backend() {
    return backend;
  }

  MemoryLedger ledger() {
    return ledger;
  }

  Cleaner cleaner() {
    return cleaner;
  }

  String lostReason() {
    return backend.lostReason();
  }

  @Override
  public DeviceInfo info() {
    return info;
  }

  @Override
  public boolean supports(Op op, DType... types) {
    return op.accepts(types) && backend.supports(op, types);
  }

  @Override
  public synchronized Lane open(LaneOptions options) {
    if (closed) {
      throw new ClosedException(
          "A lane was opened on a closed device", info.id(), "Close devices last.");
    }
    requireWorking();
    Workers workers =
        new Workers(options.threads(), options.executor().orElseGet(HelperThreads::shared));
    LaneBackend lane = backend.open(options, workers);
    return new CoreLane(this, options, lane);
  }

  void requireWorking() {
    String lost = backend.lostReason();
    if (!lost.isEmpty()) {
      throw new DeviceUnavailableException(
          "The device was lost: " + lost, info.id(), "Use another device or restart the process.");
    }
  }

  @Override
  public MemoryUse memory() {
    return ledger.snapshot();
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      backend.close();
    }
  }

  @Override
  public String toString() {
    return info.id() + " (" + info.name() + ", " + info.instructionSet() + ")";
  }
}
