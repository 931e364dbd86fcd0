package org.virtualcell.compute;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.virtualcell.api.InvalidDataException;

/**
 * How a lane works. Start from {@link #defaults()}: one thread, exact, no limits but the device's.
 *
 * @param tag under which the lane's bytes are counted in {@link MemoryUse#byTag()}
 * @param memoryBytes the most its tensors may hold together
 * @param scratchBytes the most its scratch may grow to
 * @param precision exact or fast
 * @param threads how many threads may work on one operation, the caller's included. Results are the
 *     same bytes for any number
 * @param executor where helpers come from; empty for a small pool of daemon threads. Helpers only
 *     help: an executor that is busy or shut down makes a lane slower, never stuck
 * @param stream a stream of the host application as the device's driver names it (a {@code
 *     CUstream}), which the lane then uses and does not destroy; 0 for a stream of its own
 */
public record LaneOptions(
    String tag,
    long memoryBytes,
    long scratchBytes,
    Precision precision,
    int threads,
    Optional<Executor> executor,
    long stream) {
  /** The most threads one lane can use. */
  public static final int MAX_THREADS = 1024;

  /**
   * Checks the options.
   *
   * @throws InvalidDataException if a budget is negative or the thread count out of range
   */
  public LaneOptions {
    Objects.requireNonNull(tag, "tag");
    Objects.requireNonNull(precision, "precision");
    Objects.requireNonNull(executor, "executor");
    if (memoryBytes < 0 || scratchBytes < 0) {
      throw new InvalidDataException(
          "A memory budget is negative",
          "memory " + memoryBytes + ", scratch " + scratchBytes + " bytes",
          "Pass zero or more bytes.");
    }
    if (threads < 1 || threads > MAX_THREADS) {
      throw new InvalidDataException(
          "A lane needs 1 to " + MAX_THREADS + " threads",
          threads + " threads",
          "Pass 1, or the number of processors to use.");
    }
  }

  /**
   * One thread, exact, tag {@code lane}, no limits but the device's.
   *
   * @return the options
   */
  public static LaneOptions defaults() {
    return new LaneOptions(
        "lane", Long.MAX_VALUE, Long.MAX_VALUE, Precision.EXACT, 1, Optional.empty(), 0);
  }

  /**
   * With another tag.
   *
   * @param newTag see {@link #tag()}
   * @return a copy
   */
  public LaneOptions withTag(String newTag) {
    return new LaneOptions(newTag, memoryBytes, scratchBytes, precision, threads, executor, stream);
  }

  /**
   * With other budgets.
   *
   * @param newMemoryBytes see {@link #memoryBytes()}
   * @param newScratchBytes see {@link #scratchBytes()}
   * @return a copy
   * @throws InvalidDataException if one is negative
   */
  public LaneOptions withBudget(long newMemoryBytes, long newScratchBytes) {
    return new LaneOptions(
        tag, newMemoryBytes, newScratchBytes, precision, threads, executor, stream);
  }

  /**
   * With another precision.
   *
   * @param newPrecision see {@link #precision()}
   * @return a copy
   */
  public LaneOptions withPrecision(Precision newPrecision) {
    return new LaneOptions(tag, memoryBytes, scratchBytes, newPrecision, threads, executor, stream);
  }

  /**
   * With helpers from the library's own pool.
   *
   * @param newThreads see {@link #threads()}
   * @return a copy
   * @throws InvalidDataException if out of range
   */
  public LaneOptions withThreads(int newThreads) {
    return new LaneOptions(
        tag, memoryBytes, scratchBytes, precision, newThreads, Optional.empty(), stream);
  }

  /**
   * With helpers from the application.
   *
   * @param newThreads see {@link #threads()}
   * @param newExecutor see {@link #executor()}
   * @return a copy
   * @throws InvalidDataException if the number is out of range
   */
  public LaneOptions withThreads(int newThreads, Executor newExecutor) {
    return new LaneOptions(
        tag, memoryBytes, scratchBytes, precision, newThreads, Optional.of(newExecutor), stream);
  }

  /**
   * With the host application's stream.
   *
   * @param newStream see {@link #stream()}
   * @return a copy
   */
  public LaneOptions withStream(long newStream) {
    return new LaneOptions(tag, memoryBytes, scratchBytes, precision, threads, executor, newStream);
  }
}
