package org.virtualcell.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the 2026 suite refuses beyond the faults every suite refuses, on the command line. */
class ChallengeChecksTest {
  @TempDir private Path folder;

  private int runs;
  private Path out;

  private Shell.Result evaluate(MadeFile real, MadeFile predicted, String... more) {
    out = folder.resolve("out" + ++runs);
    return Shell.evaluate(real, predicted, "vcc2026", out, List.of(more));
  }

  private static Consumer<MadeFile> value(float value) {
    return f -> f.rows.get(f.cell("G02"))[9] = value;
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        Arguments.of("half a count", value(0.5f), List.of("0.5", "G02)", "gene G09")),
        // relative tolerance once let this pass as a whole number
        Arguments.of("a large half", value(50000.5f), List.of("50000.5", "G02)", "gene G09")),
        Arguments.of("a fraction just beyond the tolerance", value(1.00001f), List.of("gene G09")),
        Arguments.of("a cell of two million", value(2e6f), List.of("more than 1000000", "G02)")),
        Arguments.of("infinity", value(Float.POSITIVE_INFINITY), List.of("finit", "80")),
        Arguments.of(
            "labels that are no genes",
            (Consumer<MadeFile>) f -> f.labels().replaceAll(l -> l.startsWith("G") ? l + "-1" : l),
            List.of("G00-1", "map")),
        Arguments.of(
            "controls alone",
            (Consumer<MadeFile>)
                f -> List.of("G00", "G01", "G02", "G03", "G04", "G05").forEach(f::dropLabel),
            List.of("columns are: target_gene")),
        Arguments.of(
            "normalised values",
            (Consumer<MadeFile>)
                f -> {
                  MadeFile logs = MadeFile.logs(1);
                  f.rows.clear();
                  f.rows.addAll(logs.rows);
                },
            List.of("whole number", "raw counts")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void aFaultOnBothSidesIsRefusedWithItsPlace(
      String name, Consumer<MadeFile> change, List<String> words) {
    MadeFile real = MadeFile.counts(1);
    change.accept(real);
    MadeFile predicted = MadeFile.counts(2);
    change.accept(predicted);
    Shell.Result result = evaluate(real, predicted, "--anchors", "none");
    assertEquals(3, result.status(), result.out() + result.err());
    for (String word : words) {
      assertTrue(
          Stream.of(word.split("\\|")).anyMatch(result.err()::contains),
          word + ": " + result.err());
    }
    assertTrue(result.err().contains("remedy: "), result.err());
    assertFalse(Files.exists(out), "nothing is half written");
  }

  @Test
  void aGeneThatStandsTwiceIsRefusedByName() {
    MadeFile real = MadeFile.counts(1);
    real.genes.set(12, "G11");
    Shell.Result result = evaluate(real, MadeFile.counts(2), "--anchors", "none");
    assertEquals(3, result.status(), result.err());
    assertTrue(result.err().contains("G11"), result.err());
  }

  @Test
  void manyDifferentLabelsAreListedUpToTwenty() {
    MadeFile predicted = MadeFile.counts(2);
    for (int c = predicted.cell("G02"); c < predicted.rows.size(); c++) {
      predicted.labels().set(c, "new" + c);
    }
    Shell.Result result = evaluate(MadeFile.counts(1), predicted, "--anchors", "none");
    assertEquals(3, result.status(), result.err());
    assertTrue(result.err().contains("not predicted [G02, G03, G04, G05]"), result.err());
    assertTrue(result.err().contains(" more"), result.err());
  }

  @Test
  void aFractionWithinTheToleranceAndEntriesStoredTwiceChangeNothing() throws IOException {
    MadeFile plain = MadeFile.counts(2);
    assertEquals(0, evaluate(MadeFile.counts(1), plain, "--anchors", "none").status());
    String scores = Files.readString(out.resolve("scores.csv"));
    MadeFile twice = MadeFile.counts(2);
    twice.splitsCounts = true;
    Shell.Result result = evaluate(MadeFile.counts(1), twice, "--anchors", "none");
    assertEquals(3, result.status());
    assertTrue(result.err().contains("twice") || result.err().contains("order"), result.err());
    MadeFile nearly = MadeFile.counts(2);
    nearly.rows.get(0)[0] = 3.0000005f;
    assertEquals(0, evaluate(MadeFile.counts(1), nearly, "--anchors", "none").status());
  }

  @Test
  void theTablesAreThereAsParquetWhereAskedFor() throws IOException {
    assertEquals(
        0,
        evaluate(MadeFile.counts(1), MadeFile.counts(2), "--anchors", "none", "--parquet")
            .status());
    for (String table : List.of("results", "agg_results", "scores")) {
      long lines = Files.readAllLines(out.resolve(table + ".csv")).size() - 1;
      List<Map<String, Object>> rows = ParquetTableTest.read(out.resolve(table + ".parquet"));
      assertEquals(lines, rows.size(), table);
      assertEquals("predicted", rows.get(0).get("model"), table);
      assertTrue(rows.get(0).get("value") instanceof Double, table);
    }
  }

  @Test
  void anchorsOfOtherCellsAreRefused() throws IOException {
    assertEquals(0, evaluate(MadeFile.counts(1), MadeFile.counts(2)).status());
    String anchors = out.resolve("anchors.json").toString();
    assertEquals(
        0, evaluate(MadeFile.counts(1), MadeFile.counts(3), "--anchors", anchors).status());
    Shell.Result other = evaluate(MadeFile.counts(4), MadeFile.counts(2), "--anchors", anchors);
    assertEquals(3, other.status(), other.err());
    assertTrue(other.err().contains("other"), other.err());
    assertTrue(other.err().contains("remedy: "), other.err());
  }

  @Test
  void aScreenWithoutAnyEffectHasNoScale() {
    MadeFile null1 = MadeFile.counts(1);
    for (int c = 0; c < null1.rows.size(); c++) {
      null1.rows.set(c, null1.rows.get(c % (3 * MadeFile.CELLS)).clone());
    }
    Shell.Result result = evaluate(null1, MadeFile.counts(2));
    assertEquals(3, result.status(), result.err());
    assertTrue(
        result.err().contains("no effect") || result.err().contains("no room"), result.err());
  }

  @Test
  void anUnknownProfileIsAUsageErrorThatListsThem() {
    Shell.Result result =
        Shell.run(
            "evaluate", "--real", "a", "--predicted", "b", "--out", "c", "--profile", "vcc2027");
    assertEquals(2, result.status());
    assertTrue(result.err().contains("vcc2026") && result.err().contains("full-v1"), result.err());
  }
}
