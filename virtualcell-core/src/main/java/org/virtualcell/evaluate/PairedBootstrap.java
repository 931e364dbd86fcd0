package org.virtualcell.evaluate;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import org.virtualcell.api.Interval;

/**
 * Intervals over perturbations, and of the difference between two models on the same perturbations.
 * The unit that is drawn is the perturbation with all its contexts: neither genes nor the contexts
 * of one perturbation are independent. Thread-safe; the same seed gives the same intervals.
 */
final class PairedBootstrap {
  /** The level of all intervals of single figures and differences. */
  static final double LEVEL = 0.95;

  private static final double TIE = 1e-9;

  private final int draws;
  private final long seed;
  private final Map<Integer, Resamples> bySize = new ConcurrentHashMap<>();

  PairedBootstrap(int draws, long seed) {
    this.draws = draws;
    this.seed = seed;
  }

  Resamples resamples(int perturbations) {
    return bySize.computeIfAbsent(perturbations, n -> new Resamples(n, draws, seed));
  }

  Optional<Interval> interval(PerturbationScores scores, Statistic statistic) {
    if (scores.size() < Resamples.LEAST) {
      return Optional.empty();
    }
    Resamples resamples = resamples(scores.size());
    double[] drawn = scores.statistics(statistic, resamples).clone();
    return resamples.interval(drawn, LEVEL);
  }

  /** The interval of any statistic of how often each perturbation was drawn; see Bootstrap. */
  Optional<Interval> interval(int perturbations, ToDoubleFunction<int[]> statistic) {
    if (perturbations < Resamples.LEAST) {
      return Optional.empty();
    }
    Resamples resamples = resamples(perturbations);
    double[] drawn = new double[resamples.draws()];
    for (int d = 0; d < drawn.length; d++) {
      drawn[d] = statistic.applyAsDouble(resamples.draw(d));
      if (Double.isNaN(drawn[d])) {
        return Optional.empty();
      }
    }
    return resamples.interval(drawn, LEVEL);
  }

  /**
   * Compares a model with a baseline.
   *
   * @param comparisons with how many baselines the model is compared, for the family interval
   */
  Comparison compare(
      String model,
      PerturbationScores ours,
      String baseline,
      PerturbationScores theirs,
      Metric metric,
      Statistic statistic,
      int comparisons) {
    int n = ours.size();
    double difference = ours.statistic(statistic) - theirs.statistic(statistic);
    Optional<Interval> interval = Optional.empty();
    Optional<Interval> family = Optional.empty();
    OptionalDouble p = OptionalDouble.empty();
    if (n >= Resamples.LEAST) {
      Resamples resamples = resamples(n);
      double[] differences = ours.statistics(statistic, resamples).clone();
      double[] subtracted = theirs.statistics(statistic, resamples);
      for (int d = 0; d < differences.length; d++) {
        differences[d] -= subtracted[d];
      }
      interval = resamples.interval(differences, LEVEL);
      p = OptionalDouble.of(resamples.p(differences));
      if (n >= SignalGate.LEAST_PERTURBATIONS) {
        family = resamples.interval(differences, 1 - (1 - LEVEL) / comparisons);
      }
    }
    int[] tally = tally(ours, theirs, metric);
    return new Comparison(
        model,
        baseline,
        metric,
        statistic,
        difference,
        interval,
        family,
        comparisons,
        n,
        tally[0],
        tally[1],
        tally[2],
        outcome(interval, metric),
        outcome(family, metric),
        p,
        OptionalDouble.empty(),
        0);
  }

  private static int[] tally(PerturbationScores ours, PerturbationScores theirs, Metric metric) {
    int[] tally = new int[3];
    for (int p = 0; p < ours.size(); p++) {
      double gain = gain(ours.value(p) - theirs.value(p), metric);
      double tie = TIE * Math.max(1, Math.abs(theirs.value(p)));
      tally[gain > tie ? 0 : gain < -tie ? 2 : 1]++;
    }
    return tally;
  }

  /** A difference with the sign that makes more of it better. */
  static double gain(double difference, Metric metric) {
    return switch (metric.direction()) {
      case HIGHER -> difference;
      case LOWER -> -difference;
      case NEITHER -> 0;
    };
  }

  private static Comparison.Outcome outcome(Optional<Interval> interval, Metric metric) {
    if (interval.isEmpty() || interval.get().contains(0)) {
      return Comparison.Outcome.NOT_DISTINGUISHABLE;
    }
    double gain = gain(interval.get().lower(), metric);
    return gain > 0
        ? Comparison.Outcome.BETTER
        : gain < 0 ? Comparison.Outcome.WORSE : Comparison.Outcome.NOT_DISTINGUISHABLE;
  }
}
