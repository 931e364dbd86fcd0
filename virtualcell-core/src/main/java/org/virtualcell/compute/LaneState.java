package org.virtualcell.compute;

import org.virtualcell.compute.spi.DeviceBackend;
import org.virtualcell.compute.spi.LaneBackend;
import org.virtualcell.compute.spi.Memory;

/**
 * The part of a lane that outlives it: where its memory is to be released. Orders releases, which
 * any thread may ask for, against the closing of the lane.
 */
final class LaneState implements Runnable {
  private static final System.Logger LOG = System.getLogger(LaneState.class.getName());

  private final DeviceBackend device;
  private final MemoryLedger ledger;
  private final LaneBackend lane;
  private final String tag;
  private boolean open = true;

  LaneState(DeviceBackend device, MemoryLedger ledger, LaneBackend lane, String tag) {
    this.device = device;
    this.ledger = ledger;
    this.lane = lane;
    this.tag = tag;
  }

  LaneBackend backend() {
    return lane;
  }

  synchronized boolean isOpen() {
    return open;
  }

  synchronized void release(Memory memory) {
    try {
      device.release(memory, open ? lane : null);
    } catch (RuntimeException | LinkageError failed) {
      LOG.log(System.Logger.Level.WARNING, "Memory of lane '" + tag + "' was not released", failed);
    }
  }

  synchronized void release(Object handle) {
    if (open) {
      lane.release(handle);
    }
  }

  /** Lets another lane wait for a mark of this one; nothing to wait for once this one is closed. */
  synchronized void await(LaneBackend waiting, Object mark) {
    if (open) {
      waiting.await(mark);
    }
  }

  synchronized void close() {
    if (!open) {
      return;
    }
    open = false;
    try {
      lane.close();
    } catch (RuntimeException | LinkageError failed) {
      LOG.log(
          System.Logger.Level.WARNING,
          "Queued work of lane '" + tag + "' failed at its end",
          failed);
    }
  }

  /** Called when the lane was garbage collected; after close() there is nothing left to do. */
  @Override
  public void run() {
    if (isOpen()) {
      ledger.countForgotten();
      LOG.log(System.Logger.Level.WARNING, "Lane '" + tag + "' was never closed");
      close();
    }
  }
}
