package org.virtualcell.compute.spi;

import org.virtualcell.compute.DType;
import org.virtualcell.compute.DeviceInfo;
import org.virtualcell.compute.LaneOptions;
import org.virtualcell.compute.Op;

/**
 * One physical device, as its implementer sees it: facts, raw memory, and lanes. Thread-safe. Core
 * checks, counts and closes.
 */
public abstract class DeviceBackend {
  /** Creates the backend; acquire the driver's resources in {@link #open} and {@link #allocate}. */
  protected DeviceBackend() {}

  /**
   * What the device is.
   *
   * @return the same at every call
   */
  public abstract DeviceInfo info();

  /**
   * Whether there is a kernel.
   *
   * @param op the operation
   * @param types the types of its dense operands in the order of the call, or none
   * @return whether it runs here
   */
  public abstract boolean supports(Op op, DType... types);

  /**
   * Opens a queue of work.
   *
   * @param options the lane's options; of these, precision and stream concern the backend
   * @param workers the lane's threads, for kernels that run on the processor
   * @return the lane's backend
   */
  public abstract LaneBackend open(LaneOptions options, Workers workers);

  /**
   * Allocates memory, aligned to at least 64 bytes off the heap. Content undefined.
   *
   * @param type the type of the elements
   * @param elements how many; zero or more
   * @param lane the lane in whose order the memory becomes usable
   * @return the memory
   * @throws org.virtualcell.api.MemoryBudgetException if the device has no more; core completes the
   *     numbers of its own limits before it calls
   */
  public abstract Memory allocate(DType type, long elements, LaneBackend lane);

  /**
   * Releases memory once. May be called by any thread, the garbage collector's included.
   *
   * @param memory what {@link #allocate} returned
   * @param lane the lane that allocated it, after whose queued work it is to be released; null when
   *     that lane is closed (its queue was empty then)
   */
  public abstract void release(Memory memory, LaneBackend lane);

  /**
   * Whether the device has failed for good. Core asks after a kernel raised an exception and before
   * it opens a lane; a lost device stays absent for the process.
   *
   * @return the reason, empty while the device works
   */
  public String lostReason() {
    return "";
  }

  /** Releases what the device itself holds. Called once; lanes may be open. */
  public void close() {}
}
