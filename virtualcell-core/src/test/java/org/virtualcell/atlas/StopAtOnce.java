package org.virtualcell.atlas;

import org.virtualcell.api.Progress;

/** A listener who wants the work to end before it has begun. */
public final class StopAtOnce implements Progress {
  @Override
  public void update(String stage, long done, long total) {}

  @Override
  public boolean cancelled() {
    return true;
  }
}
