package org.virtualcell.stats.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.Progress;
import org.virtualcell.api.UnitsMismatchException;
import org.virtualcell.provenance.Json;

/**
 * Engines against scipy 1.17.1 on one small screen: {@code ttest_1samp} of pseudobulk differences,
 * moderation by the closed form of Smyth, {@code ttest_ind}, and rank scores from {@code rankdata}.
 */
class EnginesTest {
  private static final JsonNode SCREEN = screen();
  private static final int GENES = 12;

  private static JsonNode screen() {
    try (InputStream in =
        EnginesTest.class.getResourceAsStream("/org/virtualcell/reference/engines/engines.json")) {
      return Json.read(new String(in.readAllBytes(), StandardCharsets.UTF_8), "engines.json");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    SCREEN.get(name).forEach(node -> texts.add(node.asText()));
    return texts;
  }

  private static CellGroups groups(boolean logged) {
    List<double[]> rows = new ArrayList<>();
    for (JsonNode row : SCREEN.get("rows")) {
      double[] values = new double[GENES];
      for (int g = 0; g < GENES; g++) {
        values[g] = logged ? Math.log1p(row.get(g).asDouble()) : row.get(g).asDouble();
      }
      rows.add(values);
    }
    return CellGroups.of(CellValues.ofRows(rows, GENES), names(GENES), texts("labels"), "ctrl");
  }

  private static List<String> names(int genes) {
    return IntStream.range(0, genes).mapToObj(g -> "g" + g).toList();
  }

  private static void same(String expected, DifferentialTable table, boolean statistic) {
    for (int g = 0; g < GENES; g++) {
      JsonNode value = SCREEN.get(expected).get(g);
      double ours = statistic ? table.statistic(g) : table.p(g);
      if (value.isNull()) {
        assertTrue(Double.isNaN(ours), expected + " gene " + g);
      } else {
        assertEquals(value.asDouble(), ours, 1e-10, expected + " gene " + g);
      }
    }
  }

  @Test
  void testsOverReplicatesAreThoseOfTheirDefinitions() {
    List<String> replicates = texts("replicates");
    List<String> labels = texts("labels");
    List<String> ofReference =
        IntStream.range(0, labels.size())
            .filter(i -> labels.get(i).equals("ctrl"))
            .mapToObj(replicates::get)
            .toList();
    CellGroups groups = groups(false).withReplicates(replicates, ofReference);
    DifferentialOptions.Units counts = DifferentialOptions.Units.COUNTS;
    DifferentialTable paired =
        DifferentialExpression.of(
            groups,
            DifferentialOptions.of(DifferentialEngine.PSEUDOBULK_PAIRED_T, counts),
            Progress.SILENT);
    same("paired", paired, false);
    assertEquals("1", paired.facts().get("tests without p"));
    same(
        "moderated",
        DifferentialExpression.of(
            groups,
            DifferentialOptions.of(DifferentialEngine.PSEUDOBULK_MODERATED_T, counts),
            Progress.SILENT),
        false);
    assertThrows(
        InvalidDataException.class,
        () ->
            DifferentialExpression.of(
                groups(false),
                DifferentialOptions.of(DifferentialEngine.PSEUDOBULK_PAIRED_T, counts),
                Progress.SILENT));
  }

  @Test
  void rankScoresAndWelchAreThoseOfScipy() {
    DifferentialOptions.Units log = DifferentialOptions.Units.LOG1P;
    DifferentialTable plain =
        DifferentialExpression.of(
            groups(true),
            DifferentialOptions.of(DifferentialEngine.SCANPY_WILCOXON, log),
            Progress.SILENT);
    same("scanpy", plain, false);
    same("scanpyScore", plain, true);
    DifferentialTable ties =
        DifferentialExpression.of(
            groups(true),
            DifferentialOptions.of(DifferentialEngine.SCANPY_WILCOXON_TIES, log),
            Progress.SILENT);
    same("scanpyTies", ties, false);
    same("scanpyTiesScore", ties, true);
    DifferentialTable welch =
        DifferentialExpression.of(
            groups(true), DifferentialOptions.of(DifferentialEngine.WELCH_T, log), Progress.SILENT);
    for (int g = 0; g < GENES; g++) {
      JsonNode value = SCREEN.get("welch").get(g);
      // where nothing varies scipy gives no number; no difference is p = 1
      assertEquals(value.isNull() ? 1 : value.asDouble(), welch.p(g), 1e-10);
    }
  }

  @Test
  void aGroupAgainstTheRestIsThatGroupAgainstTheOthersAsReference() {
    // with two labels the rest of one is the other
    for (DifferentialEngine engine :
        List.of(
            DifferentialEngine.PDEX,
            DifferentialEngine.SCANPY_WILCOXON_TIES,
            DifferentialEngine.WELCH_T)) {
      DifferentialOptions options = DifferentialOptions.of(engine, DifferentialOptions.Units.LOG1P);
      CellGroups reference = groups(true);
      DifferentialTable one = DifferentialExpression.of(reference, options, Progress.SILENT);
      DifferentialTable rest =
          DifferentialExpression.of(
              CellGroups.ofAll(reference.cells(), reference.genes(), texts("labels")),
              options,
              Progress.SILENT);
      assertEquals(List.of("ctrl", "p"), rest.groups());
      for (int g = 0; g < GENES; g++) {
        int row = rest.firstRow(1) + g;
        assertEquals(one.statistic(g), rest.statistic(row), 1e-9);
        assertEquals(one.p(g), rest.p(row), 1e-10);
        assertEquals(one.log2FoldChange(g), rest.log2FoldChange(row), 1e-9);
      }
    }
  }

  private static DifferentialTable of(
      double[][] values, List<String> labels, DifferentialOptions options) {
    return DifferentialExpression.of(
        CellGroups.of(
            CellValues.ofRows(List.of(values), values[0].length),
            names(values[0].length),
            labels,
            "c"),
        options,
        Progress.SILENT);
  }

  @Test
  void smallGroupsWithoutTiesGetTheExactDistribution() {
    double[][] values = {{10}, {11}, {1}, {2}, {3}, {4}};
    List<String> labels = List.of("p", "p", "c", "c", "c", "c");
    DifferentialOptions options = DifferentialOptions.ofLog1p();
    // 2 of 15 arrangements are as extreme: scipy mannwhitneyu(method="exact") 0.13333
    assertEquals(2.0 / 15, of(values, labels, options).p(0), 1e-15);
    values[0][0] = 4;
    DifferentialTable tied = of(values, labels, options);
    assertTrue(Double.isNaN(tied.p(0)));
    assertTrue(Double.isNaN(tied.fdr(0)));
    assertEquals("1", tied.facts().get("tests without p"));
    DifferentialTable approximate =
        of(values, labels, options.withSmallGroups(SmallGroups.APPROXIMATE));
    assertTrue(approximate.p(0) > 0 && approximate.p(0) < 1);
    DifferentialTable abstained =
        of(
            new double[][] {{10}, {11}, {1}, {2}, {3}, {4}},
            labels,
            options.withSmallGroups(new SmallGroups(SmallGroups.Rule.ABSTAIN, 5)));
    assertTrue(Double.isNaN(abstained.p(0)));
  }

  @Test
  void theExactDistributionIsThatOfAllArrangements() {
    ExactRankSum exact = new ExactRankSum();
    int n1 = 4;
    int n2 = 6;
    int[] ways = new int[n1 * n2 + 1];
    for (int mask = 0; mask < 1 << (n1 + n2); mask++) {
      if (Integer.bitCount(mask) == n1) {
        int u = 0;
        int below = 0;
        for (int i = 0; i < n1 + n2; i++) {
          if ((mask >> i & 1) == 1) {
            u += below;
          } else {
            below++;
          }
        }
        ways[u]++;
      }
    }
    double all = IntStream.of(ways).sum();
    double sum = 0;
    for (int u = 0; u <= n1 * n2 / 2; u++) {
      sum += ways[u] / all;
      assertEquals(Math.min(1, 2 * sum), exact.twoSided(u, n1, n2), 1e-14);
      assertEquals(Math.min(1, 2 * sum), exact.twoSided(n1 * n2 - u, n1, n2), 1e-14);
    }
  }

  /** U and ties by comparing every pair. */
  @Property(tries = 200, seed = "11")
  void ranksOfAnyValuesAreThoseOfAllPairs(
      @ForAll @IntRange(min = 1, max = 12) int n1,
      @ForAll @IntRange(min = 1, max = 15) int n2,
      @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] a = random.ints(n1, -2, 5).asDoubleStream().toArray();
    double[] b = random.ints(n2, -2, 5).asDoubleStream().toArray();
    SortedSide first = new SortedSide();
    SortedSide second = new SortedSide();
    first.set(a, 0, n1, n1);
    second.set(b, 0, n2, n2);
    SortedSide.Ranks ranks = SortedSide.compare(first, second, second.ties());
    long doubled = 0;
    for (double x : a) {
      for (double y : b) {
        doubled += x > y ? 2 : x == y ? 1 : 0;
      }
    }
    double ties = 0;
    for (int v = -2; v < 5; v++) {
      double wanted = v;
      double t =
          java.util.Arrays.stream(a).filter(x -> x == wanted).count()
              + java.util.Arrays.stream(b).filter(x -> x == wanted).count();
      ties += t * t * t - t;
    }
    assertEquals(doubled, ranks.doubledU());
    assertEquals(ties, ranks.ties());
  }

