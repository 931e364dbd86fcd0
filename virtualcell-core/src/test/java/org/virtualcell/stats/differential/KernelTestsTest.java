package org.virtualcell.stats.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.Progress;
import org.virtualcell.compute.Devices;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.LaneOptions;
import org.virtualcell.stats.differential.DifferentialOptions.Units;

/**
 * The kernels of a device against the tests gene by gene, on the same cells in double precision.
 */
class KernelTestsTest {
  private static final int GENES = 13;
  private static final int CELLS = 90;

  /** Cells of five groups, one of them of three cells, and of none; counts with many ties. */
  private record Cells(CsrMatrix single, CellValues twice, List<String> labels) {
    static Cells of(Units units, int seed) {
      SplittableRandom random = new SplittableRandom(seed);
      List<double[]> rows = new ArrayList<>();
      float[][] dense = new float[CELLS][GENES];
      List<String> labels = new ArrayList<>();
      for (int cell = 0; cell < CELLS; cell++) {
        double[] row = new double[GENES];
        for (int gene = 0; gene < GENES; gene++) {
          int count = gene == 4 ? 0 : random.nextInt(5) - 2 + (gene == 7 ? random.nextInt(200) : 0);
          double depth = 1 + cell % 7;
          float value = units == Units.COUNTS ? count : (float) Math.log1p(count / depth);
          row[gene] = count > 0 ? value : 0;
          dense[cell][gene] = (float) row[gene];
        }
        rows.add(row);
        labels.add(cell < 3 ? "few" : List.of("a", "b", "control", "c", "").get(cell % 5));
      }
      return new Cells(CsrMatrix.ofDense(dense, GENES), CellValues.ofRows(rows, GENES), labels);
    }

    CellGroups groups(CellValues values, boolean rest) {
      return rest
          ? CellGroups.ofAll(values, genes(), labels)
          : CellGroups.of(values, genes(), labels, "control");
    }
  }

  private static List<String> genes() {
    return IntStream.range(0, GENES).mapToObj(g -> "g" + g).toList();
  }

  private static void assertSame(CellGroups kernels, CellGroups others, DifferentialOptions rules) {
    assertTrue(KernelTests.of(kernels, rules, null).isPresent());
    assertTrue(KernelTests.of(others, rules, null).isEmpty());
    DifferentialTable ours = DifferentialExpression.of(kernels, rules, Progress.SILENT);
    assertSame(DifferentialExpression.of(others, rules, Progress.SILENT), ours);
  }

  private static void assertSame(DifferentialTable expected, DifferentialTable table) {
    assertEquals(expected.rows(), table.rows());
    assertEquals(expected.facts(), table.facts());
    for (int row = 0; row < table.rows(); row++) {
      assertEquals(expected.gene(row), table.gene(row));
      assertEquals(expected.statistic(row), table.statistic(row), "statistic of row " + row);
      assertEquals(expected.targetMean(row), table.targetMean(row), "mean of row " + row);
      assertEquals(expected.referenceMean(row), table.referenceMean(row), "row " + row);
      assertEquals(expected.log2FoldChange(row), table.log2FoldChange(row), "row " + row);
      assertNear(expected.p(row), table.p(row), "p of row " + row);
      assertNear(expected.fdr(row), table.fdr(row), "rate of row " + row);
    }
  }

  private static void assertNear(double expected, double actual, String what) {
    assertTrue(
        Double.compare(expected, actual) == 0 || Math.abs(actual / expected - 1) < 1e-12,
        what + ": " + actual + ", not " + expected);
  }

  @ParameterizedTest
  @EnumSource(
      names = {"EXACT_TIES", "PDEX", "SCANPY_WILCOXON", "SCANPY_WILCOXON_TIES"},
      value = DifferentialEngine.class)
  void kernelsFindTheNumbersOfTheTestsGeneByGene(DifferentialEngine engine) {
    Cells cells = Cells.of(Units.LOG1P, 1);
    CellValues single = CellValues.of(cells.single());
    DifferentialOptions rules = DifferentialOptions.of(engine, Units.LOG1P);
    CellValues widened = widened(cells.single());
    assertSame(cells.groups(single, false), cells.groups(widened, false), rules);
    assertSame(cells.groups(single, true), cells.groups(widened, true), rules);
    DifferentialOptions gated =
        rules
            .withFoldChange(FoldChange.arithmetic(1e-9))
            .withGate(GeneGate.pooledEitherSide(9e4))
            .withSmallGroups(new SmallGroups(SmallGroups.Rule.ABSTAIN, 5));
    assertSame(cells.groups(single, false), cells.groups(widened, false), gated);
  }

