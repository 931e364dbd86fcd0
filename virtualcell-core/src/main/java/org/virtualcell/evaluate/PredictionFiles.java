package org.virtualcell.evaluate;

/** Placeholder replaced below. */
final class PredictionFiles {
  static final String PROTOCOL = "predicted";

  private PredictionFiles() {}
}
