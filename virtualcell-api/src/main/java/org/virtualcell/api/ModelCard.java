package org.virtualcell.api;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a model is: data, split, genes, units, measured scores beside every baseline and the noise
 * ceiling, and what made it.
 *
 * @param name the model's name, such as {@code baseline:additive}
 * @param description what it does, for a person
 * @param dataDigest the data it was trained on
 * @param splitDigest the split it was trained on
 * @param genes the genes it predicts
 * @param units the units it works in
 * @param controlLabel the label of controls in its training data
 * @param conditions the perturbed conditions it has seen
 * @param contexts the contexts whose controls it has seen
 * @param scores measured scores, the model's own, every baseline's and the ceiling's; empty before
 *     evaluation
 * @param seeds the seeds used, by purpose
 * @param environment library version, Java version, device, precision
 * @param limitations what it must not be used for, each a sentence
 */
public record ModelCard(
    String name,
    String description,
    ContentDigest dataDigest,
    ContentDigest splitDigest,
    GeneVocabulary genes,
    ExpressionUnits units,
    String controlLabel,
    List<Condition> conditions,
    List<CellContext> contexts,
    List<Score> scores,
    Map<String, Long> seeds,
    Map<String, String> environment,
    List<String> limitations) {
  /**
   * Copies the collections and checks that nothing is missing.
   *
   * @throws InvalidDataException if the name is blank
   */
  public ModelCard {
    if (Objects.requireNonNull(name, "name").isBlank()) {
      throw new InvalidDataException("A model has no name", "ModelCard", "Name it.");
    }
    Objects.requireNonNull(description, "description");
    Objects.requireNonNull(dataDigest, "dataDigest");
    Objects.requireNonNull(splitDigest, "splitDigest");
    Objects.requireNonNull(genes, "genes");
    Objects.requireNonNull(units, "units");
    Objects.requireNonNull(controlLabel, "controlLabel");
    conditions = List.copyOf(conditions);
    contexts = List.copyOf(contexts);
    scores = List.copyOf(scores);
    seeds = Collections.unmodifiableMap(new TreeMap<>(seeds));
    environment = Collections.unmodifiableMap(new TreeMap<>(environment));
    limitations = List.copyOf(limitations);
  }

  /**
   * This card with measured scores.
   *
   * @param measured the scores
   * @return a new card
   */
  public ModelCard withScores(List<Score> measured) {
    return new ModelCard(
        name,
        description,
        dataDigest,
        splitDigest,
        genes,
        units,
        controlLabel,
        conditions,
        contexts,
        measured,
        seeds,
        environment,
        limitations);
  }

  /** What a score can tell. */
  public enum Status {
    /** Enough perturbations with enough signal. */
    TESTED,
    /**
     * The data hold no signal above their own noise here; the score says nothing about the model.
     */
    NO_SIGNAL,
    /** Too few perturbations to tell. */
    TOO_FEW
  }

  /**
   * One measured score.
   *
   * @param protocol how conditions were held out, such as {@code unseen-perturbation}
   * @param model the model scored: this one, a baseline, or {@code ceiling}
   * @param metric the metric's name
   * @param value its value; NaN where it could not be computed, never infinite
   * @param interval its range over perturbations, where there are enough
   * @param perturbations on how many perturbations it rests
   * @param status what it can tell
   */
  public record Score(
      String protocol,
      String model,
      String metric,
      double value,
      Optional<Interval> interval,
      int perturbations,
      Status status) {
    /**
     * Checks that nothing is missing.
     *
     * @throws InvalidDataException if the number of perturbations is negative, the value infinite,
     *     or a tested score has no value
     */
    public Score {
      Objects.requireNonNull(protocol, "protocol");
      Objects.requireNonNull(model, "model");
      Objects.requireNonNull(metric, "metric");
      Objects.requireNonNull(interval, "interval");
      Objects.requireNonNull(status, "status");
      if (perturbations < 0
          || Double.isInfinite(value)
          || status == Status.TESTED && Double.isNaN(value)) {
        throw new InvalidDataException(
            "A score of " + value + " on " + perturbations + " perturbations cannot be " + status,
            model + ", " + metric + ", " + protocol,
            "Pass a finite value, or NaN with the status that says why there is none.");
      }
    }
  }
}
