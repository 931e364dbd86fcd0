package org.virtualcell.cli;

import org.virtualcell.api.Perturbation;

/** What people call a kind of perturbation. */
final class PerturbationWords {
  private PerturbationWords() {}

  /**
   * The kind of a perturbation.
   *
   * @param perturbation any perturbation
   * @return such as {@code activation} or {@code pair of activations}
   */
  static String kind(Perturbation perturbation) {
    if (perturbation instanceof Perturbation.Control) {
      return "control";
    }
    if (perturbation instanceof Perturbation.GenePerturbation gene) {
      return switch (gene.mode()) {
        case KNOCKOUT -> "knock-out";
        case INTERFERENCE -> "interference";
        case ACTIVATION -> "activation";
        case OVEREXPRESSION -> "overexpression";
      };
    }
    if (perturbation instanceof Perturbation.CompoundPerturbation) {
      return "compound";
    }
    if (perturbation instanceof Perturbation.ProteinPerturbation) {
      return "protein";
    }
    return "combination";
  }
}
