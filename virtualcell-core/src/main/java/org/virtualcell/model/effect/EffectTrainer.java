package org.virtualcell.model.effect;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.virtualcell.api.Condition;
import org.virtualcell.api.ModelCard;
import org.virtualcell.api.Progress;
import org.virtualcell.api.Trainer;
import org.virtualcell.api.TrainingSet;
import org.virtualcell.features.Coverage;
import org.virtualcell.features.FeatureSet;
import org.virtualcell.model.StoredModel;
import org.virtualcell.model.Targets;
import org.virtualcell.provenance.Environment;
import org.virtualcell.stats.KeptEffects;

/**
 * Trains the effect model. To be used as often as wanted, by several threads; measured effects are
 * kept between trainings on the same cells.
 */
public final class EffectTrainer implements Trainer<EffectPredictor> {
  private static final int STEPS = 12;

  private final KeptEffects kept = new KeptEffects();
  private final FeatureSet features;

  /** A trainer that knows nothing of targets beside their measured effects. */
  public EffectTrainer() {
    this(FeatureSet.EMPTY);
  }

  /**
   * A trainer that knows how alike targets are.
   *
   * @param features of genes, compounds or proteins; a target without a vector in a block is unlike
   *     all others there
   */
  public EffectTrainer(FeatureSet features) {
    this.features = features;
  }

  @Override
  public EffectPredictor train(TrainingSet data, Progress progress) {
    Screen screen = ScreenReader.read(data, kept, progress);
    TargetSimilarity known = KnownTargets.of(features, targets(data));
    List<ModeModel> models = new ArrayList<>();
    for (Screen.Mode mode : screen.modes()) {
      progress.check("weighing the parts of the effect model");
      progress.update(
          "weighing the parts of the effect model", models.size(), screen.modes().size());
      models.add(fit(screen, mode, known, progress));
    }
    return new EffectPredictor(
        screen, known, models, card(screen, models, data), Responses.of(data));
  }

  private static ModeModel fit(
      Screen screen, Screen.Mode mode, TargetSimilarity known, Progress progress) {
    Screen.Mode sample = Sample.of(mode);
    Map<Part, Double> weights = ModeModel.estimate(screen, sample, known, STEPS);
    if (weights.containsKey(Part.FEATURES)) {
      ModeModel chosen = FeatureWeight.chosen(new ModeModel(screen, sample, known, weights));
      if (sample.equals(mode)) {
        return chosen;
      }
      weights = chosen.weights();
    }
    progress.check("solving for the effects of all conditions");
    progress.update("solving for the effects of all conditions", 0, 1);
    return new ModeModel(screen, mode, known, weights);
  }

  private static SortedSet<String> targets(TrainingSet data) {
    SortedSet<String> targets = new TreeSet<>();
    data.conditions().forEach(c -> targets.addAll(Targets.all(c.perturbation())));
    return targets;
  }

  /**
   * A model from what was kept of it.
   *
   * @param stored what {@link org.virtualcell.model.StorableModel#store()} gave
   * @param source where it comes from, for messages
   * @return the predictor; it answers as the one that was kept
   * @throws org.virtualcell.api.DataFormatException if a part is missing or does not fit the card
   */
  public static EffectPredictor restore(StoredModel stored, String source) {
    return EffectStore.read(stored, source);
  }

  private ModelCard card(Screen screen, List<ModeModel> models, TrainingSet data) {
    Map<String, String> environment = new TreeMap<>(Environment.facts());
    environment.put("precision", "effects in single, sums in double precision");
    List<Condition> conditions = new ArrayList<>();
    for (ModeModel model : models) {
      model.mode().items().forEach(item -> conditions.add(item.condition()));
      model
          .weights()
          .forEach(
              (part, weight) ->
                  environment.put(
                      "weight " + model.mode().modes() + " " + part.label(),
                      Double.toString(weight)));
    }
    for (Coverage coverage : features.coverage(targets(data))) {
      environment.put("features " + coverage.source(), coverage.toString());
    }
    return new ModelCard(
        "effect",
        "Mixed model of measured effects: template, context, perturbation and their interaction,"
            + " with the sampling error of cells and controls known.",
        data.dataDigest(),
        data.splitDigest(),
        screen.genes(),
        screen.units(),
        data.controlLabel(),
        conditions,
        screen.contextNames(),
        List.of(),
        Map.of(),
        environment,
        List.of(
            "Effects never transfer between modes (activation, interference, knock-out).",
            "Answers leave out the sampling error of the controls, which looks like a common"
                + " response."));
  }
}
