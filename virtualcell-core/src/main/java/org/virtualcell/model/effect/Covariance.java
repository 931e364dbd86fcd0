package org.virtualcell.model.effect;

import java.util.Locale;

/** How the covariance of all conditions of a mode is held; both give the same answers. */
enum Covariance {
  /** Written out: cost n^3, memory n^2. */
  DENSE,
  /** As columns and blocks, see {@link Structure}: cost and memory n. */
  STRUCTURED;

  /** Up to so many conditions the dense covariance is as fast. */
  static final int MOST_DENSE = 600;

  /** Columns per item beyond which structure saves nothing. */
  static final double MOST_COLUMNS = 0.5;

  /** The name files use. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
