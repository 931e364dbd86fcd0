package org.virtualcell.compute;

import java.lang.ref.Cleaner;
import org.virtualcell.api.ClosedException;
import org.virtualcell.compute.spi.LaneBackend;

/** A mark in a lane's queue; see {@link Event}. */
final class CoreEvent implements Event {
  private final CoreDevice device;
  private final LaneState lane;
  private final Object mark;
  private final Cleaner.Cleanable release;
  private boolean closed;

  /**
   * @param mark the backend's mark, null where work runs at once
   */
  CoreEvent(CoreDevice device, LaneState lane, Object mark) {
    this.device = device;
    this.lane = lane;
    this.mark = mark;
    this.release =
        mark == null ? () -> {} : device.cleaner().register(this, () -> lane.release(mark));
  }

  CoreDevice device() {
    return device;
  }

  synchronized void await(LaneBackend waiting) {
    if (closed) {
      throw new ClosedException(
          "An event was awaited after it had been closed", "event", "Close events after use.");
    }
    lane.await(waiting, mark);
  }

  @Override
  public synchronized void close() {
    closed = true;
    release.clean();
  }
}
