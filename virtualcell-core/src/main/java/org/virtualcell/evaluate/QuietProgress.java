package org.virtualcell.evaluate;

import org.virtualcell.api.Progress;

/**
 * Only carries the wish to stop: for parts of a piece of work whose own stages would drown the
 * progress of the whole.
 *
 * @param whole the listener of the whole
 */
public record QuietProgress(Progress whole) implements Progress {
  @Override
  public void update(String stage, long done, long total) {
    // the whole reports
  }

  @Override
  public boolean cancelled() {
    return whole.cancelled();
  }
}
