package org.virtualcell.compute;

import java.util.ArrayList;
import java.util.List;
import org.virtualcell.compute.spi.DeviceBackend;
import org.virtualcell.compute.spi.Memory;

/** The memory behind one tensor: allocated, counted, and released once, by whoever comes first. */
final class Allocation implements Runnable {
  private static final System.Logger LOG = System.getLogger(Allocation.class.getName());

  private final DeviceBackend device;
  private final MemoryLedger ledger;
  private final LaneState lane;
  private final MemoryLedger.Share share;
  private final String what;
  private final List<Memory> blocks = new ArrayList<>(1);
  private final Throwable origin;
  private long bytes;
  private boolean released;

  Allocation(
      DeviceBackend device,
      MemoryLedger ledger,
      LaneState lane,
      MemoryLedger.Share share,
      String what) {
    this.device = device;
    this.ledger = ledger;
    this.lane = lane;
    this.share = share;
    this.what = what;
    this.origin =
        Boolean.getBoolean("virtualcell.traceTensors") ? new Throwable("created here") : null;
  }

  synchronized Memory add(DType type, long elements) {
    long size = elements * type.bytes();
    ledger.take(share, size, what);
    boolean allocated = false;
    try {
      Memory memory = device.allocate(type, elements, lane.backend());
      blocks.add(memory);
      bytes += size;
      allocated = true;
      return memory;
    } finally {
      if (!allocated) {
        ledger.give(share, size);
      }
    }
  }

  synchronized void release() {
    if (!released) {
      released = true;
      blocks.forEach(lane::release);
      blocks.clear();
      ledger.give(share, bytes);
    }
  }

  /** Called when the tensor was garbage collected; after release() there is nothing left to do. */
  @Override
  public void run() {
    boolean forgotten;
    synchronized (this) {
      forgotten = !released && bytes > 0;
    }
    if (forgotten) {
      ledger.countForgotten();
      String hint =
          origin == null ? "; -Dvirtualcell.traceTensors=true shows where it was made" : "";
      LOG.log(System.Logger.Level.WARNING, what + " was never closed" + hint, origin);
    }
    release();
  }
}
