package org.virtualcell.compute;

/** How a lane computes; an option of the lane, never chosen by {@code auto}. */
public enum Precision {
  /** Single precision throughout; the default for prediction and evaluation on every device. */
  EXACT,
  /**
   * Permission to round inputs to bfloat16 while accumulating in single precision; opt-in for
   * training and screening. A device without such kernels computes as in {@link #EXACT}: of the
   * processor's instruction sets only {@code avx512bf16} has them.
   */
  FAST
}
