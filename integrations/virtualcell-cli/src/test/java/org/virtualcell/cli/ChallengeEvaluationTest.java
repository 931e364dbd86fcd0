package org.virtualcell.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verb against the numbers that the original program printed for the same files. */
class ChallengeEvaluationTest {
  private static final Path CASES =
      Path.of(System.getProperty("virtualcell.root"))
          .resolve("virtualcell-core/src/test/resources/org/virtualcell/evaluate/vcc");

  @TempDir private Path folder;

  private Shell.Result evaluate(String out, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "evaluate",
                "--real",
                CASES.resolve("case03_two_contexts/real.h5ad").toString(),
                "--out",
                folder.resolve(out).toString(),
                "--quiet"));
    words.addAll(List.of(more));
    return Shell.run(words.toArray(String[]::new));
  }

  private static String arm(String name) {
    return CASES.resolve("case03_two_contexts/pred_" + name + ".h5ad").toString();
  }

  private String map() throws IOException {
    StringBuilder json = new StringBuilder();
    for (int g = 4; g <= 67; g += 9) {
      String gene = String.format("GENE%04d", g);
      json.append(json.isEmpty() ? "{" : ", ");
      json.append('"').append(gene).append("-1\": \"").append(gene).append('"');
    }
    return Files.writeString(folder.resolve("map.json"), json + "}").toString();
  }

  @Test
  void theVerbPrintsTheOriginalsScoreAndAnchorsServeLaterRuns() throws IOException {
    Shell.Result first =
        evaluate(
            "first",
            "--predicted",
            arm("half_right"),
            "--profile",
            "vcc2026",
            "--replicate-splits",
            "numpy",
            "--target-gene-map",
            map());
    assertEquals(0, first.status(), first.err());
    assertTrue(first.out().contains("mean of contexts: 0.093618"), first.out());
    List<String> scores = Files.readAllLines(folder.resolve("first/scores.csv"));
    assertEquals(
        "model,context,metric,value,baseline,replicate,score,from_baseline,constant_scale",
        scores.get(0));
    String[] overall = scores.get(scores.size() - 1).split(",", -1);
    assertEquals(0.09361829527311648, Double.parseDouble(overall[6]), 1e-7);
    assertTrue(Files.readString(folder.resolve("first/run.json")).contains("exact-ties"));

    String page = Files.readString(folder.resolve("first/report.html"));
    assertTrue(page.contains("Which baseline") && page.contains("not distinguishable"));
    assertTrue(!page.contains(folder.toString()), "the page names no folder");

    String anchors = folder.resolve("first/anchors.json").toString();
    Shell.Result second =
        evaluate(
            "second",
            "--predicted",
            arm("mean_dispersed"),
            "--profile",
            "vcc2026",
            "--anchors",
            anchors,
            "--target-gene-map",
            map(),
            "--threads",
            "1",
            "--memory",
            "1M");
    assertEquals(0, second.status(), second.err());
    assertTrue(second.out().contains("mean of contexts: -0.275983"), second.out());
  }

  @Test
  void constructIdsWithoutAMapAndFractionalCountsAreRefused() throws IOException {
    Shell.Result unmapped = evaluate("a", "--predicted", arm("half_right"), "--profile", "vcc2026");
    assertEquals(3, unmapped.status());
    assertTrue(unmapped.err().contains("Pass a map"), unmapped.err());
    Shell.Result fractional =
        evaluate(
            "b",
            "--predicted",
            arm("context_mean"),
            "--profile",
            "vcc2026",
            "--target-gene-map",
            map());
    assertEquals(3, fractional.status());
    assertTrue(fractional.err().contains("not a whole number"), fractional.err());
  }
}
