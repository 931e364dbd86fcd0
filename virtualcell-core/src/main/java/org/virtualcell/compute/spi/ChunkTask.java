package org.virtualcell.compute.spi;

/** One chunk of an operation's work. */
@FunctionalInterface
public interface ChunkTask {
  /**
   * Works on one chunk. Chunks run in any order and on any thread, so one writes what no other
   * reads or writes, and what it computes does not depend on the worker.
   *
   * @param chunk 0 to chunks - 1
   * @param worker 0 to {@link Workers#threads()} - 1: at any moment no other chunk runs with this
   *     number, so that it can choose a slice of scratch
   */
  void run(int chunk, int worker);
}
