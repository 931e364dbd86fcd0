package org.virtualcell.api;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What was done to the cells. Immutable values; a combination does not depend on the order of its
 * parts.
 */
public sealed interface Perturbation {
  /**
   * The name people and files use; combinations join their parts with {@code +}.
   *
   * @return never blank
   */
  String label();

  /**
   * A text that is equal for equal perturbations and differs for different ones: kind, names, mode,
   * dose, time, in this order and joined by colons; the members of a combination by {@code " + "}.
   * In names, the characters {@code %}, {@code :} and {@code +} are written {@code %25}, {@code
   * %3A} and {@code %2B}. The text is the same on every platform and will not change.
   *
   * @return never blank
   */
  String canonical();

  /**
   * The single interventions this is made of.
   *
   * @return this alone, or the parts of a combination in canonical order; empty for a control
   */
  default List<Perturbation> parts() {
    return List.of(this);
  }

  /**
   * Nothing, or a sham treatment: non-targeting guide, vehicle. All controls are equal, whatever
   * their labels.
   *
   * @param label the label controls carry in the data
   */
  record Control(String label) implements Perturbation {
    /**
     * Checks the label.
     *
     * @throws InvalidDataException if it is blank
     */
    public Control {
      requireText(label, "control label");
    }

    @Override
    public String canonical() {
      return "control";
    }

    @Override
    public List<Perturbation> parts() {
      return List.of();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Control;
    }

    @Override
    public int hashCode() {
      return canonical().hashCode();
    }
  }

  /** How a gene is perturbed. Effects never transfer from one mode to another by default. */
  enum GeneMode {
    /** The gene is cut (CRISPR knock-out). */
    KNOCKOUT,
    /** The gene is repressed (CRISPRi, RNA interference). */
    INTERFERENCE,
    /** The gene's own promoter is activated (CRISPRa). */
    ACTIVATION,
    /** A transgene is expressed. */
    OVEREXPRESSION
  }

  /**
   * A gene is perturbed.
   *
   * @param gene id or symbol, as the vocabulary spells it
   * @param mode how
   */
  record GenePerturbation(String gene, GeneMode mode) implements Perturbation {
    /**
     * Checks the gene.
     *
     * @throws InvalidDataException if it is blank
     */
    public GenePerturbation {
      requireText(gene, "gene");
      Objects.requireNonNull(mode, "mode");
    }

    @Override
    public String label() {
      return gene;
    }

