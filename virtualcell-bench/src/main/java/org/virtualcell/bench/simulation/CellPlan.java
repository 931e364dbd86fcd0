package org.virtualcell.bench.simulation;

/**
 * What a screen with planted responses of single cells is made of.
 *
 * @param planted which kind of response
 * @param perturbations each measured in every context, some of the pairs held out
 * @param contexts more than one
 * @param genes measured
 * @param cells of a pair
 * @param controls of a context
 * @param heldOut share of the pairs that are not trained on
 * @param seed of all chance
 */
record CellPlan(
    Planted planted,
    int perturbations,
    int contexts,
    int genes,
    int cells,
    int controls,
    double heldOut,
    long seed) {
  /** What is planted. */
  enum Planted {
    /**
     * A template, a part that follows from the features of the perturbation, and a part that
     * follows from features and the state of the cell together, and from neither alone.
     */
    INTERACTION,
    /**
     * Half of the cells go up, half of them down, by features; no mean changes and the distribution
     * of every responding gene does.
     */
    BIMODAL,
    /** Nothing. */
    NOTHING
  }

  /** What the interaction is of all effect variance over pairs. */
  static final double INTERACTION_SHARE = 0.4;

  /** 160 perturbations, 6 contexts, 300 genes. */
  static CellPlan full(Planted planted, long seed) {
    return new CellPlan(planted, 160, 6, 300, 64, 400, 0.25, seed);
  }

  /** The same in seconds. */
  static CellPlan small(Planted planted, long seed) {
    return new CellPlan(planted, 48, 4, 100, 40, 200, 0.25, seed);
  }
}
