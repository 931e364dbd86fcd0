package org.virtualcell.bench.simulation;

/**
 * What a simulated screen is made of.
 *
 * @param perturbations trained on
 * @param newPerturbations beyond them, never measured
 * @param contexts trained on; one more has controls only
 * @param genes measured
 * @param missing share of the pairs of perturbation and context that were not measured
 * @param featureShare of the conserved response, explained by features
 * @param signal false: nothing is planted
 * @param mostCells of a group, log-uniform from 30
 * @param mostControls of a context, log-uniform from 100
 * @param seed of all chance
 */
record Plan(
    int perturbations,
    int newPerturbations,
    int contexts,
    int genes,
    double missing,
    double featureShare,
    boolean signal,
    int mostCells,
    int mostControls,
    long seed) {
  /** Planted shares of the noise-free variance: template, conserved, interaction. */
  static final double[] SHARES = {0.28 / 0.805, 0.29 / 0.805, 0.235 / 0.805};

  /** 200 perturbations, 5 contexts, 2,000 genes. */
  static Plan full(long seed) {
    return new Plan(200, 40, 5, 2000, 0.4, 0.35, true, 300, 2000, seed);
  }

  /** The same in a minute: 100 perturbations, 4 contexts, 400 genes. */
  static Plan middle(long seed) {
    return new Plan(100, 40, 4, 400, 0.4, 0.35, true, 300, 1000, seed);
  }

  /** The same in seconds. */
  static Plan small(long seed) {
    return new Plan(40, 10, 3, 200, 0.4, 0.35, true, 100, 400, seed);
  }

  Plan withoutSignal() {
    return new Plan(
        perturbations,
        newPerturbations,
        contexts,
        genes,
        missing,
        featureShare,
        false,
        mostCells,
        mostControls,
        seed);
  }
}
