package org.virtualcell.evaluate.celleval;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.virtualcell.api.InvalidDataException;

/**
 * The score of a result against a baseline, by the original's rule: errors {@code 1 - u / b}, other
 * metrics {@code (u - b) / (1 - b)}, an undefined value or score 0, cut at 0 below and not above.
 * Being worse than the baseline costs nothing, and an ideal prediction need not reach 1: the rule
 * is here to compare with published numbers.
 */
public final class CellEvalScore {
  private final Map<String, Double> scores;

  private CellEvalScore(Map<String, Double> scores) {
    this.scores = Collections.unmodifiableMap(scores);
  }

  /**
   * Scores one aggregate against another by their means.
   *
   * @param user of the prediction
   * @param baseline of the baseline on the same data
   * @return the scores
   * @throws InvalidDataException if the columns differ in names or order
   */
  public static CellEvalScore of(AggregateTable user, AggregateTable baseline) {
    return of(user, baseline, "mean");
  }

  /**
   * Scores one aggregate against another.
   *
   * @param user of the prediction
   * @param baseline of the baseline on the same data
   * @param statistic which statistic to compare
   * @return the scores
   * @throws InvalidDataException if the columns differ in names or order, or the statistic is
   *     missing
   */
  public static CellEvalScore of(AggregateTable user, AggregateTable baseline, String statistic) {
    if (!user.columns().equals(baseline.columns())) {
      throw new InvalidDataException(
          "The two aggregates have different columns",
          user.columns() + " and " + baseline.columns(),
          "Evaluate the prediction and the baseline with the same profile.");
    }
    Map<String, Double> scores = new LinkedHashMap<>();
    for (CellEvalMetric.Kind kind :
        new CellEvalMetric.Kind[] {CellEvalMetric.Kind.ERROR, CellEvalMetric.Kind.BENEFIT}) {
      for (String column : user.columns()) {
        if (Arrays.stream(CellEvalMetric.values())
            .anyMatch(m -> m.label().equals(column) && m.kind() == kind)) {
          scores.put(
              column,
              score(
                  kind,
                  user.value(statistic, column).orElse(Double.NaN),
                  baseline.value(statistic, column).orElse(Double.NaN)));
        }
      }
    }
    if (scores.isEmpty()) {
      throw new InvalidDataException(
          "There is no metric that can be scored",
          user.columns().toString(),
          "Use a profile with metrics other than counts.");
    }
    return new CellEvalScore(scores);
  }

  private static double score(CellEvalMetric.Kind kind, double user, double baseline) {
    double score =
        kind == CellEvalMetric.Kind.ERROR
            ? 1 - user / baseline
            : (user - baseline) / (1 - baseline);
    return Double.isFinite(score) ? Math.max(0, score) : 0;
  }

  /**
   * The scores by metric.
   *
   * @return errors first, else in the order of the results
   */
  public Map<String, Double> scores() {
    return scores;
  }

  /**
   * The plain mean of all scores.
   *
   * @return 0 or more
   */
  public double average() {
    return scores.values().stream().mapToDouble(s -> s).sum() / scores.size();
  }
}
