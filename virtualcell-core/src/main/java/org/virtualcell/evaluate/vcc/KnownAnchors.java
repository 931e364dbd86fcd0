package org.virtualcell.evaluate.vcc;

import org.virtualcell.api.InvalidDataException;

/** Lets the ends of an earlier run in only if they belong to the same cells and rules. */
final class KnownAnchors {
  private KnownAnchors() {}

  static ContextAnchors require(Anchors.Known known, String context, String data, String rules) {
    ContextAnchors anchors = known.contexts().get(context);
    if (anchors == null) {
      throw refused(context, "there are none for this context");
    }
    if (!anchors.data().equals(data)) {
      throw refused(context, "they were made from other measured cells");
    }
    if (!anchors.rules().equals(rules)) {
      throw refused(context, "they were made under other rules");
    }
    return anchors;
  }

  private static InvalidDataException refused(String context, String why) {
    return new InvalidDataException(
        "The ends of the scale do not fit: " + why,
        "context '" + context + "'",
        "Compute them from these cells under this profile.");
  }
}
