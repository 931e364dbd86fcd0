package org.virtualcell.evaluate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.MatchedCells;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.PredictionOptions;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.Progress;
import org.virtualcell.api.Trainer;
import org.virtualcell.api.TrainingSet;
import org.virtualcell.atlas.Fold;

/** Something that says what it expects of the held-out conditions of a fold. */
interface Contestant {
  /**
   * Its replies, one per case and list.
   *
   * @param fold what may be learnt from
   * @param cases what is asked; only the conditions may be looked at, unless the contestant is one
   *     the measured data themselves make
   */
  Replies reply(Fold fold, List<MeasuredCase> cases, Progress progress);

  /**
   * What a contestant says.
   *
   * @param whole knowing all cells and controls of the training part
   * @param separate knowing the training halves only
   * @param ranked what is ranked among other effects
   * @param wrong per case, what it says when asked for another perturbation, knowing what it knows
   *     for {@code separate}; a list may be empty
   * @param byBatch per case, what it says when shown the controls of one batch only; empty where
   *     there are fewer than two
   */
  record Replies(
      List<Reply> whole,
      List<Reply> separate,
      List<Reply> ranked,
      List<List<Reply>> wrong,
      List<Map<String, Reply>> byBatch) {
    /** Replies of a contestant that is not asked for other perturbations or in single batches. */
    Replies(List<Reply> whole, List<Reply> separate, List<Reply> ranked) {
      this(
          whole,
          separate,
          ranked,
          Collections.nCopies(whole.size(), List.of()),
          Collections.nCopies(whole.size(), Map.of()));
    }
  }

  /**
   * A model that is trained on all cells, then anew on the training halves, and predicts from the
   * controls of each context.
   */
  static Contestant trained(Trainer<? extends Predictor> trainer, long seed) {
    PredictionOptions options = PredictionOptions.DEFAULT.withSeed(seed);
    return (fold, cases, progress) -> {
      progress.check("training and predicting");
      List<Reply> whole;
      List<Map<String, Reply>> byBatch = new ArrayList<>();
      TrainingSet all = fold.training();
      try (Predictor predictor = trainer.train(all, new QuietProgress(progress))) {
        whole = Reply.ask(predictor, all, cases, options.withSampledCells(CellSample.MOST_CELLS));
        for (MeasuredCase asked : cases) {
          byBatch.add(
              inEachBatch(predictor, all, asked, options.withSampledCells(BatchCells.MOST_CELLS)));
        }
      }
      progress.check("training and predicting");
      List<Reply> half;
      List<List<Reply>> wrong = new ArrayList<>();
      TrainingSet part = fold.trainingHalf();
      WrongTargets others = new WrongTargets(fold);
      try (Predictor predictor = trainer.train(part, new QuietProgress(progress))) {
        half = Reply.ask(predictor, part, cases, options);
        for (MeasuredCase asked : cases) {
          CellContext context = asked.condition().context();
          wrong.add(
              Reply.ask(
                  predictor,
                  part.controls(context),
                  others.of(asked.condition()),
                  options,
                  part.genes(),
                  asked.shared().effect().units()));
        }
      }
      return new Replies(whole, half, half, wrong, byBatch);
    };
  }

  private static Map<String, Reply> inEachBatch(
      Predictor predictor, TrainingSet training, MeasuredCase asked, PredictionOptions options) {
    Map<String, CellState> controls = new TreeMap<>();
    for (MatchedCells group : asked.shared().cells()) {
      BatchCells.batch(group).ifPresent(batch -> controls.put(batch, group.controls()));
    }
    Map<String, Reply> replies = new TreeMap<>();
    if (controls.size() > 1) {
      List<Perturbation> question = List.of(asked.condition().perturbation());
      ExpressionUnits units = asked.shared().effect().units();
      controls.forEach(
          (batch, state) ->
              replies.put(
                  batch,
                  Reply.ask(predictor, state, question, options, training.genes(), units).get(0)));
    }
    return replies;
  }
}
