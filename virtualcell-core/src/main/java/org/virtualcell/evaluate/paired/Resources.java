package org.virtualcell.evaluate.paired;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.MemoryBudgetException;
import org.virtualcell.evaluate.cache.ResultCache;

/**
 * What an evaluation may use. None of it changes any result.
 *
 * @param threads how many threads may work, the calling one included
 * @param helpers lends the other threads; where empty, short-lived daemon threads are made
 * @param bytes the most bytes of cells read from files at a time, control cells among them
 * @param cache keeps what was computed
 */
public record Resources(int threads, Optional<Executor> helpers, long bytes, ResultCache cache) {
  private static final long LEAST_DEFAULT = 64L << 20;

  /**
   * Checks the numbers.
   *
   * @throws InvalidDataException if there is no thread or no byte
   */
  public Resources {
    Objects.requireNonNull(helpers, "helpers");
    Objects.requireNonNull(cache, "cache");
    if (threads < 1 || bytes < 1) {
      throw new InvalidDataException(
          "The resources of an evaluation are out of range",
          threads + " threads, " + bytes + " bytes",
          "Use at least one of each.");
    }
  }

  /**
   * One thread, a quarter of the Java heap for cells, and nothing kept.
   *
   * @return the defaults
   */
  public static Resources defaults() {
    return new Resources(1, Optional.empty(), defaultBytes(), ResultCache.none());
  }

  /**
   * A quarter of the Java heap, but 64 MiB at least.
   *
   * @return bytes of cells to hold at a time
   */
  public static long defaultBytes() {
    return Math.max(LEAST_DEFAULT, Runtime.getRuntime().maxMemory() / 4);
  }

  /**
   * Other threads.
   *
   * @param count how many, the calling one included
   * @return changed resources
   */
  public Resources withThreads(int count) {
    return new Resources(count, helpers, bytes, cache);
  }

  /**
   * Another budget.
   *
   * @param most bytes of cells at a time, control cells among them
   * @return changed resources
   */
  public Resources withBytes(long most) {
    return new Resources(threads, helpers, most, cache);
  }

  /**
   * Folders for what was computed.
   *
   * @param kept where results are kept
   * @return changed resources
   */
  public Resources withCache(ResultCache kept) {
    return new Resources(threads, helpers, bytes, kept);
  }

  /**
   * What is left for perturbed cells once the controls are held.
   *
   * @param controls bytes of control cells
   * @param where whose controls they are
   * @return a positive number of bytes
   * @throws MemoryBudgetException if the controls do not fit; the message names the bytes
   */
  public long besideControls(long controls, String where) {
    return besideControls(bytes, controls, where);
  }

  /**
   * What is left of a budget for perturbed cells once the controls are held.
   *
   * @param bytes the budget
   * @param controls bytes of control cells
   * @param where whose controls they are
   * @return a positive number of bytes
   * @throws MemoryBudgetException if the controls do not fit; the message names the bytes
   */
  public static long besideControls(long bytes, long controls, String where) {
    if (controls >= bytes) {
      throw new MemoryBudgetException(
          "The control cells need " + controls + " bytes, the budget is " + bytes,
          where,
          "Raise the budget: every perturbation is compared with all control cells.");
    }
    return bytes - controls;
  }
}
