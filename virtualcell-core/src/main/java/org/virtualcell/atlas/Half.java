package org.virtualcell.atlas;

/** Which cells of a condition or of a context's controls. */
enum Half {
  ALL,
  TRAIN,
  RESERVED
}
