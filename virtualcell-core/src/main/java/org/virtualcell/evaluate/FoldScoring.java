package org.virtualcell.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.virtualcell.api.GeneProfile;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.PredictionOptions;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.Progress;
import org.virtualcell.api.Trainer;
import org.virtualcell.api.TrainingSet;
import org.virtualcell.atlas.Fold;

/**
 * Trains every model of a fold twice (on all cells, and on the training halves), lets it predict
 * the held-out conditions from the controls of their context, and measures the predictions.
 */
final class FoldScoring {
  private final Fold fold;
  private final List<MeasuredCase> cases;
  private final boolean keepEffects;
  private final PredictionOptions options;
  private final List<ItemScore> items = new ArrayList<>();
  private final List<Answer> answers = new ArrayList<>();
  private final List<Map<String, GeneProfile>> predicted = new ArrayList<>();

  private FoldScoring(Fold fold, List<MeasuredCase> cases, boolean keepEffects, long seed) {
    this.fold = fold;
    this.cases = cases;
    this.keepEffects = keepEffects;
    this.options = PredictionOptions.DEFAULT.withSeed(seed);
    cases.forEach(measured -> predicted.add(new LinkedHashMap<>()));
  }

  static FoldScores score(
      Fold fold,
      Map<String, Trainer<? extends Predictor>> trainers,
      EvaluationOptions options,
      Progress progress) {
    TargetGenes targets = new TargetGenes(fold.training().genes());
    List<MeasuredCase> cases =
        new MeasuredCases(fold, targets, options.profile().leastDetection()).measure(progress);
    FoldScoring scoring = new FoldScoring(fold, cases, options.keepEffects(), options.seed());
    trainers.forEach((model, trainer) -> scoring.judge(model, trainer, progress));
    return scoring.finish();
  }

  private void judge(String model, Trainer<? extends Predictor> trainer, Progress progress) {
    List<Reply> whole = ask(trainer, fold.training(), progress);
    List<Reply> half = ask(trainer, fold.trainingHalf(), progress);
    for (int i = 0; i < cases.size(); i++) {
      MeasuredCase measured = cases.get(i);
      Reply reply = whole.get(i);
      answers.add(
          new Answer(
              model,
              fold.protocol(),
              fold.stratum(),
              measured.condition(),
              reply.regime(),
              reply.verdict()));
      if (keepEffects && reply.effect().isPresent()) {
        predicted.get(i).put(model, profile(reply.effect().get().effect()));
      }
      String abstention =
          "abstained: " + (reply.effect().isPresent() ? half.get(i) : reply).verdict().reason();
      add(
          model,
          measured,
          CaseScores.of(measured, reply.effect(), half.get(i).effect(), abstention));
    }
  }

  private List<Reply> ask(
      Trainer<? extends Predictor> trainer, TrainingSet training, Progress progress) {
    progress.check("training and predicting");
    try (Predictor predictor = trainer.train(training, quiet(progress))) {
      return Reply.ask(predictor, training, cases, options);
    }
  }

  /** Trainers may ask whether to stop; their own stages would drown the progress of the folds. */
  private static Progress quiet(Progress progress) {
    return new Progress() {
      @Override
      public void update(String stage, long done, long total) {
        // the folds report
      }

      @Override
      public boolean cancelled() {
        return progress.cancelled();
      }
    };
  }

  private FoldScores finish() {
    List<EffectProfiles> effects = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      add(EvaluationResult.CEILING, cases.get(i), CaseScores.ceiling(cases.get(i)));
      if (keepEffects) {
        effects.add(profiles(cases.get(i), predicted.get(i)));
      }
    }
    return new FoldScores(items, answers, effects);
  }

  private void add(String model, MeasuredCase measured, Map<Metric, MetricValue> values) {
    values.forEach(
        (metric, value) ->
            items.add(
                new ItemScore(
                    model, fold.protocol(), fold.stratum(), measured.condition(), metric, value)));
  }

  private EffectProfiles profiles(MeasuredCase measured, Map<String, GeneProfile> predictions) {
    MeasuredEffect effect = measured.shared().effect();
    return new EffectProfiles(
        fold.protocol(),
        fold.stratum(),
        measured.condition(),
        effect.cells(),
        effect.controlCells(),
        profile(effect.delta()),
        effect.hasStandardError() ? Optional.of(profile(effect.standardError())) : Optional.empty(),
        measured.ownTargets(),
        predictions);
  }

  private GeneProfile profile(double[] values) {
    GeneVocabulary genes = fold.training().genes();
    return GeneProfile.of(genes, values);
  }
}
