package org.virtualcell.evaluate;

import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.virtualcell.api.Interval;
import org.virtualcell.evaluate.confidence.NormalCurve;

/**
 * How often each of n perturbations is drawn in each bootstrap sample. The same draws serve every
 * model, which pairs the comparisons. The draws follow from n and the seed alone.
 *
 * <p>Intervals are percentile intervals with the small-sample expansion of Hesterberg (2015,
 * section 3.2): instead of the tail a / 2 they leave out Phi(-sqrt(n / (n - 1)) t(1 - a / 2, n -
 * 1)), which makes the interval of a mean as wide as the t interval.
 */
public final class Resamples {
  /** The fewest perturbations an interval can rest on. */
  public static final int LEAST = 5;

  private final int draws;
  private final int[][] times;
  private final Map<Double, Double> tails = new ConcurrentHashMap<>();
  private final Map<Integer, Double> ps = new ConcurrentHashMap<>();

  /**
   * Draws.
   *
   * @param perturbations how many there are
   * @param draws how many samples
   * @param seed of the draws
   */
  public Resamples(int perturbations, int draws, long seed) {
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

  /**
   * The number of samples.
   *
   * @return as asked for
   */
  public int draws() {
    return draws;
  }

  /**
   * How often each perturbation is in a draw.
   *
   * @param index the draw
   * @return one number per perturbation; not to be changed
   */
  public int[] draw(int index) {
    return times[index];
  }

  /**
   * The interval of a statistic that was computed for each draw.
   *
   * @param drawn the statistic of every draw; put into another order
   * @param level the share of draws it is meant to hold, such as 0.95
   * @return empty with too few perturbations to tell
   */
  public Optional<Interval> interval(double[] drawn, double level) {
    if (perturbations() < LEAST) {
      return Optional.empty();
    }
    double tail = tails.computeIfAbsent(level, this::expandedTail);
    return Optional.of(
        new Interval(level, Quantiles.of(drawn, tail), Quantiles.of(drawn, 1 - tail)));
  }

  /**
   * The two-sided p value of zero: one minus the level of the interval that just reaches it.
   *
   * @param drawn the statistic of every draw
   * @return 0 to 1
   */
  double p(double[] drawn) {
    int below = 0;
    int above = 0;
    for (double value : drawn) {
      below += value < 0 ? 1 : 0;
      above += value > 0 ? 1 : 0;
    }
    // draws at zero count for both sides
    int fewer = Math.min(drawn.length - below, drawn.length - above);
    return 2 * fewer >= drawn.length ? 1 : ps.computeIfAbsent(fewer, this::pOfTail);
  }

  /** The level whose {@link #expandedTail} is the share of draws, turned round. */
  private double pOfTail(int draws) {
    int n = perturbations();
    // no draw on the other side: less than half of one
    double share = Math.max(0.5, draws) / times.length;
    double t = -NormalCurve.quantile(share) / Math.sqrt(n / (n - 1.0));
    return Math.min(1, 2 * StudentT.upperTail(t, n - 1));
  }

  private double expandedTail(double level) {
    int n = perturbations();
    double t = StudentT.upperQuantile((1 - level) / 2, n - 1);
    return StudentT.normalTail(Math.sqrt(n / (n - 1.0)) * t);
  }
}
