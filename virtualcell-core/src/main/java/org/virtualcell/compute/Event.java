package org.virtualcell.compute;

/**
 * A point in a lane's queue that another lane of the same device can wait for, see {@link
 * Lane#mark()}. {@code close()} is idempotent.
 */
public sealed interface Event extends AutoCloseable permits CoreEvent {
  @Override
  void close();
}
