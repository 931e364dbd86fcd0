package org.virtualcell.model.effect;

import java.util.List;
import java.util.Optional;
import org.virtualcell.api.Perturbation;
import org.virtualcell.model.Absence;

/**
 * How much a source context counts that is like the one asked about, beside the equal share of all:
 * the weight of {@link Part#SIMILAR_CONTEXTS}, chosen by folds that leave a context out. With fewer
 * than {@value #LEAST_CONTEXTS} contexts of a mode such folds say nothing: sources then count
 * alike, shrunk, and the part is left out.
 */
final class SourceWeights {
  /** Contexts of a mode with perturbed cells that weights are learned from. */
  static final int LEAST_CONTEXTS = 4;

  private static final double LESS = 0.3;
  private static final double MORE = 3;
  private static final int MOST_STEPS = 3; // each costs a fit and its trials
  private static final double LEAST_GAIN =
      0.01; // of the error, to go a step from what the likelihood says

  private SourceWeights() {}

  /** Whether there are contexts enough. */
  static boolean canBeLearned(List<Question> items) {
    return items.stream().map(Question::context).distinct().count() >= LEAST_CONTEXTS;
  }

  static ModeModel chosen(ModeModel model) {
    Double weight = model.weights().get(Part.SIMILAR_CONTEXTS);
    if (weight == null) {
      return model;
    }
    double error = error(model);
    return walked(model, LESS, error).or(() -> walked(model, MORE, error)).orElse(model);
  }

  /** As many steps of a factor as make the error less; empty where the first does not. */
  private static Optional<ModeModel> walked(ModeModel model, double factor, double from) {
    Optional<ModeModel> best = Optional.empty();
    double weight = model.weights().getOrDefault(Part.SIMILAR_CONTEXTS, 0.0);
    double least = from;
    for (int step = 0; step < MOST_STEPS; step++) {
      weight *= factor;
      ModeModel other = model.with(Part.SIMILAR_CONTEXTS, weight);
      double error = error(other);
      if (error >= least * (1 - LEAST_GAIN)) {
        break;
      }
      least = error;
      best = Optional.of(other);
    }
    return best;
  }

  private static double error(ModeModel model) {
    Perturbation any = model.mode().items().get(0).condition().perturbation().parts().get(0);
    return new HeldOutTrials(model).of(Absence.CONTEXT, any).error();
  }
}
