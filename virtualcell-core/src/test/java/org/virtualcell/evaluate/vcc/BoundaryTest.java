package org.virtualcell.evaluate.vcc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CsrMatrix;

/** Thresholds at which a rule turns. */
class BoundaryTest {
  private static final ChallengeRules RULES = ChallengeRules.VCC2026;

  private static TestedGenes table(double[] change, double[] adjusted) {
    int[] all = IntStream.range(0, change.length).toArray();
    return TestedGenes.of(all, all, change, adjusted, adjusted, RULES.alpha());
  }

  private static MetricRow compare(TestedGenes real, TestedGenes predicted) {
    int[] order = IntStream.range(0, real.rows()).toArray();
    MetricRow row = new MetricRow();
    TableComparison.of(real, predicted, -1, order, RULES).put(row, true);
    return row;
  }

  private static double[] repeat(double value, int n) {
    return IntStream.range(0, n).mapToDouble(i -> value).toArray();
  }

  @Test
  void aGeneAtTheThresholdIsNoFinding() {
    TestedGenes table =
        table(new double[] {1, 1, Double.NaN}, new double[] {0.05, Math.nextDown(0.05), 0.001});
    assertFalse(table.finds(0));
    assertTrue(table.finds(1));
    assertFalse(table.finds(2), "a change that is not known");
  }

  @Test
  void aGeneAtTheGateIsNotTested() {
    // two cells of 200 000 counts: one count is 5 CPM
    float[][] cells = {{1, 2, 199_997}, {1, 1, 199_998}};
    ReferenceCells control = ReferenceCells.of(CellCounts.of(CsrMatrix.ofDense(cells, 3)), RULES);
    assertEquals(-1, control.position()[0]);
    assertEquals(0, control.position()[1]);
    assertEquals(2, control.gate().length);
  }

  @Test
  void tenFindingsAreEnoughForAFoldChangeErrorAndNineAreNot() {
    for (int n : new int[] {9, 10}) {
      TestedGenes real = table(repeat(2, n), repeat(0.01, n));
      TestedGenes predicted = table(repeat(1, n), repeat(0.01, n));
      MetricRow row = compare(real, predicted);
      assertEquals(n == 10, row.has(ChallengeMetric.LFC_NMAE));
      if (n == 10) {
        assertEquals(0.5, row.get(ChallengeMetric.LFC_NMAE));
      }
    }
  }

  @Test
  void foldChangeErrorsHaveTheirClosedForms() {
    double[] change = IntStream.range(0, 12).mapToDouble(i -> i % 2 == 0 ? i + 1 : -i).toArray();
    TestedGenes real = table(change, repeat(0.01, 12));
    for (double c : new double[] {0, 0.5, 1, 3, -1}) {
      double[] scaled = java.util.Arrays.stream(change).map(x -> c * x).toArray();
      MetricRow row = compare(real, table(scaled, repeat(0.01, 12)));
      assertEquals(Math.abs(c - 1), row.get(ChallengeMetric.LFC_NMAE), 1e-15);
    }
  }

  @Test
  void reachToleratesTheFirstErrorAtDepthTen() {
    for (int n : new int[] {9, 10}) {
      double[] predicted = repeat(1, n);
      predicted[n - 1] = -1;
      double[] trust = IntStream.range(0, n).mapToDouble(i -> 0.001 * (i + 1)).toArray();
      MetricRow row = compare(table(repeat(1, n), repeat(0.01, n)), table(predicted, trust));
      assertEquals(
          n == 10 ? 1 : 8 / 9.0, row.get(ChallengeMetric.DIRECTION_REACH_RAW), "depth " + n);
    }
  }

  @Test
  void perturbationsWithoutSignalFollowTheFourConventions() {
    TestedGenes none = table(repeat(1, 12), repeat(0.9, 12));
    TestedGenes calls = table(repeat(1, 12), repeat(0.01, 12));
    MetricRow silent = compare(none, none);
    MetricRow loud = compare(none, calls);
    assertTrue(Double.isNaN(silent.get(ChallengeMetric.DIRECTION_FIDELITY_YIELD_RAW)));
    assertEquals(1, loud.get(ChallengeMetric.DIRECTION_FIDELITY_YIELD_RAW));
    assertTrue(Double.isNaN(silent.get(ChallengeMetric.DIRECTION_REACH_RAW)));
    assertTrue(Double.isNaN(loud.get(ChallengeMetric.DIRECTION_REACH_RAW)));
    assertEquals(1, silent.get(ChallengeMetric.SIG_JACCARD));
    assertEquals(0, loud.get(ChallengeMetric.SIG_JACCARD));
    assertFalse(silent.has(ChallengeMetric.LFC_NMAE));
    assertFalse(loud.has(ChallengeMetric.LFC_NMAE));
  }

  @Test
  void adjustedValuesOfZeroTieWithTheSmallestPositiveOneOfThePanel() {
    TestedGenes real = table(repeat(1, 3), new double[] {0.01, 0.9, 0.9});
    TestedGenes predicted = table(repeat(1, 3), new double[] {0, 0.02, 0.5});
    MetricRow row = compare(real, predicted);
    assertEquals(1, row.get(ChallengeMetric.PR_AUC));
    row.settleAreas(0.01); // another perturbation has a smaller one
    assertEquals(1, row.get(ChallengeMetric.PR_AUC));
    row.settleAreas(0.02); // the zero counts as the gene behind it
    assertEquals(0.5, row.get(ChallengeMetric.PR_AUC));
    assertEquals(0.75, row.get(ChallengeMetric.ROC_AUC));
  }
}
