package org.virtualcell.evaluate;

import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.virtualcell.api.Interval;

/**
 * How often each of n perturbations is drawn in each bootstrap sample. The same draws serve every
 * model, which pairs the comparisons. The draws follow from n and the seed alone.
 *
 * <p>Intervals are percentile intervals with the small-sample expansion of Hesterberg (2015,
 * section 3.2): instead of the tail a / 2 they leave out Phi(-sqrt(n / (n - 1)) t(1 - a / 2, n -
 * 1)), which makes the interval of a mean as wide as the t interval.
 */
final class Resamples {
  /** The fewest perturbations an interval can rest on. */
  static final int LEAST = 5;

  private final int draws;
  private final int[][] times;
  private final Map<Double, Double> tails = new ConcurrentHashMap<>();

  Resamples(int perturbations, int draws, long seed) {
    this.draws = draws;
    this.times = new int[draws][perturbations];
    SplittableRandom random = new SplittableRandom(seed ^ 0x9E3779B97F4A7C15L * perturbations);
    for (int[] draw : times) {
      for (int i = 0; i < perturbations; i++) {
        draw[random.nextInt(perturbations)]++;
      }
    }
  }

  int perturbations() {
    return times.length == 0 ? 0 : times[0].length;
  }

  int draws() {
    return draws;
  }

  /** How often each perturbation is in a draw; not to be changed. */
  int[] draw(int index) {
    return times[index];
  }

  /**
   * The interval of a statistic that was computed for each draw; empty with too few to tell.
   *
   * @param drawn the statistic of every draw; put into another order
   */
  Optional<Interval> interval(double[] drawn, double level) {
    if (perturbations() < LEAST) {
      return Optional.empty();
    }
    double tail = tails.computeIfAbsent(level, this::expandedTail);
    return Optional.of(
        new Interval(
            level, Quantiles.of(drawn, tail), Quantiles.of(drawn, 1 - tail)));
  }

  private double expandedTail(double level) {
    int n = perturbations();
    double t = StudentT.upperQuantile((1 - level) / 2, n - 1);
    return StudentT.normalTail(Math.sqrt(n / (n - 1.0)) * t);
  }
}
