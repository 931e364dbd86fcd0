package org.virtualcell.evaluate.paired;

import org.virtualcell.api.Progress;

/** Passes calls of several threads on to a listener, one at a time. */
public final class SharedProgress implements Progress {
  private final Progress listener;

  private SharedProgress(Progress listener) {
    this.listener = listener;
  }

  /**
   * A listener that several threads may call.
   *
   * @param listener hears one call at a time
   * @return passes calls on
   */
  public static Progress of(Progress listener) {
    return listener instanceof SharedProgress ? listener : new SharedProgress(listener);
  }

  @Override
  public synchronized void update(String stage, long done, long total) {
    listener.update(stage, done, total);
  }

  @Override
  public synchronized boolean cancelled() {
    return listener.cancelled();
  }
}
