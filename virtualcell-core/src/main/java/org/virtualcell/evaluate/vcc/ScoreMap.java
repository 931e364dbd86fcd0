package org.virtualcell.evaluate.vcc;

import java.util.List;
import java.util.OptionalDouble;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.evaluate.report.SuiteScores;

/** How an aggregate becomes a score. */
enum ScoreMap {
  /** 0 at the baseline, 1 at the replicate. */
  FROM_REPLICATE("(u-b)/(r-b)"),
  /** 0 at the baseline, 1 at the perfect value. */
  FROM_BASELINE("(u-b)/(p-b); other metrics by their reading"),
  /** A constant scale that needs no measured end. */
  CONSTANT("low-random_high-1_v10");

  private static final double LOWEST = -6;
  private static final double MOST_RATIO = 2;

  private final String rule;

  ScoreMap(String rule) {
    this.rule = rule;
  }

  String rule() {
    return rule;
  }

  /**
   * The score of a scored member between two ends.
   *
   * @param u the aggregate; NaN or infinite where there is none
   * @param zero the aggregate that scores 0
   * @param one the aggregate that scores 1
   * @throws InvalidDataException if the second is not better than the first
   */
  static double between(ChallengeMetric metric, double u, double zero, double one) {
    boolean better = metric.isError() ? one < zero : one > zero;
    if (!better || !Double.isFinite(zero) || !Double.isFinite(one)) {
      throw new InvalidDataException(
          "There is no room to score: the upper end "
              + one
              + " is not better than the lower end "
              + zero,
          metric.label(),
          "Use more or deeper cells; on this data the metric cannot tell a replicate from the mean"
              + " response.");
    }
    double score = (u - zero) / (one - zero);
    boolean usable = Double.isFinite(u) && Double.isFinite(score);
    return switch (metric) {
      case EXPR_MSE_UNBIASED_CAPPED_NORM -> usable ? Math.max(0, Math.min(1, score)) : 0;
      case LFC_NMAE -> usable ? Math.max(LOWEST, score) : LOWEST;
      default -> usable ? score : -zero / (one - zero);
    };
  }

  /** The same as {@link #between}, as a line with its clamps. */
  static SuiteScores.Scale scale(ChallengeMetric metric, double zero, double one) {
    boolean expression = metric == ChallengeMetric.EXPR_MSE_UNBIASED_CAPPED_NORM;
    double low =
        expression ? 0 : metric == ChallengeMetric.LFC_NMAE ? LOWEST : Double.NEGATIVE_INFINITY;
    return new SuiteScores.Scale(
        zero,
        one,
        low,
        expression ? 1 : Double.POSITIVE_INFINITY,
        between(metric, Double.NaN, zero, one));
  }

  /** The same as {@link #constant}, as a line with its clamps. */
  static SuiteScores.Scale constantScale(ChallengeMetric metric) {
    double low = constant(metric, Double.NaN);
    return new SuiteScores.Scale(constantBase(metric), metric.isError() ? 0 : 1, low, 1, low);
  }

  private static double constantBase(ChallengeMetric metric) {
    return switch (metric) {
      case EXPR_MSE_UNBIASED_CAPPED_NORM, LFC_NMAE -> 1;
      case PDS_COSINE, DIRECTION_FIDELITY_YIELD_RAW -> 0.5;
      default -> 0;
    };
  }

  /** The score of a member on the constant scale. */
  static double constant(ChallengeMetric metric, double u) {
    double base = constantBase(metric);
    double low =
        switch (metric) {
          case EXPR_MSE_UNBIASED_CAPPED_NORM -> LOWEST;
          case LFC_NMAE, PDS_COSINE, DIRECTION_FIDELITY_YIELD_RAW -> -1;
          default -> 0;
        };
    double best = metric.isError() ? 0 : 1;
    return Double.isFinite(u) ? Math.max(low, Math.min(1, (u - base) / (best - base))) : low;
  }

  /**
   * The score against the baseline alone.
   *
   * @return empty where the metric is not scored or the baseline leaves no room
   */
  static OptionalDouble fromBaseline(ChallengeMetric metric, double u, double b) {
    if (ChallengeMetric.scored().contains(metric)) {
      return OptionalDouble.of(between(metric, u, b, metric.isError() ? 0 : 1));
    }
    if (!Double.isFinite(u) || !Double.isFinite(b)) {
      return OptionalDouble.empty();
    }
    double score =
        switch (metric.reading()) {
          case ERROR -> u > b ? Math.max(LOWEST, (1 - u / b * (u / b)) / 2) : (b - u) / b;
          case BOUNDED -> Math.max(0, (u - b) / (1 - b));
          case RATIO -> clamp((u - b) / b);
          case SIGNED_RATIO -> clamp((u - b) / Math.abs(b));
          case UNSCORED -> Double.NaN;
        };
    return Double.isFinite(score) ? OptionalDouble.of(score) : OptionalDouble.empty();
  }

  private static double clamp(double score) {
    return Math.max(-MOST_RATIO, Math.min(MOST_RATIO, score));
  }

  /** The plain mean of member scores. */
  static double mean(List<Double> scores) {
    double sum = 0;
    for (double score : scores) {
      sum += score;
    }
    return sum / scores.size();
  }
}
