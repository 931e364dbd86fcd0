package org.virtualcell.compute;

/**
 * A recorded step: the same operations on the same tensors, run again without validating them
 * again. What changes from step to step lives in tensors the step reads. Belongs to the lane that
 * recorded it; {@code close()} is idempotent.
 */
public sealed interface Replay extends AutoCloseable permits CoreReplay {
  /**
   * Enqueues the recorded operations.
   *
   * @throws org.virtualcell.api.ClosedException if this, its lane or a tensor of the step is closed
   * @throws org.virtualcell.api.DeviceException if the lane or a tensor is in use by another thread
   */
  void run();

  /**
   * The number of operations recorded.
   *
   * @return zero or more
   */
  int operations();

  @Override
  void close();
}
