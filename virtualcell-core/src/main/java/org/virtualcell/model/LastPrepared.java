package org.virtualcell.model;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.virtualcell.api.CellState;
import org.virtualcell.api.ClosedException;

/**
 * What a model made of the state it was asked about last. States are immutable, and most callers
 * ask about one again. Knows too whether the model has been closed. Thread-safe.
 *
 * @param <T> what is made of a state
 */
public final class LastPrepared<T> implements AutoCloseable {
  private final String model;
  private final Function<CellState, T> prepare;
  private final AtomicReference<Kept<T>> last = new AtomicReference<>();
  private volatile boolean closed;

  private record Kept<T>(CellState given, T prepared) {}

  /**
   * Nothing is kept yet.
   *
   * @param model the name of the model, for messages
   * @param prepare makes the thing to keep
   */
  public LastPrepared(String model, Function<CellState, T> prepare) {
    this.model = model;
    this.prepare = prepare;
  }

  /**
   * What was made of this state, or is made of it now.
   *
   * @param baseline the state asked about
   * @return the thing prepared
   * @throws ClosedException if the model has been closed
   */
  @SuppressWarnings("ReferenceEquality") // comparing the values would cost what is to be saved
  public T of(CellState baseline) {
    requireOpen("predicting");
    Kept<T> kept = last.get();
    if (kept == null || kept.given() != baseline) {
      kept = new Kept<>(baseline, prepare.apply(baseline));
      last.set(kept);
    }
    return kept.prepared();
  }

  /**
   * Refuses a closed model.
   *
   * @param purpose what it was to be used for, such as {@code predicting}
   * @throws ClosedException if the model has been closed
   */
  public void requireOpen(String purpose) {
    if (closed) {
      throw new ClosedException(
          "The model has been closed", model, "Load or train it again before " + purpose + ".");
    }
  }

  /** Closes the model and lets go of what is kept; may be called again. */
  @Override
  public void close() {
    closed = true;
    last.set(null);
  }
}
