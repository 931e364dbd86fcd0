package org.virtualcell.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.virtualcell.api.Refusals.assertInvalid;
import static org.virtualcell.api.Refusals.assertRefused;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.MatchedCells.Level;

class CellStateTest {
  private static final CellContext K562 = CellContext.of("K562");
  private static final ExpressionUnits LOG = ExpressionUnits.logNormalized(10_000);

  private static GeneVocabulary genes() {
    return GeneVocabulary.of(
        List.of("ENSG00000136997", "ENSG00000141510", "ENSG00000102145"),
        List.of("MYC", "TP53", "GATA1"));
  }

  private static CsrMatrix values(float first) {
    return CsrMatrix.ofDense(new float[][] {{0, first, 0}, {2, 0, 3}}, 3);
  }

  private static CellState state() {
    return CellState.of(genes(), values(1.5f), LOG, K562);
  }

  @Test
  void theDigestIsPinned() {
    assertEquals(
        "50e48bda41ca705b40d41c9152f235f8aef87bf52ccfe6ecba7ecbb2133d1fd1", state().digest().hex());
    assertEquals(
        "47e457c468301ed171183da43e2848828e51c57cdfc43777430ea34c0d5d9f94",
        state().withSubstates(List.of("G1", "S")).digest().hex());
  }

  @Test
  void equalPartsMakeEqualStates() {
    assertEquals(state(), state());
    assertEquals(state().hashCode(), state().hashCode());
    assertNotEquals(state(), CellState.of(genes(), values(1), LOG, K562));
    assertNotEquals(state(), state().withSubstates(List.of("a", "b")));
    assertEquals(2, state().cells());
  }

  @Test
  void aVocabularyOfAnotherSizeIsRefused() {
    assertInvalid(
        "The expression has 3 genes, the vocabulary 2",
        "state of K562",
        () -> CellState.of(GeneVocabulary.of(List.of("A", "B")), values(1), LOG, K562));
  }

  @Test
  void aStateWithoutCellsIsRefused() {
    assertInvalid(
        "A state holds no cell",
        "state of K562",
        () -> CellState.of(genes(), CsrMatrix.ofDense(new float[0][], 3), LOG, K562));
  }

  @Test
  void valuesThatCannotBeInTheUnitsAreRefusedWithTheirPlace() {
    assertInvalid(
        "Value -1.0 cannot be log1p of counts scaled to 10000.0",
        "cell 0, gene 1 of K562",
        () -> CellState.of(genes(), values(-1), LOG, K562));
    assertInvalid(
        "Value 1.5 cannot be raw counts",
        "cell 0, gene 1 of K562",
        () -> CellState.of(genes(), values(1.5f), ExpressionUnits.rawCounts(), K562));
    assertEquals(2, CellState.of(genes(), values(1), ExpressionUnits.rawCounts(), K562).cells());
  }

  @Test
  void labelsAreOnePerCellNotBlankAndCopied() {
    assertInvalid(
        "3 substate labels for 2 cells",
        "state of K562",
        () -> state().withSubstates(List.of("a", "b", "c")));
    assertInvalid(
        "A substate label is blank",
        "cell 1",
        () -> state().withSubstates(Arrays.asList("a", null)));
    List<String> labels = new ArrayList<>(List.of("a", "b"));
    CellState labelled = state().withSubstates(labels);
    labels.set(0, "z");
    assertEquals(Optional.of(List.of("a", "b")), labelled.substates());
    assertThrows(
        UnsupportedOperationException.class, () -> labelled.substates().orElseThrow().clear());
  }

  @Test
  void missingPartsAreRefused() {
    assertThrows(NullPointerException.class, () -> CellState.of(null, values(1), LOG, K562));
    assertThrows(NullPointerException.class, () -> CellState.of(genes(), null, LOG, K562));
    assertThrows(NullPointerException.class, () -> CellState.of(genes(), values(1), null, K562));
    assertThrows(NullPointerException.class, () -> CellState.of(genes(), values(1), LOG, null));
    assertThrows(
        NullPointerException.class, () -> new CellState(genes(), values(1), LOG, K562, null));
  }

  @Test
  void matchedCellsShareGenesContextAndUnits() {
    CellState controls = state();
    assertEquals(controls, new MatchedCells(state(), controls, Level.CONTEXT).controls());
    assertInvalid(
        "Perturbed cells and their controls have different genes",
        "K562",
        () ->
            new MatchedCells(
                CellState.of(GeneVocabulary.of(List.of("A", "B", "C")), values(1), LOG, K562),
                controls,
                Level.BATCH));
    assertInvalid(
        "Perturbed cells and their controls are of different contexts",
        "A172 and K562",
        () ->
            new MatchedCells(
                CellState.of(genes(), values(1), LOG, CellContext.of("A172")),
                controls,
                Level.CONTEXT));
    assertRefused(
        UnitsMismatchException.class,
        "Expression is in raw counts, needed is log1p of counts scaled to 10000.0",
        "perturbed cells of K562",
        () ->
            new MatchedCells(
                CellState.of(genes(), values(1), ExpressionUnits.rawCounts(), K562),
                controls,
                Level.CONTEXT));
  }

  @Test
  void controlsOfAnotherBatchOfTheContextMayBeMatched() {
    CellContext batch = K562.with(CellContext.Fact.BATCH, "gem1");
    CellState perturbed = CellState.of(genes(), values(1), LOG, batch);
    assertEquals(Level.CONTEXT, new MatchedCells(perturbed, state(), Level.CONTEXT).level());
  }
}
