package org.virtualcell.api;

/**
 * Hears how far a piece of work is, and may ask it to stop. Calls may come from any thread, one at
 * a time.
 */
public interface Progress {
  /** Hears nothing and never stops. */
  Progress SILENT = (stage, done, total) -> {};

  /**
   * The work has come this far.
   *
   * @param stage what is being done, a short phrase
   * @param done how many units are done
   * @param total how many there are, or -1 where not known
   */
  void update(String stage, long done, long total);

  /**
   * Whether the work shall stop. Asked often; the work then ends with a {@link CancelledException}
   * and leaves nothing half-written.
   *
   * @return true to stop
   */
  default boolean cancelled() {
    return false;
  }

  /**
   * Ends the work if the listener asked for it.
   *
   * @param stage what was being done
   * @throws CancelledException if {@link #cancelled()}
   */
  default void check(String stage) {
    if (cancelled()) {
      throw new CancelledException(
          "Cancelled on request", stage, "Start again, or resume where the work supports it.");
    }
  }
}
