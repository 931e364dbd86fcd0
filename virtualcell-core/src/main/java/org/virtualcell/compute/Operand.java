package org.virtualcell.compute;

import java.lang.ref.Cleaner;
import org.virtualcell.api.ClosedException;
import org.virtualcell.api.DeviceException;

/**
 * A tensor as something calls use: many readers or one writer at a time, closed at most once, its
 * memory released when the last call that uses it returns.
 */
abstract class Operand implements AutoCloseable {
  private final CoreDevice device;
  private final Allocation allocation;
  private final Cleaner.Cleanable cleanable;
  private int readers;
  private boolean written;
  private boolean closed;

  /**
   * @param allocation what to release at the end; null for memory of a host
   */
  Operand(CoreDevice device, Allocation allocation) {
    this.device = device;
    this.allocation = allocation;
    this.cleanable = allocation == null ? null : device.cleaner().register(this, allocation);
  }

  public final Device device() {
    return device;
  }

  final synchronized void begin(boolean write, String name) {
    if (closed) {
      throw new ClosedException(
          "A tensor was used after it had been closed",
          name + ": " + this,
          "Close tensors after their last use.");
    }
    if (written || (write && readers > 0)) {
      throw new DeviceException(
          "A tensor is in use by another call, or passed as input and output of one",
          name + ": " + this,
          "Let one thread at a time write a tensor, and pass a separate output.");
    }
    if (write) {
      written = true;
    } else {
      readers++;
    }
  }

  final void end(boolean write) {
    boolean release;
    synchronized (this) {
      if (write) {
        written = false;
      } else {
        readers--;
      }
      release = closed && readers == 0 && !written;
    }
    if (release) {
      release();
    }
  }

  @Override
  public final void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      if (readers > 0 || written) {
        return;
      }
    }
    release();
  }

  private void release() {
    if (allocation != null) {
      allocation.release();
      cleanable.clean();
    }
  }
}
