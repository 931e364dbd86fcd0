package org.virtualcell.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.virtualcell.api.Refusals.assertInvalid;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotBlank;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.Perturbation.Combination;
import org.virtualcell.api.Perturbation.CompoundPerturbation;
import org.virtualcell.api.Perturbation.Control;
import org.virtualcell.api.Perturbation.GeneMode;
import org.virtualcell.api.Perturbation.GenePerturbation;
import org.virtualcell.api.Perturbation.ProteinKind;
import org.virtualcell.api.Perturbation.ProteinPerturbation;

class PerturbationTest {
  private static final Dose MICROMOLAR = new Dose(1, Dose.Unit.MICROMOLAR);

  @Test
  void canonicalTextsAreAsDocumented() {
    assertEquals("control", Perturbation.control().canonical());
    assertEquals("gene:MYC:knockout", Perturbation.knockout("MYC").canonical());
    assertEquals("gene:MYC:interference", Perturbation.interference("MYC").canonical());
    assertEquals("gene:MYC:activation", Perturbation.activation("MYC").canonical());
    assertEquals("gene:MYC:overexpression", Perturbation.overexpression("MYC").canonical());
    assertEquals(
        "compound:imatinib::0.000001M:", Perturbation.compound("imatinib", MICROMOLAR).canonical());
    assertEquals(
        "compound:ethanol:C%3AO:0.000001M:PT24H",
        new CompoundPerturbation(
                "ethanol",
                Optional.of("C:O"),
                Optional.of(MICROMOLAR),
                Optional.of(Duration.ofDays(1)))
            .canonical());
    assertEquals("protein:IFNB1:cytokine::", Perturbation.cytokine("IFNB1").canonical());
    assertEquals(
        "gene:AHR:activation + gene:KLF1:activation",
        Perturbation.combination(Perturbation.activation("KLF1"), Perturbation.activation("AHR"))
            .canonical());
  }

  @Test
  void labelsAreThoseOfPeople() {
    assertEquals("non-targeting", new Control("non-targeting").label());
    assertEquals("MYC", Perturbation.knockout("MYC").label());
    assertEquals("imatinib@1 uM", Perturbation.compound("imatinib", MICROMOLAR).label());
    assertEquals("IFNB1", Perturbation.cytokine("IFNB1").label());
    assertEquals(
        "AHR+KLF1",
        Perturbation.combination(Perturbation.activation("KLF1"), Perturbation.activation("AHR"))
            .label());
    assertEquals(
        "MYC in K562",
        new Condition(Perturbation.knockout("MYC"), CellContext.of("K562")).toString());
  }

  @Test
  void namesWithSeparatorsDoNotCollide() {
    Perturbation one =
        new CompoundPerturbation("a", Optional.of("b:c"), Optional.empty(), Optional.empty());
    Perturbation other =
        new CompoundPerturbation("a:b", Optional.of("c"), Optional.empty(), Optional.empty());
    assertNotEquals(one.canonical(), other.canonical());
    assertNotEquals(
        Perturbation.knockout("A%3AB").canonical(), Perturbation.knockout("A:B").canonical());
    assertNotEquals(
        Perturbation.combination(Perturbation.knockout("A"), Perturbation.knockout("B"))
            .canonical(),
        Perturbation.knockout("A:knockout + gene:B").canonical());
  }

  @Property(tries = 200)
  void differentNamesHaveDifferentCanonicalTexts(
      @ForAll @NotBlank String one, @ForAll @NotBlank String other) {
    assertEquals(
        one.equals(other),
        Perturbation.knockout(one).canonical().equals(Perturbation.knockout(other).canonical()));
  }

  @Test
  void theSameDoseInOtherUnitsIsTheSamePerturbation() {
    Perturbation micro = Perturbation.compound("x", MICROMOLAR);
    Perturbation nano = Perturbation.compound("x", new Dose(1000, Dose.Unit.NANOMOLAR));
    assertEquals(micro, nano);
    assertEquals(micro.hashCode(), nano.hashCode());
    assertEquals(micro.canonical(), nano.canonical());
  }

