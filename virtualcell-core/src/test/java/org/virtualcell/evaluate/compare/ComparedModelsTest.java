package org.virtualcell.evaluate.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.StorageException;

class ComparedModelsTest {
  private static final String HEADER = "model,regime,perturbation,context,metric,value\n";

  @TempDir Path folder;

  private Path results(String name, String rows) throws IOException {
    Path run = Files.createDirectories(folder.resolve(name));
    Files.writeString(run.resolve("results.csv"), HEADER + rows);
    return run;
  }

  private static String rows(String model, String metric, double... values) {
    StringBuilder rows = new StringBuilder();
    for (int p = 0; p < values.length; p++) {
      rows.append(model + ",r,P" + p + ",A," + metric + "," + values[p] + "\n");
    }
    return rows.toString();
  }

  private static ComparedModel line(List<ComparedModel> lines, String metric, String model) {
    return lines.stream()
        .filter(l -> l.metric().equals(metric) && l.model().equals(model))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void modelsOfSeveralRunsAreRankedOnTheConditionsTheyShare() throws IOException {
    Map<String, Path> runs = new LinkedHashMap<>();
    runs.put(
        "one",
        results(
            "one",
            rows("good", "discrimination_rank", 0.9, 0.8, 0.9, 0.8, 0.9, 0.1)
                + rows("chance", "discrimination_rank", 0.5, 0.5, 0.5, 0.5, 0.5, 0.5)));
    runs.put("two", results("two", rows("bad", "discrimination_rank", 0.1, 0.2, 0.1, 0.2, 0.1)));
    List<ComparedModel> lines = ComparedModels.of(runs, 0);
    assertEquals(
        List.of("good", "chance", "bad"), lines.stream().map(ComparedModel::model).toList());
    ComparedModel good = lines.get(0);
    assertEquals(0.86, good.value(), 1e-12); // the sixth perturbation is not shared
    assertEquals(5, good.perturbations());
    assertEquals(1, lines.get(2).missing());
    assertEquals(1, good.rankInterval().orElseThrow().upper());
    assertTrue(good.interval().orElseThrow().lower() >= 0.8);
  }

  @Test
  void equalModelsShareTheirRankAndOverlappingOnesHaveWideRanks() throws IOException {
    Path run =
        results(
            "run",
            rows("a", "pearson_effect", 0.1, 0.9, 0.2, 0.8, 0.3, 0.7)
                + rows("b", "pearson_effect", 0.9, 0.1, 0.8, 0.2, 0.7, 0.35)
                + rows("b2", "pearson_effect", 0.9, 0.1, 0.8, 0.2, 0.7, 0.35));
    List<ComparedModel> lines = ComparedModels.of(Map.of("run", run), 1);
    assertEquals(1.5, line(lines, "pearson_effect", "b").rank());
    assertEquals(1.5, line(lines, "pearson_effect", "b2").rank());
    ComparedModel a = line(lines, "pearson_effect", "a");
    assertEquals(3, a.rank());
    assertEquals(1, a.rankInterval().orElseThrow().lower());
  }

  @Test
  void relativeErrorsArePooledByWhatTheyAreDividedByAndLessIsBetter() throws IOException {
    Path run =
        results(
            "run",
            rows("m", "relative_error", 1, 0.1)
                + rows("n", "relative_error", 0.5, 0.5)
                + rows("measured", "relative_error_weight", 1, 9));
    List<ComparedModel> lines = ComparedModels.of(Map.of("run", run), 0);
    assertEquals(2, lines.size());
    assertEquals("m", lines.get(0).model());
    assertEquals(0.19, line(lines, "relative_error_pooled", "m").value(), 1e-12);
    assertFalse(lines.get(0).higherIsBetter());
    assertEquals(Optional.empty(), lines.get(0).interval(), "two perturbations are too few");
  }

  @Test
  void oneNameForTwoModelsGetsTheRunInFrontAndTheSameBaselineIsListedOnce() throws IOException {
    Map<String, Path> runs = new LinkedHashMap<>();
    runs.put("x", results("x", rows("predicted", "mae", 1, 2) + rows("no-change", "mae", 3, 3)));
    runs.put("y", results("y", rows("predicted", "mae", 2, 2) + rows("no-change", "mae", 3, 3)));
    List<ComparedModel> lines = ComparedModels.of(runs, 0);
    assertEquals(
        List.of("x:predicted", "y:predicted", "no-change"),
        lines.stream().map(ComparedModel::model).toList());
    assertFalse(lines.get(0).higherIsBetter(), "an error of another profile, known by its name");
  }

  @Test
  void anUndefinedValueIsLeftOutAndCounted() throws IOException {
    Path run =
        results(
            "run",
            rows("a", "roc_auc", 0.5, Double.NaN, 0.7) + rows("b", "roc_auc", 0.5, 0.6, 0.7));
    List<ComparedModel> lines = ComparedModels.of(Map.of("run", run), 0);
    assertEquals(2, line(lines, "roc_auc", "a").perturbations());
    assertEquals(1, line(lines, "roc_auc", "a").missing());
    assertEquals(0, line(lines, "roc_auc", "b").missing());
  }

  @Test
  void everyModelGetsASentenceAgainstTheBaselineAndTheBestOther() throws IOException {
    Path run =
        results(
            "run",
            rows("good", "pearson_effect", 0.9, 0.8, 0.9, 0.8, 0.9, 0.3)
                + rows("fair", "pearson_effect", 0.4, 0.5, 0.4, 0.5, 0.4, 0.5)
                + rows("context-mean", "pearson_effect", 0.4, 0.4, 0.5, 0.4, 0.5, 0.4));
    List<ComparedModel> lines = ComparedModels.of(Map.of("run", run), 0);
    assertEquals(
        "good is ahead of context-mean on 5 of 6 perturbations, behind on 1; over all of them"
            + " better than it; better than the best other, fair.",
        line(lines, "pearson_effect", "good").verdict());
    assertEquals(
        "fair is ahead of context-mean on 3 of 6 perturbations, level on 1, behind on 2; over all"
            + " of them not distinguishable from it; worse than the best other, good.",
        line(lines, "pearson_effect", "fair").verdict());
    assertEquals(
        "context-mean is worse than the best other, good.",
        line(lines, "pearson_effect", "context-mean").verdict());
  }

  @Test
  void whatIsNoTableOfResultsIsRefusedWithTheLine() throws IOException {
    Path other = Files.createDirectories(folder.resolve("other"));
    Map<String, Path> runs = Map.of("other", other);
    assertThrows(StorageException.class, () -> ComparedModels.of(runs, 0));
    Files.writeString(other.resolve("results.csv"), "a,b\n1,2\n");
    assertThrows(DataFormatException.class, () -> ComparedModels.of(runs, 0));
    Files.writeString(other.resolve("results.csv"), HEADER + "m,r,P,A,mae,1\nm,r,Q,A,mae,one\n");
    DataFormatException text =
        assertThrows(DataFormatException.class, () -> ComparedModels.of(runs, 0));
    assertTrue(text.where().endsWith("line 3"), text.where());
    Path left = results("left", rows("a", "mae", 1));
    Path right = Files.createDirectories(folder.resolve("right"));
    Files.writeString(right.resolve("results.csv"), HEADER + "b,r,Z,A,mae,1\n");
    assertThrows(
        InvalidDataException.class,
        () -> ComparedModels.of(Map.of("left", left, "right", right), 0));
  }

  @Test
  void theFilesEscapeNamesAndTheSameComparisonGivesTheSameBytes() throws IOException {
    Path run = results("run", rows("<b>", "pearson_effect", 0.1, 0.2));
    List<ComparedModel> lines = ComparedModels.of(Map.of("run", run), 0);
    Path out = Files.createDirectories(folder.resolve("out"));
    ComparedFiles.write(lines, "vc compare <run>", out, false);
    String page = Files.readString(out.resolve("compare.html"));
    assertTrue(page.contains("&lt;b&gt;") && !page.contains("<b>"), "escaped");
    assertTrue(page.contains("default-src 'none'"));
    assertEquals(ComparedFiles.csv(lines), Files.readString(out.resolve("compare.csv")));
    assertTrue(
        Files.readString(out.resolve("compare.csv"))
            .startsWith("regime,metric,better,model,value,low,high,cohort"));
  }
}
