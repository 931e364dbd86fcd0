package org.virtualcell.evaluate;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.virtualcell.atlas.Fold;
import org.virtualcell.evaluate.CaseScores.Predictions;
import org.virtualcell.evaluate.MeasuredCase.Target;
import org.virtualcell.evaluate.confidence.JudgedAnswer;

/** Notes what a sceptic will ask of one held-out condition, while everybody's replies are there. */
final class CaseNotes {
  /** The uninformed baselines that every data set can make. */
  static final String CONTEXT_MEAN = "context-mean";

  static final String NO_CHANGE = "no-change";

  private final Fold fold;
  private final MeasuredCase measured;
  private final Map<String, Contestant.Replies> replies;
  private final int index;

  CaseNotes(Fold fold, MeasuredCase measured, Map<String, Contestant.Replies> replies, int index) {
    this.fold = fold;
    this.measured = measured;
    this.replies = replies;
    this.index = index;
  }

  CaseFacts facts() {
    return new CaseFacts(
        fold.protocol(),
        fold.stratum(),
        measured.condition(),
        measured.genes().size(),
        answers(),
        contrasts(),
        wrong(),
        truth(),
        shuffled(),
        batches(),
        cells());
  }

  private Map<String, JudgedAnswer> answers() {
    AnswerJudging judging = new AnswerJudging(measured);
    Map<String, JudgedAnswer> answers = new LinkedHashMap<>();
    replies.forEach(
        (model, said) ->
            answers.put(
                model,
                judging.of(
                    said.whole().get(index),
                    model.equals(CONTEXT_MEAN) || !replies.containsKey(CONTEXT_MEAN)
                        ? Optional.empty()
                        : replies.get(CONTEXT_MEAN).whole().get(index).effect())));
    return answers;
  }

  /** With separate controls where a model has such an answer, else with shared ones. */
  private Map<String, Double> contrasts() {
    Map<String, Double> z = new LinkedHashMap<>(contrasts(false));
    if (measured.separate().isPresent()) {
      z.putAll(contrasts(true));
    }
    return z;
  }

  private Map<String, Double> contrasts(boolean separate) {
    Map<String, PredictedEffect> predictions = new LinkedHashMap<>();
    replies.forEach(
        (model, said) ->
            (separate ? said.separate() : said.whole())
                .get(index)
                .effect()
                .ifPresent(effect -> predictions.put(model, effect)));
    PredictedEffect mean = predictions.remove(CONTEXT_MEAN);
    if (mean == null) {
      return Map.of();
    }
    Target target = separate ? measured.separate().orElseThrow() : measured.shared();
    Contrasts contrasts = new Contrasts(target, measured.genes());
    Map<String, Double> z = new LinkedHashMap<>(contrasts.against(mean, predictions));
    if (z.containsKey(NO_CHANGE)) { // the mean itself stands against no change
      z.put(CONTEXT_MEAN, -z.get(NO_CHANGE));
    }
    return z;
  }

  private Map<String, Map<Metric, MetricValue>> wrong() {
    Map<String, Map<Metric, MetricValue>> wrong = new LinkedHashMap<>();
    replies.forEach(
        (model, said) -> {
          List<Map<Metric, MetricValue>> rounds = new ArrayList<>();
          boolean separate = said.separate().get(index).effect().isPresent();
          for (Reply reply : said.wrong().get(index)) {
            if (reply.effect().isPresent()) {
              rounds.add(
                  separate
                      ? scores(Optional.empty(), reply.effect(), reply.effect())
                      : scores(reply.effect(), Optional.empty(), reply.effect()));
            }
          }
          if (!rounds.isEmpty()) {
            wrong.put(model, mean(rounds));
          }
        });
    return wrong;
  }

  private Map<Metric, MetricValue> scores(
      Optional<PredictedEffect> whole,
      Optional<PredictedEffect> separate,
      Optional<PredictedEffect> ranked) {
    return CaseScores.of(
        measured, new Predictions(whole, separate, ranked, "not asked", "not asked"));
  }

  private static Map<Metric, MetricValue> mean(List<Map<Metric, MetricValue>> rounds) {
    Map<Metric, MetricValue> mean = new EnumMap<>(Metric.class);
    for (Metric metric : rounds.get(0).keySet()) {
      mean.put(metric, MetricValue.mean(rounds.stream().map(r -> r.get(metric)).toList()));
    }
    return mean;
  }

  private Map<Metric, MetricValue> truth() {
    return scores(
        Optional.of(PredictedEffect.of(measured.shared().effect().delta())),
        measured.separate().map(t -> PredictedEffect.of(t.effect().delta())),
        measured.lineup().map(l -> PredictedEffect.of(l.own().delta())));
  }

  private Map<Metric, MetricValue> shuffled() {
    List<Map<Metric, MetricValue>> rounds = new ArrayList<>();
    for (MeasuredEffect stranger : measured.strangers()) {
      Optional<PredictedEffect> effect = Optional.of(PredictedEffect.of(stranger.delta()));
      rounds.add(scores(Optional.empty(), effect, effect));
    }
    return rounds.isEmpty() ? Map.of() : mean(rounds);
  }

  private Map<String, List<BatchSketch>> cells() {
    Map<String, List<BatchSketch>> cells = new LinkedHashMap<>();
    List<BatchSketch> own = BatchCells.measured(measured.shared().cells());
    if (!own.isEmpty()) {
      cells.put(BatchMixture.MEASURED, own);
    }
    replies.forEach(
        (model, said) -> {
          List<BatchSketch> predicted = inEachBatch(said, (b, e) -> BatchCells.of(b, e.cells()));
          if (predicted.stream().map(BatchSketch::batch).distinct().count() > 1) {
            cells.put(model, predicted);
          }
        });
    return cells;
  }

  /**
   * A file cannot be asked again with other controls, and the effects of its batches hold the
   * sampling error of the controls of each batch, by which anybody could tell the batch.
   */
  private Map<String, List<BatchSketch>> batches() {
    if (fold.protocol().equals(PredictedCells.PROTOCOL)) {
      return Map.of();
    }
    Map<String, List<BatchSketch>> batches = new LinkedHashMap<>();
    replies.forEach(
        (model, said) -> {
          List<BatchSketch> sketches =
              inEachBatch(said, (b, e) -> List.of(BatchSketch.of(b, e.effect())));
          if (sketches.size() > 1) {
            batches.put(model, sketches);
          }
        });
    return batches;
  }

  /** Sketches of what a model replied to this condition with the controls of each batch. */
  private List<BatchSketch> inEachBatch(
      Contestant.Replies said, BiFunction<String, PredictedEffect, List<BatchSketch>> sketch) {
    List<BatchSketch> sketches = new ArrayList<>();
    said.byBatch()
        .get(index)
        .forEach(
            (batch, reply) ->
                reply.effect().ifPresent(e -> sketches.addAll(sketch.apply(batch, e))));
    return sketches;
  }
}
