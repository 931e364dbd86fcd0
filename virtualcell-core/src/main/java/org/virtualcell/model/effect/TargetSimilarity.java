package org.virtualcell.model.effect;

/** How alike two targets are by what is known of them beside the measured effects. */
interface TargetSimilarity {
  /** Nothing is known: a target is like itself. */
  TargetSimilarity NONE = (a, b) -> a.equals(b) ? 1 : 0;

  /** 1 for a target with itself, 0 where nothing is known of one. */
  double between(String a, String b);

  /** Whether a target has features. */
  default boolean knows(String target) {
    return false;
  }

  /** Whether anything is known. */
  default boolean isInformative() {
    return this != NONE;
  }
}
