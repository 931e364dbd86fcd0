package org.virtualcell.features;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;

class ControlFeaturesTest {
  private static final GeneVocabulary GENES = GeneVocabulary.of(List.of("A", "B", "C", "FLAT"));

  private static float[][] counts(int cells) {
    SplittableRandom random = new SplittableRandom(3);
    float[][] counts = new float[cells][4];
    for (float[] cell : counts) {
      cell[0] = random.nextInt(6);
      cell[1] = cell[0] + random.nextInt(3);
      cell[2] = 20 - cell[0] - cell[1];
    }
    return counts;
  }

  private static CellState state(float[][] values) {
    return CellState.of(
        GENES, CsrMatrix.ofDense(values, 4), ExpressionUnits.rawCounts(), CellContext.of("K562"));
  }

  @Test
  void coExpressionIsTheCorrelationOfLogNormalisedCells() {
    float[][] counts = counts(60);
    FeatureTable table =
        ControlFeatures.coExpression(state(counts), List.of("A", "C", "FLAT", "absent"));
    assertEquals(List.of("A", "C"), table.names());
    double[][] log = new double[60][4];
    for (int i = 0; i < 60; i++) {
      for (int g = 0; g < 4; g++) {
        log[i][g] = Math.log1p(counts[i][g] / 20 * 10_000);
      }
    }
    for (String target : table.names()) {
      float[] got = table.find(target).orElseThrow();
      int t = GENES.indexOf(target);
      for (int g = 0; g < 3; g++) {
        assertEquals(pearson(log, t, g), got[g], 1e-5, target + " " + g);
      }
      assertEquals(0, got[3], 0);
    }
  }

  private static double pearson(double[][] rows, int a, int b) {
    double ma = 0;
    double mb = 0;
    for (double[] row : rows) {
      ma += row[a] / rows.length;
      mb += row[b] / rows.length;
    }
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (double[] row : rows) {
      ab += (row[a] - ma) * (row[b] - mb);
      aa += (row[a] - ma) * (row[a] - ma);
      bb += (row[b] - mb) * (row[b] - mb);
    }
    return ab / Math.sqrt(aa * bb);
  }

  @Test
  void ownExpressionIsMeanAndDetectionAndUnmeasuredTargetsAreMissing() {
    float[][] counts = counts(40);
    FeatureTable table = ControlFeatures.expression(state(counts), List.of("A", "absent"));
    int detected = 0;
    for (float[] cell : counts) {
      detected += cell[0] > 0 ? 1 : 0;
    }
    assertEquals(detected / 40f, table.find("A").orElseThrow()[1], 1e-7);
    assertFalse(table.has("absent"));
  }

  @Test
  void tooFewCellsAreRefused() {
    CellState few = state(counts(10));
    assertThrows(InvalidDataException.class, () -> ControlFeatures.coExpression(few, List.of("A")));
  }
}
