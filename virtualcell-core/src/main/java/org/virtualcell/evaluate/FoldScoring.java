package org.virtualcell.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.virtualcell.api.GeneProfile;
import org.virtualcell.api.Progress;
import org.virtualcell.atlas.Fold;
import org.virtualcell.stats.KeptEffects;

/** Measures the held-out conditions of a fold, hears every contestant, and scores what they say. */
final class FoldScoring {
  private final Fold fold;
  private final List<MeasuredCase> cases;
  private final boolean keepEffects;
  private final List<ItemScore> items = new ArrayList<>();
  private final List<Answer> answers = new ArrayList<>();
  private final List<Map<String, GeneProfile>> predicted = new ArrayList<>();
  private final List<CaseFacts> facts = new ArrayList<>();

  private FoldScoring(Fold fold, List<MeasuredCase> cases, boolean keepEffects) {
    this.fold = fold;
    this.cases = cases;
    this.keepEffects = keepEffects;
    cases.forEach(measured -> predicted.add(new LinkedHashMap<>()));
  }

  static FoldScores score(
      Fold fold,
      Map<String, Contestant> contestants,
      EvaluationOptions options,
      KeptEffects kept,
      Progress progress) {
    TargetGenes targets = new TargetGenes(fold.training().genes());
    List<MeasuredCase> cases =
        new MeasuredCases(fold, targets, options.profile(), kept).measure(progress);
    FoldScoring scoring = new FoldScoring(fold, cases, options.keepEffects());
    Map<String, Contestant.Replies> replies = new LinkedHashMap<>();
    contestants.forEach(
        (model, contestant) -> replies.put(model, contestant.reply(fold, cases, progress)));
    replies.forEach(scoring::judge);
    scoring.note(replies);
    return scoring.finish();
  }

  private void judge(String model, Contestant.Replies replies) {
    for (int i = 0; i < cases.size(); i++) {
      MeasuredCase measured = cases.get(i);
      Reply whole = replies.whole().get(i);
      Reply separate = replies.separate().get(i);
      answers.add(
          new Answer(
              model,
              fold.protocol(),
              fold.stratum(),
              measured.condition(),
              whole.regime(),
              whole.verdict()));
      if (keepEffects && whole.effect().isPresent()) {
        predicted.get(i).put(model, profile(whole.effect().get().effect()));
      }
      add(
          model,
          measured,
          CaseScores.of(
              measured,
              new CaseScores.Predictions(
                  whole.effect(),
                  separate.effect(),
                  replies.ranked().get(i).effect(),
                  whole.verdict().reason(),
                  separate.verdict().reason())));
    }
  }

  private void note(Map<String, Contestant.Replies> replies) {
    for (int i = 0; i < cases.size(); i++) {
      facts.add(new CaseNotes(fold, cases.get(i), replies, i).facts());
    }
  }

  private FoldScores finish() {
    List<EffectProfiles> effects = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      MeasuredCase measured = cases.get(i);
      add(EvaluationResult.CEILING, measured, measured.ceiling());
      // its mean is taken away, so that it does not matter which mean it is
      double[] mean = measured.shared().effect().controlMean();
      add(EvaluationResult.MEAN_ONLY, measured, measured.population().judgeMean(mean));
      if (keepEffects) {
        effects.add(profiles(cases.get(i), predicted.get(i)));
      }
    }
    return new FoldScores(items, answers, effects, facts);
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
    return GeneProfile.of(fold.training().genes(), values);
  }
}
