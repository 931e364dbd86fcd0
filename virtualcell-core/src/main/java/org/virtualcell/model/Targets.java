package org.virtualcell.model;

import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import org.virtualcell.api.Perturbation;
import org.virtualcell.atlas.InterventionTarget;

/** What a perturbation acts on, and in which mode; effects of different modes never mix. */
public final class Targets {
  private Targets() {}

  /**
   * The target of a single intervention.
   *
   * @param part a single
   * @return a gene's, compound's or protein's name
   */
  public static String of(Perturbation part) {
    return InterventionTarget.of(part);
  }

  /**
   * The targets of all parts.
   *
   * @param perturbation any
   * @return sorted, each once; empty for a control
   */
  public static List<String> all(Perturbation perturbation) {
    return perturbation.parts().stream().map(Targets::of).distinct().sorted().toList();
  }

  /**
   * Whether two perturbations act on a common target.
   *
   * @param a one
   * @param b another
   * @return true if they share one or more targets
   */
  public static boolean share(Perturbation a, Perturbation b) {
    return all(a).stream().anyMatch(all(b)::contains);
  }

  /**
   * The modes of all parts.
   *
   * @param perturbation any
   * @return such as {@code [activation]}; empty for a control
   */
  public static SortedSet<String> modes(Perturbation perturbation) {
    SortedSet<String> modes = new TreeSet<>();
    perturbation.parts().forEach(part -> modes.add(mode(part)));
    return modes;
  }

  /**
   * Whether two perturbations do the same to the same targets, in other doses or for other times.
   *
   * @param a one
   * @param b another
   * @return false for equal ones
   */
  public static boolean differInExposure(Perturbation a, Perturbation b) {
    return !a.equals(b)
        && a.parts().size() == b.parts().size()
        && all(a).equals(all(b))
        && modes(a).equals(modes(b));
  }

  private static String mode(Perturbation part) {
    if (part instanceof Perturbation.GenePerturbation gene) {
      return gene.mode().name().toLowerCase(Locale.ROOT);
    }
    if (part instanceof Perturbation.ProteinPerturbation protein) {
      return "protein " + protein.kind().name().toLowerCase(Locale.ROOT);
    }
    return "compound";
  }
}
