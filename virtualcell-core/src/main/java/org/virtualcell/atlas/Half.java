package org.virtualcell.atlas;

/** Which cells of a condition or of a context's controls. */
public enum Half {
  /** All of them. */
  ALL,
  /** Those to learn from. */
  TRAIN,
  /** Those kept back, to compare with. */
  RESERVED
}
