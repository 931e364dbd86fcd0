package org.virtualcell.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.OutputExistsException;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Progress;
import org.virtualcell.atlas.PerturbationData;
import org.virtualcell.atlas.Splits;
import org.virtualcell.provenance.Json;

/** What is written of a result. */
class ResultFilesTest {
  private static final EvaluationResult RESULT = evaluate();

  private static EvaluationResult evaluate() {
    Simulation simulation = new Simulation(60, 0.5, 9);
    List<Condition> conditions =
        List.of(
            new Condition(Perturbation.knockout("a,\"b\""), CellContext.of("A")),
            new Condition(Perturbation.knockout("c"), CellContext.of("A")),
            new Condition(Perturbation.knockout("c"), CellContext.of("B")),
            new Condition(
                Perturbation.combination(Perturbation.knockout("c"), Perturbation.knockout("d")),
                CellContext.of("A")));
    PerturbationData data =
        simulation.cells(
            conditions, 12, 12, c -> simulation.random(0.5, c.perturbation().label().hashCode()));
    return Evaluation.of(
            Map.of("shy", EffectModel.knowing(c -> null)),
            EffectModel.baselines(),
            EvaluationOptions.DEFAULT)
        .run(Splits.rotation(data, 0), Progress.SILENT);
  }

  @Test
  void theFourFilesAreWrittenAndReadableByMachines(@TempDir Path folder) throws IOException {
    ResultFiles.write(
        RESULT, folder, List.of("vc", "evaluate"), Map.of("real", "0".repeat(64)), false);
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(
          List.of("agg_results.csv", "comparisons.csv", "results.csv", "run.json"),
          files.map(f -> f.getFileName().toString()).sorted().toList());
    }
    List<String> results = Files.readAllLines(folder.resolve("results.csv"));
    assertEquals("model,regime,perturbation,context,metric,value", results.get(0));
    assertTrue(
        results.contains("no-change,unseen-perturbation,\"a,\"\"b\"\"\",A,relative_error,1.0"),
        () -> String.join("\n", results.subList(0, 5)));
    assertTrue(results.contains("no-change,unseen-combination/1,c+d,A,relative_error,1.0"));
    List<String> aggregated = Files.readAllLines(folder.resolve("agg_results.csv"));
    assertEquals("model,regime,context,metric,value,cohort", aggregated.get(0));
    assertTrue(aggregated.contains("no-change,unseen-perturbation,,relative_error_pooled,1.0,2"));
    assertTrue(aggregated.contains("no-change,unseen-perturbation,B,relative_error_median,1.0,1"));
    assertFalse(Files.readString(folder.resolve("results.csv")).contains("NaN"));
    assertFalse(Files.readString(folder.resolve("agg_results.csv")).contains("NaN"));
    JsonNode run = Json.read(Files.readString(folder.resolve("run.json")), "run.json");
    assertEquals("evaluate", run.at("/command/1").asText());
    assertEquals(Profile.VIRTUALCELL.digest().hex(), run.at("/rules/digest").asText());
    assertEquals("0".repeat(64), run.at("/inputs/real").asText());
    assertEquals(64, run.at("/facts/data").asText().length());
    assertEquals(64, run.at("/facts/split").asText().length());
    assertEquals("too few", run.at("/scopes/0/status").asText());
    assertEquals("abstain", run.at("/answers/0/decision").asText());
    assertTrue(run.at("/scopes/0/selfTest").asText().contains("truth scores the best"));
    assertTrue(run.at("/scopes/0/plainVerdicts/0").asText().contains("is better than"));
    assertTrue(run.at("/scopes/0/scrutiny/0/n").asInt() > 0);
    assertTrue(results.stream().anyMatch(r -> r.startsWith("measured,") && r.contains("_weight,")));
    assertEquals("never seen", run.at("/answers/0/reason").asText());
    assertTrue(run.at("/absent").toString().contains("never seen"));
    assertTrue(run.at("/conventions").toString().contains("the predicted effect is constant"));
  }

  @Test
  void outputThatIsThereIsNotTouchedUnlessForced(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("run.json"), "mine");
    assertThrows(
        OutputExistsException.class,
        () -> ResultFiles.write(RESULT, folder, List.of(), Map.of(), false));
    assertFalse(Files.exists(folder.resolve("results.csv")));
    assertEquals("mine", Files.readString(folder.resolve("run.json")));
    ResultFiles.write(RESULT, folder, List.of(), Map.of(), true);
    assertTrue(Files.readString(folder.resolve("run.json")).startsWith("{"));
  }

  @Test
  void numbersHaveAPointWhateverTheLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.ROOT);
      String root = ResultTables.aggregated(RESULT) + ResultTables.comparisons(RESULT);
      Locale.setDefault(Locale.GERMANY);
      assertEquals(root, ResultTables.aggregated(RESULT) + ResultTables.comparisons(RESULT));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void profilesAreNamedAndUnknownOnesAreRefusedWithTheList() {
    assertEquals(Profile.VIRTUALCELL, Profile.of("virtualcell"));
    for (String later : List.of("vcc2025", "vcc2026", "full-v1", "full-v2")) {
      InvalidDataException refusal =
          assertThrows(InvalidDataException.class, () -> Profile.of(later));
      assertTrue(refusal.remedy().contains("virtualcell"), refusal.remedy());
    }
    Profile stricter = new Profile("virtualcell", 1, List.of(Metric.PEARSON), 5000, 10, 0.02);
    assertFalse(stricter.digest().equals(Profile.VIRTUALCELL.digest()));
  }

  @Test
  void metricsAreFoundByTheNamesInFiles() {
    for (Metric metric : Metric.values()) {
      assertEquals(metric, Metric.of(metric.label()));
    }
    assertThrows(InvalidDataException.class, () -> Metric.of("accuracy"));
  }
}
