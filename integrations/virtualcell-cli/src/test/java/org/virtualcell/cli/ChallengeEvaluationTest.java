package org.virtualcell.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
  void aCacheServesAnotherPredictionAndAFinishedRunIsNotMadeAgain() throws IOException {
    String cache = folder.resolve("cache").toString();
    String[] rest = {"--profile", "vcc2026", "--target-gene-map", map()};
    Shell.Result plain = evaluate("plain", with(rest, "--predicted", arm("half_right")));
    assertEquals(0, plain.status(), plain.err());
    assertFalse(Files.exists(folder.resolve("plain.part")));
    String[] cached = with(rest, "--cache", cache, "--predicted", arm("mean_dispersed"));
    assertEquals(0, evaluate("other", cached).status());
    String[] second = with(rest, "--cache", cache, "--predicted", arm("half_right"));
    assertEquals(0, evaluate("second", second).status());
    for (String file : List.of("results.csv", "agg_results.csv", "scores.csv", "anchors.json")) {
      assertArrayEquals(
          Files.readAllBytes(folder.resolve("plain").resolve(file)),
          Files.readAllBytes(folder.resolve("second").resolve(file)),
          file);
    }
    assertEquals(3, evaluate("second", second).status());
    Shell.Result again = evaluate("second", with(second, "--resume"));
    assertEquals(0, again.status(), again.err());
    assertTrue(again.out().contains("Already complete"), again.out());
    Shell.Result different = evaluate("second", with(cached, "--resume"));
    assertEquals(3, different.status());
    assertTrue(different.err().contains("made from other files"), different.err());
    assertEquals(2, evaluate("none", with(cached, "--no-cache")).status());
    Files.createDirectories(folder.resolve("theirs.part"));
    Files.writeString(folder.resolve("theirs.part/notes.txt"), "somebody's");
    assertEquals(3, evaluate("theirs", with(rest, "--predicted", arm("half_right"))).status());
    assertTrue(Files.exists(folder.resolve("theirs.part/notes.txt")));
  }

  private static String[] with(String[] words, String... more) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
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
    assertFalse(Files.exists(folder.resolve("b.part")));
  }
}