  @Test
  void countsTieWhereTheirSharesAreEqual() {
    // 1 of 2000 and 2 of 4000 are one share; in counts per million they round apart
    double[][] values = {{1, 1999}, {3, 8997}, {2, 3998}, {4, 7996}};
    List<String> labels = List.of("p", "p", "c", "c");
    DifferentialTable table =
        of(values, labels, DifferentialOptions.ofCounts().withSmallGroups(SmallGroups.APPROXIMATE));
    assertEquals(0.5 * 2, table.statistic(0), "the share 1/2000 ties with both, 3/9000 is below");
  }

  @Test
  void unitsAndEnginesMustFit() {
    assertThrows(
        UnitsMismatchException.class,
        () -> DifferentialOptions.of(DifferentialEngine.PDEX, DifferentialOptions.Units.COUNTS));
    assertThrows(
        UnitsMismatchException.class,
        () ->
            DifferentialOptions.of(DifferentialEngine.CELL_EVAL2, DifferentialOptions.Units.LOG1P));
    assertThrows(
        InvalidDataException.class,
        () -> DifferentialOptions.ofLog1p().withGate(GeneGate.referenceMean(5)));
    InvalidDataException unknown =
        assertThrows(InvalidDataException.class, () -> DifferentialEngine.of("wilcoxon"));
    assertTrue(unknown.getMessage().contains("exact-ties"));
    for (String engine : DifferentialExpression.engines()) {
      assertEquals(engine, DifferentialEngine.of(engine).label());
    }
  }

