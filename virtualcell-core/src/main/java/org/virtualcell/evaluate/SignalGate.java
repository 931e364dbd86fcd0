package org.virtualcell.evaluate;

import java.util.Optional;
import org.virtualcell.api.Interval;
import org.virtualcell.api.ModelCard;

/**
 * Whether the data of a scope can tell anything about a model: the measured effects of one half of
 * the cells must agree with those of the other half, each against its own half of the controls. A
 * scope is tested when the 95 % interval of that correlation lies above {@value #LEAST_AGREEMENT}
 * and at least {@value #LEAST_PERTURBATIONS} perturbations were scored.
 *
 * @param splitHalf the mean over perturbations of the correlation between halves, itself a mean
 *     over several divisions into halves; 0 where none could be measured
 * @param interval its 95 % interval over perturbations, where there are enough
 * @param perfectModel what a model that knows the noise-free effect would correlate with the whole
 *     data: the root of the Spearman-Brown reliability 2r / (1 + r) of the mean r; 0 where r is not
 *     positive
 * @param perturbations how many perturbations have both halves
 * @param items how many conditions have both halves
 * @param status what a score in this scope can tell
 */
public record SignalGate(
    double splitHalf,
    Optional<Interval> interval,
    double perfectModel,
    int perturbations,
    int items,
    ModelCard.Status status) {
  /** The correlation of halves that the interval must exceed. */
  public static final double LEAST_AGREEMENT = 0.1;

  /** The fewest perturbations a test can rest on. */
  public static final int LEAST_PERTURBATIONS = 12;

  static SignalGate of(
      double splitHalf, Optional<Interval> interval, int perturbations, int items) {
    return new SignalGate(
        splitHalf,
        interval,
        perfectModel(splitHalf),
        perturbations,
        items,
        status(interval, perturbations));
  }

  private static ModelCard.Status status(Optional<Interval> interval, int perturbations) {
    if (perturbations < LEAST_PERTURBATIONS) {
      return ModelCard.Status.TOO_FEW;
    }
    return interval.filter(i -> i.lower() > LEAST_AGREEMENT).isPresent()
        ? ModelCard.Status.TESTED
        : ModelCard.Status.NO_SIGNAL;
  }

  static double perfectModel(double splitHalf) {
    double r = Math.max(0, splitHalf);
    return Math.sqrt(2 * r / (1 + r));
  }

  /**
   * The status in the words of the tables.
   *
   * @param status any status
   * @return {@code tested}, {@code no signal} or {@code too few}
   */
  public static String label(ModelCard.Status status) {
    return switch (status) {
      case TESTED -> "tested";
      case NO_SIGNAL -> "no signal";
      case TOO_FEW -> "too few";
    };
  }
}