    @Override
    public String canonical() {
      return "gene:" + escaped(gene) + ":" + mode.name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * A compound is given.
   *
   * @param name the compound's name
   * @param smiles its structure, where known
   * @param dose how much, where known
   * @param time for how long, where known; positive
   */
  record CompoundPerturbation(
      String name, Optional<String> smiles, Optional<Dose> dose, Optional<Duration> time)
      implements Perturbation {
    /**
     * Checks the parts.
     *
     * @throws InvalidDataException if the name or structure is blank or the time is not positive
     */
    public CompoundPerturbation {
      requireText(name, "compound name");
      Objects.requireNonNull(smiles, "smiles").ifPresent(s -> requireText(s, "SMILES"));
      Objects.requireNonNull(dose, "dose");
      requirePositive(time);
    }

    @Override
    public String label() {
      return name + dose.map(d -> "@" + d).orElse("");
    }

    @Override
    public String canonical() {
      return "compound:"
          + escaped(name)
          + ":"
          + escaped(smiles.orElse(""))
          + ":"
          + exposure(dose, time);
    }
  }

  /** What a protein perturbation is. */
  enum ProteinKind {
    /** A signalling protein: cytokine, growth factor. */
    CYTOKINE,
    /** An antibody. */
    ANTIBODY,
    /** Any other protein. */
    OTHER
  }

  /**
   * A protein is given.
   *
   * @param name the protein's name
   * @param kind what it is
   * @param dose how much, where known
   * @param time for how long, where known; positive
   */
  record ProteinPerturbation(
      String name, ProteinKind kind, Optional<Dose> dose, Optional<Duration> time)
      implements Perturbation {
    /**
     * Checks the parts.
     *
     * @throws InvalidDataException if the name is blank or the time is not positive
     */
    public ProteinPerturbation {
      requireText(name, "protein name");
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(dose, "dose");
      requirePositive(time);
    }

    @Override
    public String label() {
      return name + dose.map(d -> "@" + d).orElse("");
    }

    @Override
    public String canonical() {
      return "protein:"
          + escaped(name)
          + ":"
          + kind.name().toLowerCase(java.util.Locale.ROOT)
          + ":"
          + exposure(dose, time);
    }
  }

  /**
   * Several single interventions at once.
   *
   * @param members two or more different single interventions, kept in the order of their canonical
   *     texts
   */
  record Combination(List<Perturbation> members) implements Perturbation {
    /**
     * Sorts and checks the members.
     *
     * @throws InvalidDataException if there are fewer than two, two are equal, or one is a control
     *     or a combination
     */
    public Combination {
      members = members.stream().sorted(Comparator.comparing(Perturbation::canonical)).toList();
      if (members.size() < 2) {
        throw new InvalidDataException(
            "A combination has fewer than two members",
            members.toString(),
            "Use the single itself.");
      }
      for (int i = 0; i < members.size(); i++) {
        Perturbation member = members.get(i);
        if (member instanceof Control || member instanceof Combination) {
          throw new InvalidDataException(
              "A combination holds a control or a combination",
              member.label(),
              "List single interventions only.");
        }
        if (i > 0 && member.equals(members.get(i - 1))) {
          throw new InvalidDataException(
              "A combination holds a member twice", member.label(), "List each member once.");
        }
      }
    }

    @Override
    public String label() {
      return members.stream().map(Perturbation::label).sorted().collect(Collectors.joining("+"));
    }

    @Override
    public String canonical() {
      return members.stream().map(Perturbation::canonical).collect(Collectors.joining(" + "));
    }

    @Override
    public List<Perturbation> parts() {
      return members;
    }
  }

  /**
   * A control that carries the label {@code control}.
   *
   * @return the control
   */
  static Perturbation control() {
    return new Control("control");
  }

  /**
   * A gene cut by CRISPR.
   *
   * @param gene id or symbol
   * @return the perturbation
   */
  static Perturbation knockout(String gene) {
    return new GenePerturbation(gene, GeneMode.KNOCKOUT);
  }

  /**
   * A gene repressed (CRISPRi, RNA interference).
   *
   * @param gene id or symbol
   * @return the perturbation
   */
  static Perturbation interference(String gene) {
    return new GenePerturbation(gene, GeneMode.INTERFERENCE);
  }

  /**
   * A gene activated (CRISPRa).
   *
   * @param gene id or symbol
   * @return the perturbation
   */
  static Perturbation activation(String gene) {
    return new GenePerturbation(gene, GeneMode.ACTIVATION);
  }

  /**
   * A gene expressed from a transgene.
   *
   * @param gene id or symbol
   * @return the perturbation
   */
  static Perturbation overexpression(String gene) {
    return new GenePerturbation(gene, GeneMode.OVEREXPRESSION);
  }

  /**
   * A compound at a dose.
   *
   * @param name the compound's name
   * @param dose how much
   * @return the perturbation
   */
  static Perturbation compound(String name, Dose dose) {
    return new CompoundPerturbation(name, Optional.empty(), Optional.of(dose), Optional.empty());
  }

  /**
   * A cytokine.
   *
   * @param name the cytokine's name
   * @return the perturbation
   */
  static Perturbation cytokine(String name) {
    return new ProteinPerturbation(name, ProteinKind.CYTOKINE, Optional.empty(), Optional.empty());
  }

  /**
   * Several single interventions at once.
   *
   * @param members two or more different single interventions
   * @return the combination
   */
  static Perturbation combination(Perturbation... members) {
    return new Combination(List.of(members));
  }

  private static String exposure(Optional<Dose> dose, Optional<Duration> time) {
    return dose.map(Dose::canonical).orElse("") + ":" + time.map(Duration::toString).orElse("");
  }

  private static String escaped(String name) {
    return name.replace("%", "%25").replace(":", "%3A").replace("+", "%2B");
  }

  private static void requireText(String value, String what) {
    if (value == null || value.isBlank()) {
      throw new InvalidDataException(
          "The " + what + " of a perturbation is blank", "Perturbation", "Name it.");
    }
  }

  private static void requirePositive(Optional<Duration> time) {
    if (Objects.requireNonNull(time, "time").isPresent()
        && (time.get().isNegative() || time.get().isZero())) {
      throw new InvalidDataException(
          "The time of a perturbation is not positive",
          time.get().toString(),
          "Use a positive time, or leave it out.");
    }
  }
}
