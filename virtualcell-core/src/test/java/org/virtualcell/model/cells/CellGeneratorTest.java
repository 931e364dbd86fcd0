package org.virtualcell.model.cells;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.stats.Normalization;
import org.virtualcell.stats.Pseudobulk;

class CellGeneratorTest {
  private static final int GENES = 60;
  private static final GeneVocabulary VOCABULARY =
      GeneVocabulary.of(IntStream.range(0, GENES).mapToObj(g -> "G" + g).toList());
  private static final int[] ALL = IntStream.range(0, GENES).toArray();

  /** Negative binomial counts of known rates, dispersion 0.4, depths that differ threefold. */
  private static CellState cells(int n, double[] factor, long seed) {
    SplittableRandom depths = new SplittableRandom(seed);
    Draws draws = new Draws(seed);
    float[][] counts = new float[n][GENES];
    for (float[] cell : counts) {
      double depth = 0.5 + depths.nextDouble();
      for (int g = 0; g < GENES; g++) {
        double rate = depth * rate(g) * factor[g];
        cell[g] = draws.poisson(rate * draws.gamma(2.5) / 2.5);
      }
    }
    return state(counts);
  }

  private static double rate(int gene) {
    return Math.pow(10, -1.5 + 3.0 * gene / GENES);
  }

  /** Scaled so that cells keep the molecules they are expected to have. */
  private static void keepDepth(double[] factor) {
    double before = 0;
    double after = 0;
    for (int g = 0; g < GENES; g++) {
      before += rate(g);
      after += rate(g) * factor[g];
    }
    for (int g = 0; g < GENES; g++) {
      factor[g] *= before / after;
    }
  }

  private static CellState state(float[][] counts) {
    return CellState.of(
        VOCABULARY,
        CsrMatrix.ofDense(counts, GENES),
        ExpressionUnits.rawCounts(),
        CellContext.of("K562"));
  }

  private static double[] ones() {
    double[] factor = new double[GENES];
    java.util.Arrays.fill(factor, 1);
    return factor;
  }

  private static double[] difference(CellState after, CellState before) {
    Pseudobulk a = Pseudobulk.logNormalized(after);
    Pseudobulk b = Pseudobulk.logNormalized(before);
    return IntStream.range(0, GENES).mapToDouble(g -> a.mean(g) - b.mean(g)).toArray();
  }

  private static long sum(CellState state, int row) {
    CsrMatrix cell = state.expression().block(row, 1);
    long sum = 0;
    for (int k = cell.rowStart(0); k < cell.rowStart(1); k++) {
      sum += (long) cell.valueAt(k);
    }
    return sum;
  }

  @Test
  void theMeanVarianceAndDetectionOfCellsWithChangedRatesAreMet() {
    double[] factor = ones();
    for (int g = 0; g < GENES - 6; g += 5) {
      factor[g] = 4;
      factor[g + 1] = 0.3;
      factor[g + 2] = 1.5;
    }
    keepDepth(factor);
    CellState before = cells(2000, ones(), 1);
    CellState truth = cells(2000, factor, 2);
    CellState made =
        CellGenerator.of(before).generate(VOCABULARY, ALL, difference(truth, before), 2000, 3);
    Pseudobulk wanted = Pseudobulk.logNormalized(truth);
    Pseudobulk got = Pseudobulk.logNormalized(made);
    for (int g = 0; g < GENES; g++) {
      double error = Math.sqrt(2 * wanted.variance(g) / 2000);
      assertEquals(wanted.mean(g), got.mean(g), 5 * error + 0.02, "mean of gene " + g);
      assertEquals(
          wanted.detected(g) / 2000.0, got.detected(g) / 2000.0, 0.06, "detection of gene " + g);
      assertEquals(
          Math.sqrt(wanted.variance(g)),
          Math.sqrt(got.variance(g)),
          0.12 * Math.sqrt(wanted.variance(g)) + 0.02,
          "deviation of gene " + g);
    }
  }

  @Test
  void everyCellKeepsItsNumberOfMolecules() {
    CellState before = cells(40, ones(), 5);
    double[] effect = new double[GENES];
    java.util.Arrays.fill(effect, 0, 20, 1.0);
    java.util.Arrays.fill(effect, 40, 60, -0.5);
    CellState made = CellGenerator.of(before).generate(VOCABULARY, ALL, effect, 40, 6);
    // without replacement: the same depths in another order
    long[] had = IntStream.range(0, 40).mapToLong(i -> sum(before, i)).sorted().toArray();
    long[] has = IntStream.range(0, 40).mapToLong(i -> sum(made, i)).sorted().toArray();
    org.junit.jupiter.api.Assertions.assertArrayEquals(had, has);
  }

