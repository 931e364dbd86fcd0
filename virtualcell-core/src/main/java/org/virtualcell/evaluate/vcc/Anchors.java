package org.virtualcell.evaluate.vcc;

import java.util.Map;

/** Where the two ends of the scale come from. */
public sealed interface Anchors {
  /** No scale: aggregates and the constant scale only. */
  record None() implements Anchors {}

  /**
   * Both ends are computed from the measured cells.
   *
   * @param baseline what scores 0
   * @param splits the halves whose agreement scores 1
   */
  record Computed(Baseline baseline, ReplicateSplits splits) implements Anchors {}

  /**
   * Ends of an earlier run on the same measured cells under the same rules.
   *
   * @param contexts the ends by context
   */
  record Known(Map<String, ContextAnchors> contexts) implements Anchors {
    /** Copies the map. */
    public Known {
      contexts = Map.copyOf(contexts);
    }
  }
}
