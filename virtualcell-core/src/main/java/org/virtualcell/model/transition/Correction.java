package org.virtualcell.model.transition;

import java.util.Map;

/**
 * What the trained network consists of.
 *
 * @param geneOf per column of the network: the model's gene
 * @param vectors what it is told of a question
 * @param controlMean per gene of the model: what stands for a gene a state does not have
 * @param weights by name; empty where the network was no gain
 * @param energy distance of its cells on held-out conditions, over that of the effect model
 */
@SuppressWarnings("ArrayRecordComponent") // large, compared by nobody
record Correction(
    int[] geneOf,
    TargetVectors vectors,
    double[] controlMean,
    Map<String, float[]> weights,
    double energy) {
  /** Below this, cells are made by the network, which knows more of their distribution. */
  private static final double ENERGY_GAIN = 0.97;

  boolean admitted() {
    return !weights.isEmpty();
  }

  boolean makesCells() {
    return admitted() && energy < ENERGY_GAIN;
  }
}
