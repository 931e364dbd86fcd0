package org.virtualcell.model.baseline;

import java.util.OptionalDouble;

/** How two genes go together among unperturbed cells of one context. */
interface CoExpression {
  /** Knows nothing. */
  CoExpression UNKNOWN = (a, b) -> OptionalDouble.empty();

  /**
   * The Pearson correlation of two genes over cells; empty where one is not measured, never varies,
   * or there are too few cells.
   */
  OptionalDouble between(String a, String b);
}