  @Test
  void noEffectGivesTheControlsThemselves() {
    CellState before = cells(30, ones(), 7);
    for (CellState state : List.of(before, Normalization.logNormalize(before, 1e4))) {
      CellState made = CellGenerator.of(state).generate(VOCABULARY, ALL, new double[GENES], 30, 8);
      Pseudobulk a = Pseudobulk.of(state);
      Pseudobulk b = Pseudobulk.of(made);
      for (int g = 0; g < GENES; g++) {
        assertEquals(a.mean(g), b.mean(g), 1e-12);
        assertEquals(a.detected(g), b.detected(g));
      }
    }
  }

  @Test
  void logValuesGetTheDetectionOfCountsToo() {
    double[] factor = ones();
    java.util.Arrays.fill(factor, 10, 20, 3);
    keepDepth(factor);
    CellState before = cells(600, ones(), 9);
    CellState truth = Normalization.logNormalize(cells(600, factor, 10), 1e4);
    CellState logs = Normalization.logNormalize(before, 1e4);
    CellState made =
        CellGenerator.of(logs).generate(VOCABULARY, ALL, difference(truth, logs), 600, 11);
    Pseudobulk wanted = Pseudobulk.of(truth);
    Pseudobulk got = Pseudobulk.of(made);
    for (int g = 0; g < GENES; g++) {
      assertEquals(wanted.detected(g) / 600.0, got.detected(g) / 600.0, 0.09, "gene " + g);
      assertEquals(wanted.mean(g), got.mean(g), 6 * Math.sqrt(2 * wanted.variance(g) / 600) + 0.03);
    }
  }

  @Test
  void effectsAreStatedAtTheirOwnTotal() {
    CellState before = cells(300, ones(), 12);
    CellState thousand = Normalization.logNormalize(before, 1000);
    double[] effect = new double[GENES];
    java.util.Arrays.fill(effect, 30, 40, -0.7);
    CellState made =
        CellGenerator.of(thousand, ExpressionUnits.logNormalized(1e4))
            .generate(VOCABULARY, ALL, effect, 300, 1);
    double[] change =
        difference(Normalization.logNormalize(made, 1e4), Normalization.logNormalize(before, 1e4));
    for (int g = 30; g < 40; g++) {
      assertEquals(-0.7, change[g], 0.25, "gene " + g);
    }
  }

  @Test
  void aSeedGivesItsBytesAndSubstatesComeAlong() {
    CellState before = cells(50, ones(), 13);
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      labels.add(i % 5 == 0 ? "rare" : "common");
    }
    CellGenerator generator = CellGenerator.of(before.withSubstates(labels));
    double[] effect = new double[GENES];
    effect[50] = 0.4;
    CellState once = generator.generate(VOCABULARY, ALL, effect, 100, 14);
    assertEquals(once.digest(), generator.generate(VOCABULARY, ALL, effect, 100, 14).digest());
    assertNotEquals(once.digest(), generator.generate(VOCABULARY, ALL, effect, 100, 15).digest());
    assertEquals(
        20, once.substates().orElseThrow().stream().filter("rare"::equals).count(), "of 100");
  }

  @Test
  void genesMayBeAPartOfThoseOfTheControls() {
    CellState before = cells(80, ones(), 16);
    GeneVocabulary some = GeneVocabulary.of(List.of("G59", "G40"));
    CellState made =
        CellGenerator.of(before).generate(some, new int[] {59, 40}, new double[2], 80, 1);
    assertEquals(
        Pseudobulk.of(before).mean(59), Pseudobulk.of(made).mean(0), 1e-12, "by name and column");
  }

  @Test
  void emptyCellsAndGenesNeverSeenAreNoTrap() {
    float[][] counts = new float[30][GENES];
    for (int i = 1; i < 30; i++) {
      counts[i][3] = i;
      counts[i][4] = 200;
    }
    double[] effect = new double[GENES];
    effect[0] = 0.2; // never seen
    effect[3] = -100;
    CellState made = CellGenerator.of(state(counts)).generate(VOCABULARY, ALL, effect, 300, 17);
    Pseudobulk got = Pseudobulk.logNormalized(made);
    assertTrue(got.detected(0) > 0, "a gene never seen may rise");
    assertTrue(got.mean(3) < 0.2, "falls to nothing, but for what depth needs: " + got.mean(3));
    CellState empty = state(new float[5][GENES]);
    CellState none = CellGenerator.of(empty).generate(VOCABULARY, ALL, effect, 5, 1);
    assertEquals(0, none.expression().nonZeros());
  }

  @Test
  void badArgumentsAreRefused() {
    CellGenerator generator = CellGenerator.of(cells(30, ones(), 18));
    assertThrows(
        InvalidDataException.class,
        () -> generator.generate(VOCABULARY, ALL, new double[GENES], 0, 1));
    assertThrows(
        InvalidDataException.class, () -> generator.generate(VOCABULARY, ALL, new double[3], 1, 1));
    double[] effect = new double[GENES];
    effect[7] = Double.NaN;
    InvalidDataException e =
        assertThrows(
            InvalidDataException.class, () -> generator.generate(VOCABULARY, ALL, effect, 1, 1));
    assertTrue(e.getMessage().contains("G7"), e.getMessage());
  }
}