  @Test
  void allControlsAreEqualAndHaveNoParts() {
    assertEquals(new Control("DMSO"), Perturbation.control());
    assertEquals(new Control("DMSO").hashCode(), Perturbation.control().hashCode());
    assertNotEquals(Perturbation.control(), Perturbation.knockout("control"));
    assertEquals(List.of(), Perturbation.control().parts());
  }

  @Test
  void aSingleIsItsOwnPart() {
    Perturbation single = Perturbation.knockout("MYC");
    assertEquals(List.of(single), single.parts());
  }

  @Test
  void modesAreDifferentPerturbations() {
    assertNotEquals(Perturbation.knockout("MYC"), Perturbation.interference("MYC"));
    assertEquals(Perturbation.activation("MYC"), new GenePerturbation("MYC", GeneMode.ACTIVATION));
  }

  @Property(tries = 100)
  void aCombinationDoesNotDependOnTheOrderOfItsMembers(
      @ForAll @Size(min = 2, max = 6) Set<@NotBlank String> genes, @ForAll long seed) {
    List<Perturbation> members = new ArrayList<>();
    genes.forEach(gene -> members.add(Perturbation.activation(gene)));
    Combination inOrder = new Combination(members);
    Collections.shuffle(members, new Random(seed));
    Combination shuffled = new Combination(members);
    assertEquals(inOrder, shuffled);
    assertEquals(inOrder.hashCode(), shuffled.hashCode());
    assertEquals(inOrder.canonical(), shuffled.canonical());
    assertEquals(inOrder.label(), shuffled.label());
    assertEquals(inOrder.parts(), shuffled.parts());
  }

  @Test
  void aCombinationCopiesItsMembers() {
    List<Perturbation> members =
        new ArrayList<>(List.of(Perturbation.knockout("A"), Perturbation.knockout("B")));
    Combination combination = new Combination(members);
    members.clear();
    assertEquals(2, combination.members().size());
    assertThrows(UnsupportedOperationException.class, () -> combination.members().clear());
  }

  @Test
  void aCombinationNeedsTwoDifferentSingles() {
    Perturbation single = Perturbation.knockout("A");
    Perturbation pair = Perturbation.combination(single, Perturbation.knockout("B"));
    assertInvalid(
        "A combination has fewer than two members",
        "[" + single + "]",
        () -> Perturbation.combination(single));
    assertInvalid(
        "A combination holds a member twice", "A", () -> Perturbation.combination(single, single));
    assertInvalid(
        "A combination holds a control or a combination",
        "control",
        () -> Perturbation.combination(single, Perturbation.control()));
    assertInvalid(
        "A combination holds a control or a combination",
        "A+B",
        () -> Perturbation.combination(Perturbation.knockout("C"), pair));
  }

  @Test
  void blankNamesAreRefused() {
    String where = "Perturbation";
    assertInvalid("The gene of a perturbation is blank", where, () -> Perturbation.knockout(" "));
    assertInvalid("The gene of a perturbation is blank", where, () -> Perturbation.knockout(null));
    assertInvalid("The control label of a perturbation is blank", where, () -> new Control(""));
    assertInvalid(
        "The compound name of a perturbation is blank",
        where,
        () -> Perturbation.compound("", MICROMOLAR));
    assertInvalid(
        "The protein name of a perturbation is blank", where, () -> Perturbation.cytokine("\t"));
    assertInvalid(
        "The SMILES of a perturbation is blank",
        where,
        () -> new CompoundPerturbation("x", Optional.of(" "), Optional.empty(), Optional.empty()));
  }

  @Test
  void timesArePositive() {
    assertInvalid(
        "The time of a perturbation is not positive",
        "PT0S",
        () ->
            new CompoundPerturbation(
                "x", Optional.empty(), Optional.empty(), Optional.of(Duration.ZERO)));
    assertInvalid(
        "The time of a perturbation is not positive",
        "PT-1H",
        () ->
            new ProteinPerturbation(
                "x", ProteinKind.ANTIBODY, Optional.empty(), Optional.of(Duration.ofHours(-1))));
  }
}
