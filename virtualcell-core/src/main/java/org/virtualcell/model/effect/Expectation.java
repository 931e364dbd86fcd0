package org.virtualcell.model.effect;

import java.util.List;

/**
 * What a model expects of questions once conditions have been measured, per active gene in the
 * model's scale. Immutable.
 */
interface Expectation {
  /** The expected value per gene, measurement errors left out. */
  double[] mean(Question question);

  /** The variance of what is expected, per gene. */
  double[] variance(Question question);

  /** The variance of what would be expected if nothing had been measured, per gene. */
  double[] priorVariance(Question question);

  /**
   * What is expected with some conditions never seen, and how it responds to the means of the
   * control populations (to none where the model has no shared errors).
   *
   * @param left the items left out
   * @param questions answered together, cheaper than one by one
   */
  Posterior.Without without(int[] left, List<Question> questions);
}
