package org.virtualcell.evaluate;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.Progress;
import org.virtualcell.api.Trainer;
import org.virtualcell.atlas.Fold;
import org.virtualcell.stats.KeptEffects;

/**
 * Judges models on held-out conditions, beside every baseline and the noise ceiling of the data.
 *
 * <p>Each model is trained anew for each fold, once on all cells of the training conditions and
 * once on their training halves, and asked what it expects of the held-out conditions, given the
 * controls of their context. The baselines are part of every evaluation. Immutable; trainers may be
 * called from several threads at once.
 */
public final class Evaluation {
  /** The baselines no evaluation goes without. */
  public static final List<String> REQUIRED_BASELINES =
      List.of("no-change", "context-mean", "perturbation-mean", "additive", "bilinear", "nearest");

  private final Map<String, Trainer<? extends Predictor>> trainers;
  private final List<String> models;
  private final List<String> baselines;
  private final EvaluationOptions options;

  private Evaluation(
      List<String> models,
      List<String> baselines,
      Map<String, Trainer<? extends Predictor>> trainers,
      EvaluationOptions options) {
    this.models = models;
    this.baselines = baselines;
    this.trainers = trainers;
    this.options = options;
  }

  /**
   * An evaluation of models beside the baselines.
   *
   * @param models the models to judge, by name; may be empty, then the baselines are judged among
   *     each other. They are judged in the order of their names
   * @param baselines at least the {@link #REQUIRED_BASELINES}, by name; they cannot be left out
   * @param options how to run
   * @return the evaluation
   * @throws InvalidDataException if a required baseline is missing, or a name is used twice or is
   *     that of the ceiling
   */
  public static Evaluation of(
      Map<String, ? extends Trainer<? extends Predictor>> models,
      Map<String, ? extends Trainer<? extends Predictor>> baselines,
      EvaluationOptions options) {
    List<String> missing =
        REQUIRED_BASELINES.stream().filter(name -> !baselines.containsKey(name)).toList();
    if (!missing.isEmpty()) {
      throw new InvalidDataException(
          "An evaluation lacks baselines",
          String.join(", ", missing),
          "Pass a trainer for each of " + REQUIRED_BASELINES + "; they cannot be switched off.");
    }
    Map<String, Trainer<? extends Predictor>> all = new LinkedHashMap<>(new TreeMap<>(models));
    List<String> modelNames = List.copyOf(all.keySet());
    Map<String, Trainer<? extends Predictor>> others = new LinkedHashMap<>();
    REQUIRED_BASELINES.forEach(name -> others.put(name, baselines.get(name)));
    others.putAll(new TreeMap<>(baselines));
    for (String name : others.keySet()) {
      if (all.put(name, others.get(name)) != null) {
        throw nameTaken(name);
      }
    }
    for (String name : List.of(EvaluationResult.CEILING, EvaluationResult.MEAN_ONLY)) {
      if (all.containsKey(name)) {
        throw nameTaken(name);
      }
    }
    return new Evaluation(
        modelNames, List.copyOf(others.keySet()), Collections.unmodifiableMap(all), options);
  }

  private static InvalidDataException nameTaken(String name) {
    return new InvalidDataException(
        "A model's name is taken", "'" + name + "'", "Give the model another name.");
  }

  /**
   * Trains, predicts and measures.
   *
   * @param folds the turns of one or more splits of the same data, in the order of the tables;
   *     every condition is held out at most once per protocol
   * @param progress hears how many folds are done, and may cancel
   * @return what was found; the same bytes for any number of threads
   * @throws InvalidDataException if there is no fold, folds are of different data, or a condition
   *     is held out twice in a protocol
   * @throws org.virtualcell.api.CancelledException if the listener asked to stop
   */
  public EvaluationResult run(List<? extends Fold> folds, Progress progress) {
    requireFolds(folds);
    Map<String, Contestant> contestants = new LinkedHashMap<>();
    trainers.forEach(
        (name, trainer) -> contestants.put(name, Contestant.trained(trainer, options.seed())));
    KeptEffects kept = new KeptEffects();
    List<FoldScores> scored =
        SharedWork.run(
            folds.size(),
            options,
            i -> FoldScoring.score(folds.get(i), contestants, options, kept, progress),
            done -> progress.update("scoring held-out conditions", done, folds.size()));
    return new SummingUp(models, baselines, options)
        .result(scored, folds.get(0).training().genes(), facts(folds), progress);
  }

  private static void requireFolds(List<? extends Fold> folds) {
    if (folds.isEmpty()) {
      throw new InvalidDataException(
          "There is nothing to evaluate",
          "no fold",
          "Split the data so that something is held out.");
    }
    ContentDigest data = folds.get(0).training().dataDigest();
    for (Fold fold : folds) {
      if (!fold.training().dataDigest().equals(data)) {
        throw new InvalidDataException(
            "Folds of one evaluation are of different data",
            fold.protocol() + ": " + fold.training().dataDigest().abbreviated(),
            "Evaluate each data set by itself.");
      }
    }
  }

  private Map<String, String> facts(List<? extends Fold> folds) {
    ContentDigest.Builder split = ContentDigest.of("evaluated-folds/1").add(folds.size());
    folds.forEach(fold -> split.add(fold.protocol()).add(fold.stratum()).add(fold.digest()));
    Map<String, String> facts = new TreeMap<>();
    facts.put("data", folds.get(0).training().dataDigest().hex());
    facts.put("split", split.build().hex());
    facts.put("rules", options.profile().digest().hex());
    facts.put("folds", String.valueOf(folds.size()));
    facts.put("seed", String.valueOf(options.seed()));
    return facts;
  }
}
