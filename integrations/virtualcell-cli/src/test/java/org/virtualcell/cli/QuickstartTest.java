package org.virtualcell.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.virtualcell.io.AnnotatedData;
import org.virtualcell.io.AnnotatedFiles;
import org.virtualcell.provenance.Json;

/** The whole walk, once, on the bundled data. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class QuickstartTest {
  @TempDir private static Path parent;
  private static Shell.Result result;

  private static Path folder() {
    return parent.resolve("quick start");
  }

  private static List<String> in(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  @Order(1)
  void writesEverythingAndPrintsATablePerRegimeWithItsStatus() throws IOException {
    result = Shell.run("quickstart", "--out", folder().toString());
    assertEquals(0, result.status(), result.err());
    assertEquals(
        List.of(
            "LICENSE-norman_mcfaline_dev.txt",
            "agg_results.csv",
            "comparisons.csv",
            "model.safetensors",
            "norman_mcfaline_dev.h5ad",
            "predictions.h5ad",
            "report.html",
            "results.csv",
            "run.json"),
        in(folder()));
    assertEquals(List.of("quick start"), in(parent), "nothing is left beside the folder");
    String out = result.out();
    for (String regime :
        List.of("Unseen perturbation:", "Unseen combination:", "Unseen context:", "Both unseen:")) {
      assertTrue(out.contains("\n" + regime), out);
    }
    assertTrue(out.contains("17 perturbations in 40 conditions. Tested"), out);
    assertTrue(out.contains("9 perturbations in 23 conditions. Too few"), out);
    assertTrue(out.matches("(?s).*no-change +1\\.00 \\[1\\.00, 1\\.00\\] +0\\.00 \\[.*"));
    assertTrue(out.contains("of 40 unseen perturbations"), out);
    assertTrue(out.contains("hold no signal at all"), out);
    assertTrue(out.contains("Self-test: truth scores the best on 9 of 9 metrics"), out);
    assertTrue(out.contains("vc predict --model"), out);
    assertFalse(out.contains("NaN"), out);
  }

  @Test
  @Order(2)
  void theKeptModelCarriesItsScoresBesideEveryBaseline() {
    Shell.Result shown =
        Shell.run("model", "show", folder().resolve("model.safetensors").toString(), "--json");
    JsonNode card = Json.read(shown.out(), "card");
    assertEquals(52, card.path("conditions").size());
    TreeSet<String> models = new TreeSet<>(card.path("scores").findValuesAsText("model"));
    assertEquals(
        List.of(
            "additive",
            "bilinear",
            "ceiling",
            "context-mean",
            "effect",
            "mean-only",
            "nearest",
            "no-change",
            "perturbation-mean"),
        List.copyOf(models));
    TreeSet<String> protocols = new TreeSet<>(card.path("scores").findValuesAsText("protocol"));
    assertEquals(4, protocols.size(), protocols.toString());
  }

  @Test
  @Order(2)
  void whoeverIsBetterThanNoChangeInATestedRegimeIsNamedWhereTheKeptModelIsNamed()
      throws IOException {
    String kept =
        result.out().lines().filter(l -> l.startsWith("Kept model:")).findFirst().orElseThrow();
    List<String[]> better =
        Files.readAllLines(folder().resolve("comparisons.csv")).stream()
            .map(line -> line.split(",", -1))
            .filter(c -> c[1].equals("no-change") && c[3].isEmpty() && !c[2].contains("/"))
            .filter(c -> c[4].equals("relative_error_separate_pooled"))
            .filter(c -> c[12].equals("better") && c[14].equals("tested"))
            .toList();
    assertFalse(better.isEmpty(), "the bundled data let one model win somewhere");
    for (String[] comparison : better) {
      assertTrue(kept.contains(comparison[0]), kept);
      assertTrue(kept.contains(comparison[2]), kept);
    }
  }

  @Test
  @Order(3)
  void predictionsHoldEveryMeasuredConditionUnderTheLabelsOfTheData() {
    try (AnnotatedData data = AnnotatedFiles.open(folder().resolve("norman_mcfaline_dev.h5ad"));
        AnnotatedData predicted = AnnotatedFiles.open(folder().resolve("predictions.h5ad"))) {
      assertEquals(data.genes().ids(), predicted.genes().ids());
      assertEquals(
          new TreeSet<>(data.observations().column("perturbation").strings()),
          new TreeSet<>(predicted.observations().column("perturbation").strings()));
      assertEquals(400 + 52 * 50, predicted.expression().rows());
    }
  }

  @Test
  @Order(4)
  void tablesAndReportAreTheWholeRun() throws IOException {
    List<String> rows = Files.readAllLines(folder().resolve("results.csv"));
    assertEquals("model,regime,perturbation,context,metric,value", rows.get(0));
    JsonNode run = Json.read(Files.readString(folder().resolve("run.json")), "run.json");
    assertEquals("vc", run.path("command").path(0).asText());
    assertFalse(run.toString().contains(parent.toString()), "no path of this machine");
    String report = Files.readString(folder().resolve("report.html"));
    assertTrue(report.length() < 6_000_000);
    assertFalse(report.contains(parent.toString()), "no path of this machine");
  }

  @Test
  @Order(5)
  void theNextCommandItPrintsWorksAsPrinted() throws IOException {
    List<String> lines = result.out().lines().toList();
    String command =
        String.join(" ", lines.subList(lines.indexOf("Next:") + 1, lines.size()))
            .replace("\\", "")
            .replace("predicted.h5ad", "'" + parent.resolve("next.h5ad") + "'")
            .strip();
    String[] words =
        java.util.regex.Pattern.compile("'([^']*)'|(\\S+)")
            .matcher(command)
            .results()
            .map(m -> m.group(1) == null ? m.group(2) : m.group(1))
            .skip(1)
            .toArray(String[]::new);
    Shell.Result next = Shell.run(words);
    assertEquals(0, next.status(), next.err());
    Files.delete(parent.resolve("next.h5ad"));
  }

  @Test
  @Order(6)
  void heldOutPredictionsAreJudgedAgainstTheData() throws IOException {
    Path scores = parent.resolve("scores");
    Shell.Result judged =
        Shell.run(
            "evaluate",
            "--real",
            folder().resolve("norman_mcfaline_dev.h5ad").toString(),
            "--predicted",
            folder().resolve("predictions.h5ad").toString(),
            "--out",
            scores.toString());
    assertEquals(0, judged.status(), judged.err());
    assertEquals(
        List.of("agg_results.csv", "comparisons.csv", "report.html", "results.csv", "run.json"),
        in(scores));
    assertTrue(judged.out().matches("(?s).*predicted +-?\\d\\.\\d\\d \\[.*"), judged.out());
    Files.walk(scores)
        .sorted(java.util.Comparator.reverseOrder())
        .forEach(f -> f.toFile().delete());
  }

  @Test
  @Order(7)
  void theRunIsComparedWithItselfAndNobodyChangesPlaces() throws IOException {
    Path compared = parent.resolve("compared");
    Shell.Result result = Shell.run("compare", folder().toString(), "--out", compared.toString());
    assertEquals(0, result.status(), result.err());
    assertEquals(List.of("compare.csv", "compare.html"), in(compared));
    assertTrue(result.out().contains("unseen-combination, discrimination_rank"), result.out());
    List<String> rows = Files.readAllLines(compared.resolve("compare.csv"));
    assertTrue(
        rows.stream()
            .anyMatch(
                r ->
                    r.startsWith(
                        "unseen-combination,relative_error_separate_pooled,lower,bilinear,0.6")),
        () -> String.join("\n", rows.subList(0, 3)));
    assertEquals(2, Shell.run("compare").status());
    assertEquals(3, Shell.run("compare", parent.resolve("nowhere").toString()).status());
    for (Path file : List.of(compared.resolve("compare.csv"), compared.resolve("compare.html"))) {
      Files.delete(file);
    }
    Files.delete(compared);
  }

  @Test
  @Order(8)
  void anEarlierRunIsKeptWithoutForceAndAnInterruptedOneChangesNothing() throws IOException {
    byte[] before = Files.readAllBytes(folder().resolve("results.csv"));
    Shell.Result refused = Shell.run("quickstart", "--out", folder().toString());
    assertEquals(3, refused.status());
    assertTrue(refused.err().contains("--force"), refused.err());
    Interruption interruption = new Interruption();
    interruption.request();
    Shell.Result interrupted =
        Shell.run(interruption, "quickstart", "--out", folder().toString(), "--force");
    assertEquals(130, interrupted.status(), interrupted.err());
    assertEquals(List.of("quick start"), in(parent));
    org.junit.jupiter.api.Assertions.assertArrayEquals(
        before, Files.readAllBytes(folder().resolve("results.csv")));
  }
}
