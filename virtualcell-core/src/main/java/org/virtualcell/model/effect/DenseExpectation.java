package org.virtualcell.model.effect;

import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** By the covariance of all conditions written out: n x n per amplitude. Immutable. */
final class DenseExpectation implements Expectation {
  private final Posterior posterior;
  private final int items;
  private final Function<Question, double[]> covariance;
  private final ToDoubleFunction<Question> prior;
  private final double[][] directions;

  /**
   * Of a posterior.
   *
   * @param covariance of a question with each item
   * @param prior the variance of a question
   * @param directions control populations x items, the weight of their means in the effects
   */
  DenseExpectation(
      Posterior posterior,
      int items,
      Function<Question, double[]> covariance,
      ToDoubleFunction<Question> prior,
      double[][] directions) {
    this.posterior = posterior;
    this.items = items;
    this.covariance = covariance;
    this.prior = prior;
    this.directions = directions;
  }

  @Override
  public double[] mean(Question question) {
    return posterior.mean(covariance.apply(question));
  }

  @Override
  public double[] variance(Question question) {
    return posterior.variance(covariance.apply(question), prior.applyAsDouble(question));
  }

  @Override
  public double[] priorVariance(Question question) {
    return posterior.variance(new double[items], prior.applyAsDouble(question));
  }

  @Override
  public Posterior.Without without(int[] left, List<Question> questions) {
    return posterior.without(
        left,
        questions.stream().map(covariance).toArray(double[][]::new),
        questions.stream().mapToDouble(prior).toArray(),
        directions);
  }
}
