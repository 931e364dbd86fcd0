package org.virtualcell.model.effect;

import org.virtualcell.api.Perturbation;
import org.virtualcell.model.Absence;

/**
 * Chooses how much features weigh by folds that hold out perturbations. The likelihood of a fit in
 * which every perturbation is seen does not say: features explain nothing there that the
 * perturbations' own terms do not explain as well.
 */
final class FeatureWeight {
  private static final double[] FACTORS = {1, 0, 0.3, 3, 10}; // the first wins ties
  private static final double LEAST_GAIN = 0.01; // of the error, to leave what the likelihood says

  private FeatureWeight() {}

  static ModeModel chosen(ModeModel model) {
    Double weight = model.weights().get(Part.FEATURES);
    if (weight == null) {
      return model;
    }
    ModeModel best = model;
    double least = error(model) * (1 - LEAST_GAIN);
    for (double factor : FACTORS) {
      if (factor != 1) {
        ModeModel other = model.with(Part.FEATURES, factor * weight);
        double error = error(other);
        if (error < least) {
          least = error;
          best = other;
        }
      }
    }
    return best;
  }

  private static double error(ModeModel model) {
    Perturbation any = model.mode().items().get(0).condition().perturbation().parts().get(0);
    return new HeldOutTrials(model).of(Absence.TARGETS, any).error();
  }
}
