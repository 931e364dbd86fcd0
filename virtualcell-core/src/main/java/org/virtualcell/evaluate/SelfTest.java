package org.virtualcell.evaluate;

import java.util.List;
import java.util.Optional;
import org.virtualcell.api.Interval;

/**
 * Whether the metrics do on this data what they promise: the measured effect itself must have the
 * best score, and the measured effects of <em>other</em> conditions, put under a label they do not
 * belong to, must not score better than chance.
 *
 * @param lines one per metric
 */
public record SelfTest(List<Line> lines) {
  /** A mean this near to chance counts as chance, whatever its interval. */
  private static final double NEAR = 0.1;

  /** Copies the list. */
  public SelfTest {
    lines = List.copyOf(lines);
  }

  /**
   * One metric.
   *
   * @param metric the metric
   * @param truth the worst score of a measured effect judged against itself
   * @param shuffled the mean score of measured effects under wrong labels
   * @param interval its 95 % interval over perturbations, where there are enough
   * @param chance what a prediction without knowledge has
   * @param perturbations on how many perturbations it rests
   */
  public record Line(
      Metric metric,
      double truth,
      double shuffled,
      Optional<Interval> interval,
      double chance,
      int perturbations) {
    /**
     * Whether the truth has the best score.
     *
     * @return true if it is best to within rounding
     */
    public boolean truthIsBest() {
      return PairedBootstrap.gain(truth - metric.best(), metric) > -1e-6;
    }

    /**
     * Whether wrong labels score no better than chance. Where they do, the metric rewards what all
     * perturbations share.
     *
     * @return true if they score chance or worse
     */
    public boolean shuffledIsChance() {
      double gain = PairedBootstrap.gain(shuffled - chance, metric);
      return gain <= NEAR || interval.filter(i -> i.contains(chance)).isPresent();
    }
  }

  /**
   * The result in one sentence.
   *
   * @return such as {@code truth scores the best on 9 of 9 metrics; wrong labels score chance on 8,
   *     not on pearson_effect_separate (0.31)}
   */
  public String sentence() {
    if (lines.isEmpty()) {
      return "too few cells for a self-test of the metrics";
    }
    long best = lines.stream().filter(Line::truthIsBest).count();
    List<String> fooled =
        lines.stream()
            .filter(line -> !line.shuffledIsChance())
            .map(line -> line.metric().title() + " (" + Figures.of(line.shuffled()) + ")")
            .toList();
    return "truth scores the best on "
        + best
        + " of "
        + lines.size()
        + " metrics; wrong labels score chance on "
        + (lines.size() - fooled.size())
        + (fooled.isEmpty()
            ? ""
            : ", but not on "
                + String.join(", ", fooled)
                + ", which reward"
                + (fooled.size() == 1 ? "s" : "")
                + " what all perturbations share");
  }
}
