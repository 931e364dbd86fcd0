package org.virtualcell.atlas;

import org.virtualcell.api.Perturbation;

/** What one intervention acts on, regardless of mode, dose and time. */
public final class InterventionTarget {
  private InterventionTarget() {}

  /**
   * The target of a single intervention.
   *
   * @param part a single
   * @return a gene's, compound's or protein's name
   */
  public static String of(Perturbation part) {
    if (part instanceof Perturbation.GenePerturbation gene) {
      return gene.gene();
    }
    if (part instanceof Perturbation.CompoundPerturbation compound) {
      return compound.name();
    }
    if (part instanceof Perturbation.ProteinPerturbation protein) {
      return protein.name();
    }
    return part.canonical();
  }
}
