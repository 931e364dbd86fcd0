package org.virtualcell.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A request to stop, from Ctrl-C or a termination signal. Work asks {@link #requested()} and ends
 * early; the process waits a moment for it to clean up after itself.
 */
public final class Interruption {
  private static final long SECONDS_TO_CLEAN_UP = 10;

  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile boolean requested;

  /** An interruption that nobody has requested yet. */
  public Interruption() {}

  /**
   * The interruption of this process: it is requested when the process is told to end.
   *
   * @return a new interruption
   */
  static Interruption ofThisProcess() {
    Interruption interruption = new Interruption();
    Runtime.getRuntime().addShutdownHook(new Thread(interruption::stopAndWait, "interruption"));
    return interruption;
  }

  /** Asks the work to stop. */
  public void request() {
    requested = true;
  }

  /**
   * Whether the work shall stop.
   *
   * @return true once it was asked to
   */
  public boolean requested() {
    return requested;
  }

  /** The work has ended and cleaned up. */
  void finished() {
    finished.countDown();
  }

  private void stopAndWait() {
    if (finished.getCount() == 0) {
      return;
    }
    request();
    try {
      boolean cleanedUp = finished.await(SECONDS_TO_CLEAN_UP, TimeUnit.SECONDS);
      assert cleanedUp || requested;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
