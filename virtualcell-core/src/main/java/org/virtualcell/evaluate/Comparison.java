package org.virtualcell.evaluate;

import java.util.Optional;
import org.virtualcell.api.Interval;

/**
 * A model beside a baseline, on the conditions where both have a value.
 *
 * @param model the model
 * @param baseline the baseline
 * @param metric what was measured
 * @param statistic how the perturbations were summed up
 * @param difference the model's figure minus the baseline's
 * @param interval the 95 % interval of the difference, from a paired bootstrap over perturbations,
 *     where there are enough
 * @param familyInterval the same at the level that holds for all baselines of the model together
 *     (Bonferroni: 1 - 0.05 / {@code comparisons}), where there are enough for so fine a level
 * @param comparisons with how many baselines the model is compared in this scope and metric
 * @param perturbations on how many perturbations it rests
 * @param wins on how many of them the model is better
 * @param ties on how many it is as good, to within 1e-9
 * @param losses on how many it is worse
 * @param outcome what the 95 % interval supports
 * @param familyOutcome what the interval for all baselines together supports
 */
public record Comparison(
    String model,
    String baseline,
    Metric metric,
    Statistic statistic,
    double difference,
    Optional<Interval> interval,
    Optional<Interval> familyInterval,
    int comparisons,
    int perturbations,
    int wins,
    int ties,
    int losses,
    Outcome outcome,
    Outcome familyOutcome) {
  /** What an interval of a difference supports. */
  public enum Outcome {
    /** The model is better: the interval leaves out 0 on the good side. */
    BETTER,
    /** The model is worse: the interval leaves out 0 on the bad side. */
    WORSE,
    /** The two cannot be told apart here. */
    NOT_DISTINGUISHABLE
  }
}
