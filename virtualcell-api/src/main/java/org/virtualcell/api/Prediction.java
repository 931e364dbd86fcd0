package org.virtualcell.api;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The answer of a {@link Predictor}: the expected state, which of four claims it is, what it rests
 * on, and whether the model stands behind it.
 *
 * @param condition what was asked
 * @param regime which of four claims this is
 * @param support what it rests on
 * @param verdict whether the model stands behind it, and why
 * @param outcome the expected state; empty exactly when the verdict abstains
 * @param provenance facts that let the prediction be made again: model, data and state digests,
 *     seed, library, device
 */
public record Prediction(
    Condition condition,
    Regime regime,
    Support support,
    Verdict verdict,
    Optional<PredictedState> outcome,
    Map<String, String> provenance) {
  /**
   * Checks that verdict and outcome agree, and regime and support.
   *
   * @throws InvalidDataException if an answer has no outcome or an abstention has one, or support
   *     claims that the condition was measured while the regime says otherwise
   */
  public Prediction {
    Objects.requireNonNull(condition, "condition");
    Objects.requireNonNull(regime, "regime");
    Objects.requireNonNull(support, "support");
    Objects.requireNonNull(verdict, "verdict");
    Objects.requireNonNull(outcome, "outcome");
    provenance = Collections.unmodifiableMap(new TreeMap<>(provenance));
    if (verdict.answered() != outcome.isPresent()) {
      throw new InvalidDataException(
          verdict.answered() ? "An answer has no outcome" : "An abstention has an outcome",
          condition.toString(),
          "Give an outcome exactly when the verdict answers.");
    }
    if (support.measuredTogether() && regime != Regime.SEEN_PERTURBATION_SEEN_CONTEXT) {
      throw new InvalidDataException(
          "A condition measured in training is in regime " + regime.label(),
          condition.toString(),
          "Call it seen, or correct its support.");
    }
  }

  /**
   * The expected state.
   *
   * @return the outcome
   * @throws AbstainedException if the model abstained; the message carries its reason
   */
  public PredictedState state() {
    return outcome.orElseThrow(
        () ->
            new AbstainedException(
                "The model abstained: " + verdict.reason(),
                condition.toString(),
                "Look at verdict() before reading the outcome."));
  }

  /**
   * The expected mean profile.
   *
   * @return one value per gene
   * @throws AbstainedException if the model abstained
   */
  public GeneProfile mean() {
    return state().mean();
  }

  /**
   * The expected change per gene.
   *
   * @return one value per gene, log1p after minus before
   * @throws AbstainedException if the model abstained
   */
  public GeneProfile effect() {
    return state().effect();
  }

  /**
   * The range of the change per gene.
   *
   * @return empty where too little is known to calibrate one
   * @throws AbstainedException if the model abstained
   */
  public Optional<Interval.PerGene> interval() {
    return state().interval();
  }
}