  @Test
  void badCellsAreNamed() {
    List<String> labels = List.of("p", "c");
    InvalidDataException negative =
        assertThrows(
            InvalidDataException.class,
            () -> of(new double[][] {{1, 2}, {3, -1}}, labels, DifferentialOptions.ofCounts()));
    assertTrue(negative.getMessage().contains("cell 1, gene 1"), negative.getMessage());
    assertThrows(
        InvalidDataException.class,
        () -> of(new double[][] {{1}, {Double.NaN}}, labels, DifferentialOptions.ofLog1p()));
    assertThrows(
        InvalidDataException.class,
        () -> of(new double[][] {{1}, {2}}, List.of("p", "q"), DifferentialOptions.ofLog1p()));
  }

  @Test
  void aTableSurvivesItsFile() throws IOException {
    DifferentialTable table =
        DifferentialExpression.of(groups(true), DifferentialOptions.cellEval(), Progress.SILENT);
    StringWriter text = new StringWriter();
    table.writeCsv(text);
    DifferentialTable read = DifferentialTable.readCsv(new StringReader(text.toString()), "memory");
    assertEquals(table.rows(), read.rows());
    for (int row = 0; row < table.rows(); row++) {
      assertEquals(table.log2FoldChange(row), read.log2FoldChange(row));
      assertEquals(table.p(row), read.p(row));
      assertEquals(table.fdr(row), read.fdr(row));
      assertEquals(table.targetMean(row), read.targetMean(row));
    }
    assertEquals(table.cells(0), read.cells(0));
    List<String> lines = text.toString().lines().toList();
    List<String> twice = new ArrayList<>(lines);
    twice.addAll(Collections.nCopies(1, lines.get(1)));
    assertThrows(
        DataFormatException.class,
        () -> DifferentialTable.readCsv(new StringReader(String.join("\n", twice)), "memory"));
    assertThrows(
        DataFormatException.class,
        () -> DifferentialTable.readCsv(new StringReader("target,feature\na,b\n"), "memory"));
  }

  @Test
  void tailsAreThoseOfScipy() {
    double[][] normal = {
      {0, 1},
      {1, 0.31731050786291415},
      {5, 5.7330314375838782e-7},
      {20, 5.5072482372124674e-89},
      {38, 5.7708567201375686e-316}
    };
    for (double[] pair : normal) {
      assertEquals(pair[1], TailAreas.normalTwoSided(pair[0]), 1e-13 * pair[1] + 1e-320);
    }
    double[][] student = {
      {2, 3, 0.13932596855884305},
      {0.3, 1, 0.8144528418445154},
      {12, 7.5, 3.660806455619481e-06},
      {4, 1e6, 6.33470340100481e-05}
    };
    for (double[] triple : student) {
      assertEquals(triple[2], TailAreas.studentTwoSided(triple[0], triple[1]), 1e-10 * triple[2]);
    }
  }
}
