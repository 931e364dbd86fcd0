package org.virtualcell.evaluate;

import java.util.List;
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
   */
  record Replies(List<Reply> whole, List<Reply> separate, List<Reply> ranked) {}

  /**
   * A model that is trained on all cells, then anew on the training halves, and predicts from the
   * controls of each context.
   */
  static Contestant trained(Trainer<? extends Predictor> trainer, long seed) {
    PredictionOptions options = PredictionOptions.DEFAULT.withSeed(seed);
    return (fold, cases, progress) -> {
      List<Reply> whole = ask(trainer, fold.training(), cases, options, progress);
      List<Reply> half = ask(trainer, fold.trainingHalf(), cases, options, progress);
      return new Replies(whole, half, half);
    };
  }

  private static List<Reply> ask(
      Trainer<? extends Predictor> trainer,
      TrainingSet training,
      List<MeasuredCase> cases,
      PredictionOptions options,
      Progress progress) {
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
}
