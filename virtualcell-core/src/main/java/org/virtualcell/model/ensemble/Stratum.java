package org.virtualcell.model.ensemble;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import org.virtualcell.api.Perturbation;
import org.virtualcell.model.Absence;
import org.virtualcell.model.Targets;

/**
 * One kind of question. Members are weighed for each alone.
 *
 * @param modes in which modes
 * @param absence what the training data lack
 * @param combination whether several interventions are asked about
 */
record Stratum(SortedSet<String> modes, Absence absence, boolean combination) {
  Stratum {
    modes = Collections.unmodifiableSortedSet(new TreeSet<>(modes));
  }

  static Stratum of(Perturbation perturbation, Absence absence) {
    return new Stratum(Targets.modes(perturbation), absence, perturbation.parts().size() > 1);
  }

  /** Such as {@code [activation] singles, leaving out every condition with its targets}. */
  String label() {
    return modes
        + (combination ? " combinations" : " singles")
        + ", leaving out "
        + absence.words();
  }
}
