package org.virtualcell.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
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
 * @param p the two-sided p value of no difference: one minus the level of the interval that just
 *     reaches 0; empty where there is no interval
 * @param adjustedP the same, allowing for everything the model is tested for in this scope, all
 *     metrics and baselines together (Holm 1979)
 * @param tests how many tests that are
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
    Outcome familyOutcome,
    OptionalDouble p,
    OptionalDouble adjustedP,
    int tests) {
  Comparison withAdjusted(double adjusted, int allTests) {
    return new Comparison(
        model,
        baseline,
        metric,
        statistic,
        difference,
        interval,
        familyInterval,
        comparisons,
        perturbations,
        wins,
        ties,
        losses,
        outcome,
        familyOutcome,
        p,
        OptionalDouble.of(adjusted),
        allTests);
  }

  /**
   * Comparisons with p values adjusted for all of the same model (Holm 1979: the i-th smallest of m
   * times m - i + 1, never below a smaller one's).
   */
  static List<Comparison> adjusted(List<Comparison> all) {
    List<Comparison> result = new ArrayList<>(all);
    for (String model : all.stream().map(Comparison::model).distinct().toList()) {
      int[] order =
          IntStream.range(0, all.size())
              .filter(i -> all.get(i).model().equals(model) && all.get(i).p().isPresent())
              .boxed()
              .sorted(Comparator.comparingDouble(i -> all.get(i).p().getAsDouble()))
              .mapToInt(Integer::intValue)
              .toArray();
      double largest = 0;
      for (int i = 0; i < order.length; i++) {
        double p = all.get(order[i]).p().getAsDouble() * (order.length - i);
        largest = Math.min(1, Math.max(largest, p));
        result.set(order[i], all.get(order[i]).withAdjusted(largest, order.length));
      }
    }
    return result;
  }

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
