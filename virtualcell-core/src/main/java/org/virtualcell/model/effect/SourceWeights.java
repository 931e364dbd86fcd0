package org.virtualcell.model.effect;

import java.util.List;
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

  private static final double[] FACTORS = {0, 0.3, 3, 10};
  private static final double LEAST_GAIN = 0.01; // of the error, to leave what the likelihood says

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
    ModeModel best = model;
    double least = error(model) * (1 - LEAST_GAIN);
    for (double factor : FACTORS) {
      ModeModel other = model.with(Part.SIMILAR_CONTEXTS, factor * weight);
      double error = error(other);
      if (error < least) {
        least = error;
        best = other;
      }
    }
    return best;
  }

  private static double error(ModeModel model) {
    Perturbation any = model.mode().items().get(0).condition().perturbation().parts().get(0);
    return new HeldOutTrials(model).of(Absence.CONTEXT, any).error();
  }
}
