package org.virtualcell.model.effect;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.virtualcell.api.Condition;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.api.InvalidDataException;
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
  /** The least number of cells of a condition where nothing else is said. */
  public static final int LEAST_CELLS = 1;

  /** The least number of control cells of a context where nothing else is said. */
  public static final int LEAST_CONTROLS = 2;

  private static final int STEPS = 12;

  private final KeptEffects kept;
  private final FeatureSet features;
  private final CellMinimum minimum;
  private final boolean monotone;

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
    this(features, CellMinimum.DEFAULT, false, new KeptEffects());
  }

  private EffectTrainer(
      FeatureSet features, CellMinimum minimum, boolean monotone, KeptEffects kept) {
    this.features = features;
    this.minimum = minimum;
    this.monotone = monotone;
    this.kept = kept;
  }

  /**
   * This trainer, refusing data in which a mean rests on fewer cells.
   *
   * @param perturbed the least number of cells of a condition, one or more; {@link #LEAST_CELLS}
   *     where not said
   * @param controls the least number of control cells of a context with perturbed cells, two or
   *     more; {@link #LEAST_CONTROLS} where not said
   * @return a new trainer; {@link #train} raises an {@link
   *     org.virtualcell.api.InvalidDataException} that names what has fewer
   * @throws org.virtualcell.api.InvalidDataException if a number is out of range
   */
  public EffectTrainer withLeastCells(int perturbed, int controls) {
    return new EffectTrainer(features, new CellMinimum(perturbed, controls), monotone, kept);
  }

  /**
   * This trainer, for which a higher dose of a compound or protein does more of the same: the
   * change of every gene rises with the dose by the strength that doses have in common, and its
   * direction does not depend on it. By default doses may differ in direction as well.
   *
   * @return a new trainer
   */
  public EffectTrainer withMonotoneDoses() {
    return new EffectTrainer(features, minimum, true, kept);
  }

  @Override
  public EffectPredictor train(TrainingSet data, Progress progress) {
    Screen screen = ScreenReader.read(data, kept, progress);
    return of(screen, targets(data), Map.of(), Source.of(data), Responses.of(data), progress);
  }

  /**
   * Adds a screen to a model, without the cells the model was trained on. The hyper-parameters
   * (weights of the parts, scales of genes) stay as they are unless asked otherwise, and the model
   * is then the one that training at these hyper-parameters on everything would give. Parts that
   * the model has no weight for, such as contexts where it knew one only, need new weights.
   *
   * @param model the model; it stays as it is
   * @param added new conditions, in the genes and units of the model
   * @param retune whether the weights of the parts are estimated anew from all conditions
   * @param progress told of the stages, may stop them
   * @return the model of both
   * @throws InvalidDataException if genes or units differ, a condition was measured before, or the
   *     model uses features and this trainer has none
   */
  public EffectPredictor update(
      EffectPredictor model, TrainingSet added, boolean retune, Progress progress) {
    requireFits(model, added);
    Screen more = ScreenReader.read(added, kept, scales(model), progress);
    more.units().require(model.card().units(), where(added));
    Screen screen = model.screen().with(more);
    SortedSet<String> targets = new TreeSet<>(targets(added));
    model.card().conditions().forEach(c -> targets.addAll(Targets.all(c.perturbation())));
    return of(
        screen,
        targets,
        retune ? Map.of() : weights(model),
        new Source(
            both(model.card().dataDigest(), added.dataDigest()),
            both(model.card().splitDigest(), added.splitDigest()),
            model.card().controlLabel()),
        model.responses().with(added, model.card().conditions()),
        progress);
  }

  /** Trains with the weights and scales of another model instead of estimating them. */
  EffectPredictor trainAs(EffectPredictor like, TrainingSet data, Progress progress) {
    return of(
        ScreenReader.read(data, kept, scales(like), progress),
        targets(data),
        weights(like),
        Source.of(data),
        Responses.of(data),
        progress);
  }

  private static Map<String, float[]> scales(EffectPredictor model) {
    Map<String, float[]> scales = new TreeMap<>();
    model.models().forEach(m -> scales.put(m.mode().modes().toString(), m.mode().scale()));
    return scales;
  }

  private static Map<String, Map<Part, Double>> weights(EffectPredictor model) {
    Map<String, Map<Part, Double>> weights = new TreeMap<>();
    model.models().forEach(m -> weights.put(m.mode().modes().toString(), m.weights()));
    return weights;
  }

  private EffectPredictor of(
      Screen screen,
      SortedSet<String> targets,
      Map<String, Map<Part, Double>> weights,
      Source source,
      Responses responses,
      Progress progress) {
    minimum.require(screen, "training set " + source.split().abbreviated());
    TargetSimilarity known = KnownTargets.of(features, targets);
    List<ModeModel> models = new ArrayList<>();
    for (Screen.Mode mode : screen.modes()) {
      progress.check("weighing the parts of the effect model");
      progress.update(
          "weighing the parts of the effect model", models.size(), screen.modes().size());
      Map<Part, Double> given = weights.get(mode.modes().toString());
      models.add(
          given == null
              ? fit(screen, mode, known, progress)
              : new ModeModel(screen, mode, known, given));
    }
    return new EffectPredictor(
        screen, known, models, card(screen, models, targets, source), responses);
  }

  /** Where a model's data come from. */
  private record Source(ContentDigest data, ContentDigest split, String controlLabel) {
    static Source of(TrainingSet data) {
      return new Source(data.dataDigest(), data.splitDigest(), data.controlLabel());
    }
  }

  private static ContentDigest both(ContentDigest model, ContentDigest added) {
    return ContentDigest.of("added to a model").add(model).add(added).build();
  }

  private static String where(TrainingSet added) {
    return "new screen " + added.dataDigest().abbreviated();
  }

  private void requireFits(EffectPredictor model, TrainingSet added) {
    ModelCard card = model.card();
    String where = where(added);
    if (!added.genes().equals(card.genes())) {
      throw new InvalidDataException(
          "The new screen has "
              + added.genes().size()
              + " genes, the model "
              + card.genes().size()
              + (added.genes().size() == card.genes().size() ? " others" : ""),
          where,
          "Bring its genes into the order of the model's (vc model show), or train on both.");
    }
    for (Condition condition : added.conditions()) {
      if (card.conditions().contains(condition)) {
        throw new InvalidDataException(
            "The model knows " + condition + " already",
            where,
            "Leave it out of the new screen, or train anew on the cells of both.");
      }
    }
    if (model.known().isInformative() && features.isEmpty()) {
      throw new InvalidDataException(
          "The model uses features of targets, and none are given for the new ones",
          where,
          "Pass the features the model was trained with (--features).");
    }
  }

  private ModeModel fit(
      Screen screen, Screen.Mode mode, TargetSimilarity known, Progress progress) {
    Screen.Mode sample = Sample.of(mode);
    Map<Part, Double> weights = ModeModel.estimate(screen, sample, known, STEPS, !monotone);
    if (weights.containsKey(Part.FEATURES) || weights.containsKey(Part.SIMILAR_CONTEXTS)) {
      ModeModel chosen =
          SourceWeights.chosen(FeatureWeight.chosen(new ModeModel(screen, sample, known, weights)));
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

  private ModelCard card(
      Screen screen, List<ModeModel> models, SortedSet<String> targets, Source source) {
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
      environment.put(
          "own transcript " + model.mode().modes(), OwnTarget.words(screen, model.mode()));
    }
    environment.putAll(new ModeTransfers(models).words());
    for (Coverage coverage : features.coverage(targets)) {
      environment.put("features " + coverage.source(), coverage.toString());
    }
    return new ModelCard(
        "effect",
        "Mixed model of measured effects: template, context, perturbation and their interaction,"
            + " with the sampling error of cells and controls known.",
        source.data(),
        source.split(),
        screen.genes(),
        screen.units(),
        source.controlLabel(),
        conditions,
        screen.contextNames(),
        List.of(),
        Map.of(),
        environment,
        List.of(
            "Effects transfer between modes (activation, interference, knock-out) only where ten or"
                + " more perturbations were measured in both and agree.",
            "Answers leave out the sampling error of the controls, which looks like a common"
                + " response."));
  }
}
