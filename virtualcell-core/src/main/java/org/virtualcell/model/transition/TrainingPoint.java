package org.virtualcell.model.transition;

import java.util.List;
import org.virtualcell.api.Predictor;

/**
 * One validation of a training run.
 *
 * @param step after how many steps
 * @param loss mean training loss since the one before
 * @param criterion mean of the two ratios; the weights with the least are kept
 * @param error of the mean effect on conditions the network was not trained on, over that of the
 *     effect model alone
 * @param energy distance of cells on these conditions, over that of the effect model alone
 */
public record TrainingPoint(long step, double loss, double criterion, double error, double energy) {
  /**
   * The course of a model's training.
   *
   * @param model any predictor
   * @return its validations, the first before any step; empty for models of other families
   */
  public static List<TrainingPoint> of(Predictor model) {
    return model instanceof TransitionPredictor transition
        ? transition.history().stream()
            .map(r -> new TrainingPoint((long) r[0], r[1], r[2], r[3], r[4]))
            .toList()
        : List.of();
  }
}
