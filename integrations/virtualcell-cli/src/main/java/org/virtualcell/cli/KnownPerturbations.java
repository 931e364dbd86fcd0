package org.virtualcell.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.virtualcell.api.Condition;
import org.virtualcell.api.Dose;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Perturbation.GeneMode;
import org.virtualcell.atlas.ExposureText;

/**
 * Turns a label into a perturbation, the way the same label or its neighbours were used in known
 * conditions: the mode of a gene perturbation is that of the context, never a guess.
 */
final class KnownPerturbations {
  private final List<Condition> known;
  private final Optional<GeneMode> stated;

  /**
   * Creates a reader of labels.
   *
   * @param known conditions of the model and of the data
   * @param stated how genes are perturbed, where the user says so
   */
  KnownPerturbations(Collection<Condition> known, Optional<GeneMode> stated) {
    this.known = List.copyOf(known);
    this.stated = stated;
  }

  /**
   * The perturbation a label means in a context.
   *
   * @param request the label, with dose where one is given
   * @param context the context's name
   * @return the perturbation
   * @throws InvalidDataException if that cannot be told; the message says why and what to add
   */
  Perturbation read(PerturbationRequest request, String context) {
    List<Perturbation> parts = new ArrayList<>();
    for (String part : request.perturbation().split("\\+", -1)) {
      parts.add(single(part.strip(), request, context));
    }
    if (parts.stream().distinct().count() < parts.size()) {
      throw new InvalidDataException(
          "'" + request.perturbation() + "' names a part twice",
          request.where(),
          "Name each part once.");
    }
    return parts.size() == 1 ? parts.get(0) : new Perturbation.Combination(parts);
  }

  private Perturbation single(String label, PerturbationRequest request, String context) {
    if (label.isEmpty()) {
      throw new InvalidDataException(
          "A part of '" + request.perturbation() + "' is blank",
          request.where(),
          "Write names joined by +, as in KLF1+MAP2K6.");
    }
    int at = label.lastIndexOf('@');
    if (at > 0 && request.dose().isEmpty() && named(label, context).isEmpty()) {
      return single(
          label.substring(0, at).strip(), request.withDose(label.substring(at + 1)), context);
    }
    Optional<Perturbation> same = named(label, context);
    boolean exposed = request.dose().isPresent() || request.time().isPresent();
    if (exposed || same.map(p -> !isGene(p)).orElse(false)) {
      return requireDose(chemical(label, request, same), request);
    }
    if (stated.isPresent()) {
      return new Perturbation.GenePerturbation(label, stated.get());
    }
    if (same.isPresent() && isGene(same.get())) {
      return same.get();
    }
    Optional<Perturbation> kin = onlyKind();
    if (kin.isPresent()) {
      return kin.get() instanceof Perturbation.ProteinPerturbation protein
          ? new Perturbation.ProteinPerturbation(
              label, protein.kind(), Optional.empty(), Optional.empty())
          : chemical(label, request, Optional.empty());
    }
    return new Perturbation.GenePerturbation(label, mode(label, request, context));
  }

  /** A compound or protein, where all that is known are compounds or proteins of one kind. */
  private Optional<Perturbation> onlyKind() {
    List<Perturbation> parts =
        known.stream().flatMap(c -> c.perturbation().parts().stream()).distinct().toList();
    boolean alike =
        !parts.isEmpty() && parts.stream().map(KnownPerturbations::kind).distinct().count() == 1;
    return alike && !isGene(parts.get(0)) ? Optional.of(parts.get(0)) : Optional.empty();
  }

  private static String kind(Perturbation part) {
    return part instanceof Perturbation.ProteinPerturbation protein
        ? protein.kind().name()
        : part.getClass().getSimpleName();
  }

  /** A compound that was measured at doses only is not asked about without one. */
  private Perturbation requireDose(Perturbation asked, PerturbationRequest request) {
    Set<Perturbation> alike = singles(name(asked), Optional.empty());
    if (dose(asked).isEmpty()
        && alike.size() > 1
        && alike.stream().allMatch(p -> !isGene(p) && dose(p).isPresent())) {
      throw new InvalidDataException(
          "'"
              + name(asked)
              + "' was measured at "
              + alike.stream().map(p -> dose(p).orElseThrow()).distinct().count()
              + " doses",
          request.where(),
          "State one, as in "
              + name(asked)
              + "@"
              + alike.stream().map(p -> dose(p).orElseThrow().toString()).sorted().findFirst().get()
              + "; any dose may be asked.");
    }
    return asked;
  }

  private static boolean isGene(Perturbation perturbation) {
    return perturbation instanceof Perturbation.GenePerturbation;
  }