  private static CellValues widened(CsrMatrix matrix) {
    List<double[]> rows = new ArrayList<>();
    for (int cell = 0; cell < matrix.rows(); cell++) {
      double[] row = new double[matrix.genes()];
      for (int gene = 0; gene < row.length; gene++) {
        row[gene] = matrix.get(cell, gene);
      }
      rows.add(row);
    }
    return CellValues.ofRows(rows, matrix.genes());
  }

  @Test
  void kernelsRankSharesOfCountsAsTheTestsGeneByGeneDo() {
    Cells cells = Cells.of(Units.COUNTS, 2);
    CellValues single = CellValues.of(cells.single());
    DifferentialOptions rules = DifferentialOptions.ofCounts();
    assertSame(cells.groups(single, false), cells.groups(cells.twice(), false), rules);
    assertSame(cells.groups(single, true), cells.groups(cells.twice(), true), rules);
    assertSame(
        cells.groups(single, false),
        cells.groups(cells.twice(), false),
        rules.withGate(GeneGate.referenceMean(5e4)).withScope(FdrScope.GLOBAL));
  }

  @Test
  void cellsOfSeveralFilesAreRankedTogether() {
    Cells cells = Cells.of(Units.LOG1P, 3);
    int[] some = {5, 9, 2, 33, 34, 35, 60, 61, 62, 63};
    CellValues single = CellValues.of(cells.single());
    CellValues widened = widened(cells.single());
    CellValues other = CellValues.of(Cells.of(Units.LOG1P, 4).single());
    assertSame(
        cells.groups(single, true).against(other.select(some), "measured"),
        cells
            .groups(widened, true)
            .against(widened(Cells.of(Units.LOG1P, 4).single()).select(some), "measured"),
        DifferentialOptions.ofLog1p());
    CellValues chosen = single.select(IntStream.range(10, 80).toArray());
    CellValues same = widened.select(IntStream.range(10, 80).toArray());
    List<String> labels = cells.labels().subList(10, 80);
    assertSame(
        CellGroups.of(chosen, genes(), labels, "control"),
        CellGroups.of(same, genes(), labels, "control"),
        DifferentialOptions.cellEval());
  }

  @Test
  void valuesKernelsCannotRankAreTestedGeneByGene() {
    Cells cells = Cells.of(Units.LOG1P, 5);
    CellGroups halves = cells.groups(CellValues.of(cells.single()), false);
    DifferentialOptions counts = DifferentialOptions.ofCounts();
    assertTrue(KernelTests.of(halves, counts, null).isEmpty(), "fractions are no counts");
    assertEquals(
        DifferentialExpression.of(
                cells.groups(widened(cells.single()), false), counts, Progress.SILENT)
            .rows(),
        DifferentialExpression.of(halves, counts, Progress.SILENT).rows());
    DifferentialOptions rounded = DifferentialOptions.challenge2026(DifferentialEngine.CELL_EVAL2);
    CellGroups whole =
        Cells.of(Units.COUNTS, 5).groups(CellValues.of(Cells.of(Units.COUNTS, 5).single()), false);
    assertTrue(KernelTests.of(whole, rounded, null).isEmpty(), "logarithms in double precision");
  }

  @Test
  void cellsADeviceHasNoRoomForAreTestedAllTheSame() {
    Cells cells = Cells.of(Units.LOG1P, 6);
    CellGroups groups = cells.groups(CellValues.of(cells.single()), false);
    DifferentialOptions rules = DifferentialOptions.ofLog1p();
    DifferentialTable expected = DifferentialExpression.of(groups, rules, Progress.SILENT);
    for (long bytes : new long[] {100, 1 << 30}) {
      LaneOptions options = LaneOptions.defaults().withThreads(2).withBudget(bytes, bytes);
      try (Lane lane = Devices.select("java").open(options)) {
        assertSame(expected, DifferentialExpression.of(lane, groups, rules, Progress.SILENT));
      }
    }
  }
}
