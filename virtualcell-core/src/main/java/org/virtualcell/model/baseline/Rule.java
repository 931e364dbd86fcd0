package org.virtualcell.model.baseline;

import java.util.Map;

/** One baseline: a closed form from a table of measured effects to answers. Immutable. */
interface Rule {
  /** The baseline's name, such as {@code context-mean}. */
  String name();

  /** What it does, a sentence for a person. */
  String description();

  /** The settings that change its answers, by name. */
  default Map<String, Double> settings() {
    return Map.of();
  }

  /** Fits the rule. The result is thread-safe. */
  Fitted fit(EffectTable table);

  /** A rule fitted to one table. */
  interface Fitted {
    Answer answer(Query query);
  }
}
