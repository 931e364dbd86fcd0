package org.virtualcell.evaluate.confidence;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.virtualcell.api.Interval;

/**
 * What the stated confidence of a model is worth over some answers.
 *
 * @param answers how many conditions were asked
 * @param perturbations how many independent perturbations these are
 * @param level the share of genes the stated intervals are meant to hold; empty without intervals
 * @param strata coverage and width by size of the predicted change, all genes first
 * @param conformalWidth half the width of an interval that holds {@code level} of the genes of a
 *     new perturbation with probability {@code level}, calibrated on the others: how sharp this
 *     model could be if it were honest; empty where there are too few to tell
 * @param calibratedOn how many perturbations calibrate it
 * @param riskCoverage the mean absolute error when only the surest answers are taken; empty where
 *     the model states neither an interval nor a distance
 * @param basis what was taken as confidence: {@code interval width}, {@code distance} or empty text
 * @param confidentlyWrong of the surest quarter of answers those that are no better than an
 *     uninformed baseline, or where most of the changes the interval is sure of go the other way
 * @param wrongCalls of the genes whose interval leaves out zero those that changed the other way or
 *     not at all
 * @param changed whether stated probabilities that a gene changes are frequencies
 * @param up the same for its direction
 * @param distance whether errors grow with the stated distance to the training data
 * @param abstention what abstaining is worth
 * @param curve one point per condition, for pictures
 */
public record Confidence(
    int answers,
    int perturbations,
    OptionalDouble level,
    List<Stratum> strata,
    OptionalDouble conformalWidth,
    int calibratedOn,
    Optional<RiskCoverage> riskCoverage,
    String basis,
    Optional<Share> confidentlyWrong,
    Optional<Share> wrongCalls,
    Optional<Probabilities> changed,
    Optional<Probabilities> up,
    Optional<DistanceTrend> distance,
    Optional<Abstention> abstention,
    List<Point> curve) {
  /** Copies the lists. */
  public Confidence {
    strata = List.copyOf(strata);
    curve = List.copyOf(curve);
  }

  /**
   * Coverage and width of the stated intervals in one stratum.
   *
   * @param name {@code all}, or the label of a {@link SizeStratum}
   * @param coverage the share of genes whose measured change lies in the interval
   * @param interval its 95 % interval over perturbations, where there are enough
   * @param width the mean width
   * @param perturbations on how many perturbations it rests
   * @param genes on how many (condition, gene) pairs
   */
  public record Stratum(
      String name,
      double coverage,
      Optional<Interval> interval,
      double width,
      int perturbations,
      long genes) {}

  /**
   * A share that was counted.
   *
   * @param events how many
   * @param n of how many
   * @param upperLimit the exact one-sided 95 % limit of the share
   */
  public record Share(int events, int n, double upperLimit) {
    static Optional<Share> of(int events, int n) {
      return n == 0
          ? Optional.empty()
          : Optional.of(new Share(events, n, ExactBinomial.upperLimit(events, n, 0.95)));
    }

    /**
     * The share.
     *
     * @return events over n
     */
    public double value() {
      return (double) events / n;
    }
  }

  /**
   * Stated probabilities beside frequencies.
   *
   * @param bins the ten bins
   * @param brier the Brier score
   * @param interval its 95 % interval over perturbations, where there are enough
   * @param calibrationError the expected calibration error
   * @param perturbations on how many perturbations it rests
   */
  public record Probabilities(
      ProbabilityBins bins,
      double brier,
      Optional<Interval> interval,
      double calibrationError,
      int perturbations) {}

  /**
   * Whether errors grow with distance.
   *
   * @param correlation Spearman's, of stated distance and mean absolute error over conditions
   * @param interval its 95 % interval over perturbations, where there are enough
   * @param conditions on how many conditions it rests
   */
  public record DistanceTrend(double correlation, Optional<Interval> interval, int conditions) {}

  /**
   * What abstaining is worth.
   *
   * @param answered how many conditions the model stands behind
   * @param answeredError their mean absolute error
   * @param allError that of all conditions, no change standing in for what was not answered
   * @param interval the 95 % interval over perturbations of answered minus all
   */
  public record Abstention(
      int answered, double answeredError, double allError, Optional<Interval> interval) {}

  /**
   * One condition.
   *
   * @param perturbation its label
   * @param context its context
   * @param width the mean width of its interval; infinite without one
   * @param distance the stated distance; NaN without one
   * @param error the mean absolute error
   */
  public record Point(
      String perturbation, String context, double width, double distance, double error) {}
}
