package org.virtualcell.model.ensemble;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.ModelCard;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.Progress;
import org.virtualcell.api.Trainer;
import org.virtualcell.api.TrainingSet;
import org.virtualcell.features.FeatureSet;
import org.virtualcell.model.StoredModel;
import org.virtualcell.model.baseline.Baselines;
import org.virtualcell.model.effect.EffectTrainer;
import org.virtualcell.provenance.Environment;

/**
 * Trains the ensemble of all baselines and the effect model. For each mode and kind of question
 * (pair, target, combination, context, or context and target not measured; combinations apart)
 * every member is asked about perturbations that were left out inside the training data, and
 * compared with what was measured against controls that no member saw. A member is admitted if the
 * 95 % interval of what it adds, by a bootstrap over held-out perturbations, is above zero and its
 * mean above a hundredth of the error of "no change"; the admitted get weights of zero or more with
 * a sum of at most one, by least squares. The rest is "no change".
 *
 * <p>With fewer than nine held-out perturbations of a kind, and for conditions that were measured,
 * the effect model answers alone. Training takes about thirty times as long as that of all members.
 */
public final class EnsembleTrainer implements Trainer<Predictor> {
  static final String EFFECT = "effect";

  private final Map<String, Trainer<? extends Predictor>> members;
  private final String fallback;
  private final long seed;

  /** The ensemble of all baselines and the effect model, without features. */
  public EnsembleTrainer() {
    this(FeatureSet.EMPTY, 0);
  }

  /**
   * The ensemble of all baselines and the effect model.
   *
   * @param features what the effect model knows of targets
   * @param seed of the inner folds and of the bootstrap
   */
  public EnsembleTrainer(FeatureSet features, long seed) {
    this(all(features), EFFECT, seed);
  }

  /**
   * @param members trainers of models of this library, by name
   * @param fallback which of them answers where trials are too few
   */
  EnsembleTrainer(Map<String, Trainer<? extends Predictor>> members, String fallback, long seed) {
    this.members = new LinkedHashMap<>(members);
    this.fallback = fallback;
    this.seed = seed;
    if (!members.containsKey(fallback)) {
      throw new InvalidDataException(
          "The ensemble has no member '" + fallback + "'", "ensemble", "Name one of its members.");
    }
  }

  /** No change is not a member: it is what the weights leave over. */
  private static Map<String, Trainer<? extends Predictor>> all(FeatureSet features) {
    Map<String, Trainer<? extends Predictor>> all = new LinkedHashMap<>();
    all.put(EFFECT, new EffectTrainer(features));
    Baselines.trainers()
        .forEach(
            (name, trainer) -> {
              if (!name.equals("no-change")) {
                all.put(name, trainer);
              }
            });
    return all;
  }

  @Override
  public Predictor train(TrainingSet data, Progress progress) {
    List<InnerFolds.Fold> folds = new InnerFolds(data.conditions(), seed).all();
    Map<Stratum, List<Trial>> trials =
        new InnerTrials(data, List.copyOf(members.values()), seed).run(folds, progress);
    List<Stack> stacks = new ArrayList<>();
    trials.forEach(
        (stratum, tried) ->
            stacks.add(Stacking.of(stratum, tried, members.size(), seed + stacks.size())));
    List<Predictor> trained = new ArrayList<>();
    try {
      for (Trainer<? extends Predictor> member : members.values()) {
        trained.add(member.train(data, progress));
      }
      List<String> names = List.copyOf(members.keySet());
      ModelCard of = trained.get(names.indexOf(fallback)).card();
      return new EnsemblePredictor(names, trained, fallback, stacks, card(of, data, stacks));
    } catch (RuntimeException e) {
      trained.forEach(Predictor::close);
      throw e;
    }
  }

  private ModelCard card(ModelCard of, TrainingSet data, List<Stack> stacks) {
    Map<String, String> environment = new TreeMap<>(Environment.facts());
    environment.put("members", String.join(", ", members.keySet()));
    environment.put("default member", fallback);
    for (Stack stack : stacks) {
      environment.put("stack " + stack.stratum().label(), facts(stack));
    }
    of.environment()
        .forEach(
            (name, value) -> {
              if (name.startsWith("features ")) {
                environment.put(name, value);
              }
            });
    return new ModelCard(
        "ensemble",
        "Weighted sum of baselines and the effect model, per kind of question; members are admitted"
            + " by what they add on held-out perturbations.",
        data.dataDigest(),
        data.splitDigest(),
        of.genes(),
        of.units(),
        data.controlLabel(),
        of.conditions(),
        of.contexts(),
        List.of(),
        Map.of("ensemble", seed),
        environment,
        List.of(
            "Effects never transfer between modes (activation, interference, knock-out).",
            "With fewer than "
                + Stack.FEWEST
                + " held-out perturbations of a kind of question, and for conditions that were"
                + " measured, the member '"
                + fallback
                + "' answers alone.",
            "Weights are from members that had four fifths of the conditions and half of the"
                + " controls."));
  }

  private String facts(Stack stack) {
    if (!stack.decided()) {
      return stack.perturbations()
          + " held-out perturbations, fewer than "
          + Stack.FEWEST
          + ": "
          + fallback
          + " alone";
    }
    StringBuilder facts = new StringBuilder();
    facts
        .append(stack.perturbations())
        .append(" held-out perturbations, error ")
        .append(String.format(Locale.ROOT, "%.3f", stack.error()))
        .append(" of no change");
    int m = 0;
    for (String name : members.keySet()) {
      facts
          .append("; ")
          .append(name)
          .append(": weight ")
          .append(String.format(Locale.ROOT, "%.3f", stack.weights()[m]))
          .append(", ")
          .append(stack.gains().get(m));
      m++;
    }
    return facts.toString();
  }

  /**
   * An ensemble from what was kept of it.
   *
   * @param stored what {@link org.virtualcell.model.StorableModel#store()} gave
   * @param source where it comes from, for messages
   * @return the predictor; it answers as the one that was kept
   * @throws org.virtualcell.api.DataFormatException if a part is missing or does not fit the card
   */
  public static Predictor restore(StoredModel stored, String source) {
    return EnsembleStore.read(stored, source);
  }
}
