package org.virtualcell.evaluate;

import java.util.Optional;
import org.virtualcell.api.Interval;

/**
 * A model's score when it is asked for the perturbation that was measured, beside its score when it
 * is asked for another one. A model whose answer does not depend on the question has the same.
 *
 * @param model the model
 * @param metric what is measured
 * @param right the mean score of the answer to the right question
 * @param wrong the mean score of answers to wrong ones
 * @param gain by how much the right question is better, positive is better
 * @param interval the 95 % interval of the gain over perturbations, where there are enough
 * @param perturbations on how many perturbations it rests
 */
public record WrongTarget(
    String model,
    Metric metric,
    double right,
    double wrong,
    double gain,
    Optional<Interval> interval,
    int perturbations) {
  /**
   * What that comes to.
   *
   * @return {@code knows the target}, {@code same answer}, {@code not distinguishable}, {@code
   *     worse than a wrong one} or {@code too few}
   */
  public String reading() {
    if (Math.abs(gain) < 1e-9) {
      return "same answer";
    }
    return interval
        .map(
            i ->
                i.lower() > 0
                    ? "knows the target"
                    : i.upper() < 0 ? "worse than a wrong one" : "not distinguishable")
        .orElse("too few");
  }
}
