package org.virtualcell.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.Dose;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Perturbation.GeneMode;

class KnownPerturbationsTest {
  private static final Perturbation AFATINIB =
      new Perturbation.CompoundPerturbation(
          "afatinib",
          Optional.of("CN(C)C"),
          Optional.of(new Dose(1, Dose.Unit.MICROMOLAR)),
          Optional.empty());

  private static final List<Condition> KNOWN =
      List.of(
          new Condition(Perturbation.activation("KLF1"), CellContext.of("k562")),
          new Condition(Perturbation.interference("KLF1"), CellContext.of("A172")),
          new Condition(Perturbation.cytokine("IFNG"), CellContext.of("thp1")),
          new Condition(AFATINIB, CellContext.of("a549")));

  private static Perturbation read(String label, String context, String dose, String time) {
    return new KnownPerturbations(KNOWN, Optional.empty())
        .read(
            new PerturbationRequest(
                "wanted.csv, row 1",
                label,
                Optional.of(context),
                OptionalInt.empty(),
                Optional.ofNullable(dose),
                Optional.ofNullable(time)),
            context);
  }

  private static void assertRefused(String named, String label, String... rest) {
    InvalidDataException refused =
        assertThrows(InvalidDataException.class, () -> read(label, rest[0], rest[1], rest[2]));
    assertTrue(refused.getMessage().contains(named), refused.getMessage());
    assertTrue(refused.getMessage().contains("wanted.csv, row 1"), refused.getMessage());
  }

  @Test
  void aGeneIsPerturbedAsInTheSameContextAndNeverByAGuess() {
    assertEquals(Perturbation.activation("KLF1"), read("KLF1", "k562", null, null));
    assertEquals(Perturbation.interference("KLF1"), read("KLF1", "A172", null, null));
    assertEquals(Perturbation.activation("MYC"), read("MYC", "k562", null, null));
    assertRefused("--mode", "MYC", "HeLa", null, null);
    assertEquals(
        Perturbation.knockout("MYC"),
        new KnownPerturbations(KNOWN, Optional.of(GeneMode.KNOCKOUT))
            .read(PerturbationRequest.of("MYC"), "HeLa"));
  }

  @Test
  void aCombinationDoesNotDependOnTheOrderOfItsParts() {
    assertEquals(read("MYC+KLF1", "k562", null, null), read("KLF1 + MYC", "k562", null, null));
    assertRefused("blank", "KLF1+", "k562", null, null);
    assertRefused("twice", "KLF1+KLF1", "k562", null, null);
  }

  @Test
  void aKnownCompoundKeepsItsStructureAndTakesTheDoseAndTimeAskedFor() {
    assertEquals(AFATINIB, read("afatinib", "a549", null, null));
    assertEquals(
        new Perturbation.CompoundPerturbation(
            "afatinib",
            Optional.of("CN(C)C"),
            Optional.of(new Dose(0.5, Dose.Unit.NANOMOLAR)),
            Optional.of(Duration.ofHours(24))),
        read("afatinib", "a549", "0.5 nM", "24 h"));
    assertEquals(Perturbation.cytokine("IFNG"), read("IFNG", "elsewhere", null, null));
  }

  @Test
  void dosesAndTimesThatMakeNoSenseAreRefused() {
    assertRefused("'much' is not a dose", "afatinib", "a549", "much", null);
    assertRefused("'soon' is not a time", "afatinib", "a549", null, "soon");
    assertRefused("is a gene here", "KLF1", "k562", "1 uM", null);
    assertRefused("is a gene here", "KLF1", "k562", null, "24 h");
  }

  @Test
  void inAScreenOfCompoundsOnlyANewNameIsACompound() {
    KnownPerturbations labels =
        new KnownPerturbations(
            List.of(new Condition(AFATINIB, CellContext.of("a549"))), Optional.empty());
    assertEquals(
        new Perturbation.CompoundPerturbation(
            "erlotinib", Optional.empty(), Optional.empty(), Optional.empty()),
        labels.read(PerturbationRequest.of("erlotinib"), "a549"));
    KnownPerturbations cytokines =
        new KnownPerturbations(
            List.of(new Condition(Perturbation.cytokine("IFNG"), CellContext.of("thp1"))),
            Optional.empty());
    assertEquals(
        Perturbation.cytokine("IFNB"), cytokines.read(PerturbationRequest.of("IFNB"), "thp1"));
  }

  @Test
  void aCompoundOfSeveralDosesIsAskedAboutAtOneOfThemOrAtAnyOther() {
    List<Condition> doses = new java.util.ArrayList<>();
    for (double amount : new double[] {0.1, 1, 10}) {
      doses.add(
          new Condition(
              new Perturbation.CompoundPerturbation(
                  "afatinib",
                  Optional.of("CN(C)C"),
                  Optional.of(new Dose(amount, Dose.Unit.MICROMOLAR)),
                  Optional.of(Duration.ofHours(24))),
              CellContext.of("a549")));
    }
    KnownPerturbations labels = new KnownPerturbations(doses, Optional.empty());
    assertEquals(
        doses.get(1).perturbation(), labels.read(PerturbationRequest.of("afatinib@1 uM"), "a549"));
    assertEquals(
        doses.get(1).perturbation(),
        labels.read(PerturbationRequest.of("afatinib@1000 nM"), "a549"));
    assertEquals(
        new Perturbation.CompoundPerturbation(
            "afatinib",
            Optional.of("CN(C)C"),
            Optional.of(new Dose(3, Dose.Unit.MICROMOLAR)),
            Optional.of(Duration.ofHours(24))),
        labels.read(PerturbationRequest.of("afatinib@3 uM"), "a549"));
    InvalidDataException refused =
        assertThrows(
            InvalidDataException.class,
            () -> labels.read(PerturbationRequest.of("afatinib"), "a549"));
    assertTrue(refused.getMessage().contains("3 doses"), refused.getMessage());
    InvalidDataException bare =
        assertThrows(
            InvalidDataException.class,
            () -> labels.read(PerturbationRequest.of("afatinib@3"), "a549"));
    assertTrue(bare.getMessage().contains("it has no unit"), bare.getMessage());
  }
}
