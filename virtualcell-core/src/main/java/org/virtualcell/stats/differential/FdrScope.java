package org.virtualcell.stats.differential;

/** Over which tests the false discovery rate is controlled. */
public enum FdrScope {
  /** The genes of one group. */
  PER_GROUP,
  /** All genes of all groups together. */
  GLOBAL
}
