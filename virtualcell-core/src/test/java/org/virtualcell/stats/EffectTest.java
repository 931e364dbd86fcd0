package org.virtualcell.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.MatchedCells;
import org.virtualcell.api.UnitsMismatchException;

class EffectTest {
  private static final ExpressionUnits LOG = ExpressionUnits.logNormalized(10_000);

  private static CellState state(ExpressionUnits units, float[]... rows) {
    List<String> genes = List.of("g", "h", "i").subList(0, rows[0].length);
    return CellState.of(
        GeneVocabulary.of(genes),
        CsrMatrix.ofDense(rows, genes.size()),
        units,
        CellContext.of("x"));
  }

  private static CellState cells(float... values) {
    float[][] rows = new float[values.length][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new float[] {values[i]};
    }
    return state(LOG, rows);
  }

  private static MatchedCells batch(CellState perturbed, CellState controls) {
    return new MatchedCells(perturbed, controls, MatchedCells.Level.BATCH);
  }

  @Test
  void momentsAgreeWithHandComputation() {
    Pseudobulk p =
        Pseudobulk.of(state(LOG, new float[] {1, 0}, new float[] {2, 0}, new float[] {6, 3}));
    assertEquals(3, p.cells());
    assertEquals(3, p.mean(0), 1e-12);
    assertEquals(7, p.variance(0), 1e-12); // (4 + 1 + 9) / 2
    assertEquals(1, p.mean(1), 1e-12);
    assertEquals(3, p.variance(1), 1e-12);
    assertEquals(3, p.detected(0));
    assertEquals(1, p.detected(1));
    assertTrue(Double.isNaN(Pseudobulk.of(cells(4)).variance(0)));
  }

  @Test
  void batchesAreDifferencedFirstAndWeightedByTheirPerturbedCells() {
    Effect e =
        Effect.of(
            List.of(
                batch(cells(3, 5, 4), cells(1, 3)), // +2 in three cells
                batch(cells(10), cells(4, 6)))); // +5 in one cell
    assertEquals((3 * 2 + 5) / 4.0, e.delta(0), 1e-12);
    assertEquals(4, e.cells());
    assertEquals(4, e.controlCells());
    // controls: 9/16 * 2/2 + 1/16 * 2/2
    assertEquals(10 / 16.0, e.controlVariance(0), 1e-12);
    assertTrue(Double.isNaN(e.samplingVariance(0)), "one batch has a single cell");
  }

  @Test
  void controlsSharedByGroupsCountOnceInTheVariance() {
    CellState shared = cells(1, 3);
    Effect e = Effect.of(List.of(batch(cells(3, 5), shared), batch(cells(7, 9), shared)));
    assertEquals(4, e.delta(0), 1e-12);
    assertEquals(1, e.controlVariance(0), 1e-12); // 2 / 2, weight one
    assertEquals(2, e.controlCells());
    // each group: variance 2 over 2 cells, weight 1/2
    assertEquals(0.5, e.perturbedVariance(0), 1e-12);
  }

  @Test
  void rawCountsAreScaledAndLogged() {
    CellState controls =
        state(ExpressionUnits.rawCounts(), new float[] {1, 1}, new float[] {10, 10});
    CellState perturbed = state(ExpressionUnits.rawCounts(), new float[] {3, 1});
    Effect e = Effect.of(List.of(batch(perturbed, controls)));
    assertEquals(LOG, e.units());
    assertEquals(Math.log1p(7500) - Math.log1p(5000), e.delta(0), 1e-6);
    assertEquals(Math.log1p(2500) - Math.log1p(5000), e.delta(1), 1e-6);
  }

  @Test
  void nothingAndMixedUnitsAreRefused() {
    assertThrows(InvalidDataException.class, () -> Effect.of(List.of()));
    CellState other = state(ExpressionUnits.logNormalized(1), new float[] {1});
    assertThrows(
        UnitsMismatchException.class,
        () -> Effect.of(List.of(batch(cells(1), cells(1)), batch(other, other))));
  }

  @Test
  void emptyCellsStayEmptyUnderNormalisation() {
    CellState counts = state(ExpressionUnits.rawCounts(), new float[] {0, 0}, new float[] {0, 5});
    CellState log = Normalization.logNormalize(counts, 100);
    assertEquals(1, log.expression().nonZeros());
    assertEquals(Math.log1p(100), Pseudobulk.of(log).mean(1) * 2, 1e-6);
    assertThrows(InvalidDataException.class, () -> Normalization.logNormalize(counts, 0));
    assertThrows(
        UnitsMismatchException.class,
        () -> Normalization.convert(log, ExpressionUnits.rawCounts(), "test"));
  }
}
