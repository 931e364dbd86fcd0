package org.virtualcell.evaluate.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.virtualcell.api.Interval;
import org.virtualcell.evaluate.Comparison;
import org.virtualcell.evaluate.Resamples;
import org.virtualcell.evaluate.report.SuiteScores.Line;
import org.virtualcell.evaluate.report.SuiteScores.Part;

/**
 * How sure the figures of one part are: intervals from drawing its perturbations with replacement,
 * the ends of the scale held fixed, the same draws for prediction and baseline.
 */
final class SuiteFindings {
  private static final int DRAWS = 2000;
  private static final double LEVEL = 0.95;

  /** Figures this near count as the same. */
  private static final double SAME = 1e-9;

  /**
   * What is known about one line.
   *
   * @param score the interval of its score
   * @param difference value minus baseline
   * @param differenceInterval its interval
   * @param outcome whether the prediction is better than the baseline; empty without an interval
   * @param tally perturbations better, same, worse and without a figure
   */
  @SuppressWarnings("ArrayRecordComponent") // read by the page's data only
  record Finding(
      Optional<Interval> score,
      double difference,
      Optional<Interval> differenceInterval,
      Optional<Comparison.Outcome> outcome,
      int[] tally) {}

  private final Part part;
  private final Resamples resamples;
  private final List<Finding> findings = new ArrayList<>();
  private final Optional<Interval> overall;

  SuiteFindings(Part part) {
    this.part = part;
    this.resamples = new Resamples(part.perturbations().size(), DRAWS, 0);
    double[] sum = new double[DRAWS];
    int members = 0;
    for (Line line : part.lines()) {
      double[] drawn = drawn(line, line.figures());
      findings.add(finding(line, drawn));
      if (line.scored() && line.scale().isPresent()) {
        members++;
        for (int d = 0; d < DRAWS; d++) {
          sum[d] += line.scale().get().score(drawn[d]);
        }
      }
    }
    int scored = members;
    this.overall =
        members == 0 || part.score().isEmpty()
            ? Optional.empty()
            : resamples.interval(Arrays.stream(sum).map(s -> s / scored).toArray(), LEVEL);
  }

  List<Finding> findings() {
    return findings;
  }

  Optional<Interval> overall() {
    return overall;
  }

  /** The aggregate of each draw; the plain value where the panel has only one figure. */
  private double[] drawn(Line line, double[] figures) {
    double[] values = new double[DRAWS];
    if (figures.length == 0 || !Double.isFinite(line.value())) {
      Arrays.fill(values, line.value());
      return values;
    }
    for (int d = 0; d < DRAWS; d++) {
      int[] times = resamples.draw(d);
      double above = 0;
      double below = 0;
      for (int p = 0; p < figures.length; p++) {
        if (times[p] > 0 && Double.isFinite(figures[p])) {
          above += times[p] * figures[p];
          below += times[p] * line.weights()[p];
        }
      }
      values[d] = above / below;
    }
    return values;
  }

  private Finding finding(Line line, double[] drawn) {
    boolean sampled = line.figures().length > 0 && Double.isFinite(line.value());
    Optional<Interval> score =
        sampled && line.scale().isPresent()
            ? interval(Arrays.stream(drawn).map(line.scale().get()::score).toArray())
            : Optional.empty();
    Optional<Interval> difference = Optional.empty();
    if (sampled && line.baselineFigures().length > 0) {
      double[] other = drawn(line, line.baselineFigures());
      double[] gaps = new double[DRAWS];
      Arrays.setAll(gaps, d -> drawn[d] - other[d]);
      difference = interval(gaps);
    }
    return new Finding(
        score,
        line.baseline().isPresent() ? line.value() - line.baseline().getAsDouble() : Double.NaN,
        difference,
        difference.map(i -> outcome(i, line.lowerIsBetter())),
        tally(line));
  }

  /** Empty where a draw has no value. */
  private Optional<Interval> interval(double... drawn) {
    return Arrays.stream(drawn).allMatch(Double::isFinite)
        ? resamples.interval(drawn, LEVEL)
        : Optional.empty();
  }

  private static Comparison.Outcome outcome(Interval gap, boolean lowerIsBetter) {
    if (gap.contains(0)) {
      return Comparison.Outcome.NOT_DISTINGUISHABLE;
    }
    return gap.lower() > 0 == lowerIsBetter ? Comparison.Outcome.WORSE : Comparison.Outcome.BETTER;
  }

  private static int[] tally(Line line) {
    int[] tally = new int[4];
    for (int p = 0; p < line.baselineFigures().length; p++) {
      tally[1 + against(line, p)]++;
    }
    return tally;
  }

  /** -1 better than the baseline, 0 the same, 1 worse, 2 unknown. */
  static int against(Line line, int p) {
    if (line.figures().length == 0 || line.baselineFigures().length == 0) {
      return 2;
    }
    double own = line.figures()[p];
    double base = line.baselineFigures()[p];
    if (!Double.isFinite(own) || !Double.isFinite(base)) {
      return 2;
    }
    if (Math.abs(own - base) <= SAME * Math.max(1, Math.abs(base))) {
      return 0;
    }
    return own < base == line.lowerIsBetter() ? -1 : 1;
  }

  /** Perturbations ahead of, level with and behind the baseline by most scored lines. */
  int[] byMostMembers() {
    int[] counts = new int[3];
    for (int p = 0; p < part.perturbations().size(); p++) {
      int lead = 0;
      boolean judged = false;
      for (Line line : part.lines()) {
        int against = line.scored() ? against(line, p) : 2;
        if (against < 2) {
          judged = true;
          lead += against;
        }
      }
      if (judged) {
        counts[1 + Integer.signum(lead)]++;
      }
    }
    return counts;
  }

  /** The mean over scored lines of a perturbation's own place on the scale; NaN without any. */
  double place(int p) {
    double sum = 0;
    int n = 0;
    for (Line line : part.lines()) {
      double place = line.scored() ? place(line, p) : Double.NaN;
      if (Double.isFinite(place)) {
        sum += place;
        n++;
      }
    }
    return n == 0 ? Double.NaN : sum / n;
  }

  /** Where one perturbation's figure lies on the scale, without clamps that hide how far off. */
  static double place(Line line, int p) {
    if (line.scale().isEmpty() || line.figures().length == 0) {
      return Double.NaN;
    }
    SuiteScores.Scale scale = line.scale().get();
    double place = (line.figures()[p] - scale.zero()) / (scale.one() - scale.zero());
    return Double.isFinite(place) ? Math.max(-FAR, Math.min(FAR, place)) : Double.NaN;
  }

  /** A single perturbation beyond this tells no more than at it. */
  private static final double FAR = 3;
}
