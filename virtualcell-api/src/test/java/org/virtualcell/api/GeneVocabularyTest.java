package org.virtualcell.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.virtualcell.api.Refusals.assertInvalid;
import static org.virtualcell.api.Refusals.assertRefused;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class GeneVocabularyTest {
  private static final String MYC = "ENSG00000136997";
  private static final String TP53 = "ENSG00000141510";
  private static final String GATA1 = "ENSG00000102145";

  private static GeneVocabulary ensembl() {
    return GeneVocabulary.of(List.of(MYC, TP53, GATA1), List.of("MYC", "TP53", "GATA1"));
  }

  @Test
  void theDigestIsPinned() {
    assertEquals(
        "006924860a4dec15065ba79bcbdec81f6a4dc0693987a3295413f215acf51b24",
        ensembl().digest().hex());
  }

  @Test
  void genesAreFoundByIdThenBySymbol() {
    assertEquals(1, ensembl().indexOf(TP53));
    assertEquals(1, ensembl().indexOf("TP53"));
    assertEquals(OptionalInt.empty(), ensembl().find("tp53"));
    assertEquals("GATA1", ensembl().symbol(2));
    assertEquals(GATA1, ensembl().id(2));
    GeneVocabulary crossed = GeneVocabulary.of(List.of("A", "B"), List.of("B", "A"));
    assertEquals(0, crossed.indexOf("A"));
  }

  @Test
  void anUnknownGeneIsRefusedByName() {
    assertRefused(
        UnknownGeneException.class,
        "Gene 'SOX2' is not in the vocabulary",
        "vocabulary of 3 genes, 006924860a4d",
        () -> ensembl().indexOf("SOX2"));
  }

  @Test
  void aSymbolOfSeveralGenesIsRefusedAndTheirIdsAreNot() {
    GeneVocabulary twins = GeneVocabulary.of(List.of("E1", "E2", "E3"), List.of("M", "M", "M"));
    assertRefused(
        UnknownGeneException.class,
        "Symbol 'M' names several genes",
        "vocabulary of 3 genes, " + twins.digest().abbreviated(),
        () -> twins.find("M"));
    assertEquals(1, twins.indexOf("E2"));
  }

  @Test
  void aRepeatedIdIsRefusedWithBothPlaces() {
    assertInvalid(
        "Gene id 'A' occurs twice",
        "genes 0 and 2",
        () -> GeneVocabulary.of(List.of("A", "B", "A")));
  }

  @Test
  void blankNamesAreRefusedWithTheirPlace() {
    assertInvalid("A gene id is blank", "gene 1", () -> GeneVocabulary.of(List.of("A", " ")));
    assertInvalid(
        "A gene id is blank", "gene 1", () -> GeneVocabulary.of(Arrays.asList("A", null)));
    assertInvalid(
        "A gene symbol is blank", "gene 0", () -> GeneVocabulary.of(List.of("A"), List.of("")));
  }

  @Test
  void aMissingSymbolIsRefused() {
    assertInvalid(
        "A vocabulary needs one symbol per id",
        "2 ids, 1 symbols",
        () -> GeneVocabulary.of(List.of("A", "B"), List.of("A")));
  }

  @Test
  void listsAreCopied() {
    List<String> ids = new ArrayList<>(List.of("A", "B"));
    GeneVocabulary genes = GeneVocabulary.of(ids);
    ids.set(0, "Z");
    assertEquals(List.of("A", "B"), genes.ids());
    assertThrows(UnsupportedOperationException.class, () -> genes.ids().set(0, "Z"));
    assertThrows(UnsupportedOperationException.class, () -> genes.symbols().set(0, "Z"));
  }

  @Test
  void equalityIsByNamesAndOrder() {
    assertEquals(ensembl(), ensembl());
    assertEquals(ensembl().hashCode(), ensembl().hashCode());
    assertNotEquals(ensembl(), GeneVocabulary.of(List.of(MYC, TP53, GATA1)));
    assertNotEquals(GeneVocabulary.of(List.of("A", "B")), GeneVocabulary.of(List.of("B", "A")));
    assertNotEquals(ensembl(), (Object) "genes");
  }

  @Test
  void alignmentFollowsNamesNotPlaces() {
    GeneAlignment alignment =
        GeneVocabulary.of(List.of("A", "B", "C"))
            .alignTo(GeneVocabulary.of(List.of("C", "X", "A")));
    assertEquals(2, alignment.sourceIndex(0));
    assertEquals(GeneAlignment.MISSING, alignment.sourceIndex(1));
    assertEquals(0, alignment.sourceIndex(2));
    assertEquals(List.of("B"), alignment.missing());
    assertEquals(2.0 / 3, alignment.coverage());
    assertFalse(alignment.isIdentity());
    assertEquals(3, alignment.target().size());
    assertEquals("X", alignment.source().id(1));
    assertThrows(IndexOutOfBoundsException.class, () -> alignment.sourceIndex(3));
  }

  @Property(tries = 100)
  void anyOrderAlignsCompletely(
      @ForAll @Size(max = 40) Set<@NotEmpty @AlphaChars @StringLength(max = 8) String> names,
      @ForAll long seed) {
    List<String> target = List.copyOf(names);
    List<String> shuffled = new ArrayList<>(target);
    Collections.shuffle(shuffled, new Random(seed));
    GeneAlignment alignment = GeneVocabulary.of(target).alignTo(GeneVocabulary.of(shuffled));
    for (int g = 0; g < target.size(); g++) {
      assertEquals(target.get(g), shuffled.get(alignment.sourceIndex(g)));
    }
    assertEquals(1.0, alignment.coverage());
    assertEquals(shuffled.equals(target), alignment.isIdentity());
  }

  @Test
  void symbolsAndEnsemblIdsAlignThroughSymbols() {
    GeneVocabulary symbols = GeneVocabulary.of(List.of("GATA1", "MYC", "TP53"));
    assertEquals(2, symbols.alignTo(ensembl()).sourceIndex(0));
    assertEquals(1, ensembl().alignTo(symbols).sourceIndex(0));
    assertEquals(1.0, symbols.alignTo(ensembl()).coverage());
    assertEquals(1.0, ensembl().alignTo(symbols).coverage());
  }

  @Test
  void anAmbiguousSymbolIsMissingOnEitherSide() {
    GeneVocabulary twins = GeneVocabulary.of(List.of("E1", "E2"), List.of("M", "M"));
    GeneVocabulary single = GeneVocabulary.of(List.of("M"));
    assertEquals(List.of("M"), single.alignTo(twins).missing());
    assertEquals(List.of("E1", "E2"), twins.alignTo(single).missing());
  }

  @Test
  void noSourceGeneIsUsedTwice() {
    // target gene 0 could take source gene A by its symbol, target gene 1 has it by its id
    GeneVocabulary target = GeneVocabulary.of(List.of("E1", "A"), List.of("A", "other"));
    GeneAlignment alignment = target.alignTo(GeneVocabulary.of(List.of("A")));
    assertEquals(GeneAlignment.MISSING, alignment.sourceIndex(0));
    assertEquals(0, alignment.sourceIndex(1));
    assertEquals(List.of("E1"), alignment.missing());
  }

  @Test
  void aSourceBelowTheStatedCoverageIsRefusedWithTheNumbers() {
    GeneAlignment alignment =
        GeneVocabulary.of(List.of("A", "B", "C", "D", "E", "F", "G", "H"))
            .alignTo(GeneVocabulary.of(List.of("B")));
    alignment.requireCoverage(0.125);
    assertRefused(
        GeneCoverageException.class,
        "Only 12.5 % of the 8 genes needed are present, 50.0 % is the least",
        "missing 7 genes, first [A, C, D, E, F]",
        () -> alignment.requireCoverage(0.5));
  }

  @Test
  void anEmptyTargetIsFullyCovered() {
    GeneAlignment alignment = GeneVocabulary.of(List.of()).alignTo(ensembl());
    assertEquals(1.0, alignment.coverage());
    alignment.requireCoverage(1.0);
    assertTrue(GeneVocabulary.of(List.of()).alignTo(GeneVocabulary.of(List.of())).isIdentity());
  }
}