  /** A single of this name, in this context or, where it means the same everywhere, in any. */
  private Optional<Perturbation> named(String label, String context) {
    Set<Perturbation> here = singles(label, Optional.of(context));
    if (here.size() == 1) {
      return Optional.of(here.iterator().next());
    }
    Set<Perturbation> anywhere = singles(label, Optional.empty());
    boolean chemical = anywhere.stream().noneMatch(KnownPerturbations::isGene);
    if (chemical && anywhere.size() == 1) {
      return Optional.of(anywhere.iterator().next());
    }
    return chemical ? common(here.isEmpty() ? anywhere : here) : Optional.empty();
  }

  /** A compound or protein of several doses or times: what all have in common. */
  private static Optional<Perturbation> common(Set<Perturbation> alike) {
    if (alike.isEmpty() || alike.stream().map(KnownPerturbations::kind).distinct().count() > 1) {
      return Optional.empty();
    }
    Perturbation any = alike.iterator().next();
    return Optional.of(
        any instanceof Perturbation.ProteinPerturbation protein
            ? new Perturbation.ProteinPerturbation(
                protein.name(),
                protein.kind(),
                only(alike, KnownPerturbations::dose),
                only(alike, KnownPerturbations::time))
            : new Perturbation.CompoundPerturbation(
                name(any),
                only(alike, p -> ((Perturbation.CompoundPerturbation) p).smiles()),
                only(alike, KnownPerturbations::dose),
                only(alike, KnownPerturbations::time)));
  }

  private static <T> Optional<T> only(
      Set<Perturbation> alike, Function<Perturbation, Optional<T>> fact) {
    List<Optional<T>> facts = alike.stream().map(fact).distinct().toList();
    return facts.size() == 1 ? facts.get(0) : Optional.empty();
  }

  private static Optional<Dose> dose(Perturbation part) {
    return part instanceof Perturbation.CompoundPerturbation compound
        ? compound.dose()
        : ((Perturbation.ProteinPerturbation) part).dose();
  }

  private static Optional<Duration> time(Perturbation part) {
    return part instanceof Perturbation.CompoundPerturbation compound
        ? compound.time()
        : ((Perturbation.ProteinPerturbation) part).time();
  }

  private Set<Perturbation> singles(String label, Optional<String> context) {
    return known.stream()
        .filter(c -> context.isEmpty() || c.context().name().equals(context.get()))
        .flatMap(c -> c.perturbation().parts().stream())
        .filter(p -> p.label().equals(label) || name(p).equals(label))
        .collect(Collectors.toSet());
  }

  /** The name without the dose that a label carries. */
  private static String name(Perturbation part) {
    if (part instanceof Perturbation.CompoundPerturbation compound) {
      return compound.name();
    }
    return part instanceof Perturbation.ProteinPerturbation protein ? protein.name() : part.label();
  }

  private GeneMode mode(String label, PerturbationRequest request, String context) {
    Set<GeneMode> here = modes(Optional.of(context));
    Set<GeneMode> anywhere = here.isEmpty() ? modes(Optional.empty()) : here;
    if (anywhere.size() == 1) {
      return anywhere.iterator().next();
    }
    throw new InvalidDataException(
        "How '"
            + label
            + "' is perturbed in "
            + context
            + " cannot be told: "
            + (anywhere.isEmpty()
                ? "no gene was perturbed before"
                : "known are " + words(anywhere)),
        request.where(),
        "State it with --mode.");
  }

  private Set<GeneMode> modes(Optional<String> context) {
    Set<GeneMode> modes = new TreeSet<>();
    for (Condition condition : known) {
      if (context.isEmpty() || condition.context().name().equals(context.get())) {
        for (Perturbation part : condition.perturbation().parts()) {
          if (part instanceof Perturbation.GenePerturbation gene) {
            modes.add(gene.mode());
          }
        }
      }
    }
    return modes;
  }

  private static String words(Set<GeneMode> modes) {
    return modes.stream()
        .map(m -> m.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }

  /** A compound or protein; of a known one, what is known is kept unless the request says more. */
  private static Perturbation chemical(
      String label, PerturbationRequest request, Optional<Perturbation> same) {
    Optional<Dose> dose = request.dose().map(d -> ExposureText.dose(d, request.where()));
    Optional<Duration> time = request.time().map(t -> ExposureText.time(t, request.where()));
    if (same.isPresent() && isGene(same.get())) {
      throw new InvalidDataException(
          "'" + label + "' is a gene here, and no dose or time of it is known",
          request.where(),
          "Leave dose and time blank for genes.");
    }
    if (same.isPresent() && same.get() instanceof Perturbation.ProteinPerturbation protein) {
      return new Perturbation.ProteinPerturbation(
          protein.name(), protein.kind(), dose.or(protein::dose), time.or(protein::time));
    }
    if (same.isPresent() && same.get() instanceof Perturbation.CompoundPerturbation compound) {
      return new Perturbation.CompoundPerturbation(
          compound.name(), compound.smiles(), dose.or(compound::dose), time.or(compound::time));
    }
    return new Perturbation.CompoundPerturbation(label, Optional.empty(), dose, time);
  }
}
