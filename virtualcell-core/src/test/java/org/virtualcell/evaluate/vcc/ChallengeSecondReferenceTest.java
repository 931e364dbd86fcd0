package org.virtualcell.evaluate.vcc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.virtualcell.evaluate.vcc.ReferenceCase.number;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.Progress;
import org.virtualcell.evaluate.paired.GroupedCells;
import org.virtualcell.evaluate.paired.OwnTargets;
import org.virtualcell.evaluate.paired.PairedCells;
import org.virtualcell.provenance.Json;

/**
 * A second set of numbers of cell_eval2 0.16.0, made on other data: presets vcc2026 and v2, a
 * resampled baseline, and values recomputed from the definitions in double precision.
 */
class ChallengeSecondReferenceTest {
  private static final List<String> ARMS = List.of("model", "truth", "ctrlsample");
  private static final Difference DIFFERENCE = new Difference();
  private static ReferenceCase reference;
  private static ReplicateSplits shipped;
  private static Map<String, ContextResult> results;

  @BeforeAll
  static void scoreEveryArm() {
    reference = new ReferenceCase("e_vcc2026");
    shipped = reference.shippedSplits(List.of("replicate_halves.csv"), "split");
    GroupedCells baseline = GroupedCells.of(reference.read("baseline_pred").cells());
    ChallengeOptions options =
        ChallengeOptions.DEFAULT.withAnchors(
            new Anchors.Computed(new Baseline.Given(Map.of("A", baseline)), shipped));
    results = new HashMap<>();
    for (String arm : ARMS) {
      results.put(
          arm,
          Challenge.score(
                  reference.pairs(reference.arm(arm)),
                  ChallengeProfile.FULL_V2,
                  options,
                  Progress.SILENT)
              .contexts()
              .get(0));
    }
  }

  @Test
  void valuesAndAggregatesAreThoseOfTheOriginal(TestReporter reporter) {
    for (String arm : ARMS) {
      MetricTable table = results.get(arm).table();
      int seen =
          values(table, "vcc2026_" + arm + ".csv") + values(table, "v2_full_" + arm + ".csv");
      assertEquals(10 * (9 + 53) - 2, seen, arm);
      aggregates(table, "vcc2026_agg_" + arm + ".csv");
      aggregates(table, "v2_full_agg_" + arm + ".csv");
    }
    reporter.publishEntry("largest differences", DIFFERENCE.toString());
  }

  private static double tolerance(ChallengeMetric metric) {
    return switch (metric) {
      case PR_AUC -> 1e-3; // by p values, whose ties the original ranks in another way
      case ROC_AUC -> 4e-3;
      default -> 1e-9;
    };
  }

  private static int values(MetricTable table, String entry) {
    int seen = 0;
    for (Map<String, String> row : reference.table(entry)) {
      ChallengeMetric metric = ChallengeMetric.of(row.get("metric"));
      OptionalDouble value =
          table.value(table.perturbations().indexOf(row.get("perturbation")), metric);
      assertTrue(value.isPresent(), row.toString());
      DIFFERENCE.absolute(
          metric.label().endsWith("_auc") ? "areas" : "values",
          number(row.get("value")),
          value.getAsDouble(),
          tolerance(metric),
          entry + row);
      seen++;
    }
    return seen;
  }

  private static void aggregates(MetricTable table, String entry) {
    for (Map<String, String> row : reference.table(entry)) {
      ChallengeMetric metric = ChallengeMetric.of(row.get("metric"));
      DIFFERENCE.absolute(
          "aggregates",
          number(row.get("mean")),
          table.aggregate(metric).value(),
          tolerance(metric),
          entry + row);
    }
  }

  @Test
  void valuesAreThoseOfTheDefinitions() {
    Map<String, ChallengeMetric> columns =
        Map.of(
            "pds_cosine",
            ChallengeMetric.PDS_COSINE,
            "expr_mse_unbiased_capped",
            ChallengeMetric.EXPR_MSE_UNBIASED_CAPPED,
            "expr_distance_unbiased",
            ChallengeMetric.EXPR_DISTANCE_UNBIASED,
            "direction_fidelity",
            ChallengeMetric.DIRECTION_FIDELITY_YIELD_RAW,
            "direction_reach",
            ChallengeMetric.DIRECTION_REACH_RAW,
            "sig_jaccard",
            ChallengeMetric.SIG_JACCARD,
            "lfc_nmae",
            ChallengeMetric.LFC_NMAE);
    for (String arm : ARMS) {
      ContextResult result = results.get(arm);
      PairedCells pair = reference.pairs(reference.arm(arm)).get("A");
      for (Map<String, String> row : reference.table("definition_f64_" + arm + ".csv")) {
        String label = row.get("perturbation");
        int p = result.table().perturbations().indexOf(label);
        columns.forEach(
            (column, metric) -> {
              if (row.containsKey(column)) {
                double expected = number(row.get(column));
                double value = result.table().value(p, metric).orElse(Double.NaN);
                DIFFERENCE.absolute("definitions", expected, value, 1e-9, arm + row + column);
              }
            });
        correction(pair.real(), label, number(row.get("C_real")));
        correction(pair.predicted(), label, number(row.get("C_pred")));
      }
      JsonNode aggregates = Json.read(reference.text("definition_f64_agg_" + arm + ".json"), arm);
      for (ChallengeMetric metric : ChallengeMetric.scored()) {
        if (aggregates.has(metric.label()) && aggregates.get(metric.label()).isNumber()) {
          DIFFERENCE.absolute(
              "definitions",
              aggregates.get(metric.label()).asDouble(),
              result.table().aggregate(metric).value(),
              1e-9,
              arm + metric);
        }
      }
      assertEquals(aggregates.get("rho").asDouble(), result.rho(), 1e-9);
      correction(pair.real(), ReferenceCase.CONTROL, aggregates.get("C_ctrl").asDouble());
    }
  }

  private static void correction(GroupedCells cells, String label, double expected) {
    GroupBulk bulk = GroupBulk.of(CellCounts.of(cells.read(label)), 50_000);
    assertEquals(expected, bulk.correction(), 1e-9 + 1e-9 * expected, label);
  }

  @Test
  void tablesOfDifferentialExpressionAreThoseOfTheOriginal() {
    for (String entry : List.of("real", "pred_model", "pred_truth", "pred_ctrlsample")) {
      String arm = entry.equals("real") ? "truth" : entry.substring(5);
      PairedCells pair = reference.pairs(reference.arm(arm)).get("A");
      ReferenceCells control =
          ReferenceCells.of(
              CellCounts.of(pair.real().read(ReferenceCase.CONTROL)), ChallengeRules.VCC2026);
      Map<String, TestedGenes> tables = new HashMap<>();
      for (Map<String, String> row : reference.table("de_" + entry + ".csv")) {
        TestedGenes table =
            tables.computeIfAbsent(
                row.get("target"),
                t ->
                    RankSumTable.of(
                        CellCounts.of(pair.predicted().read(t)), control, ChallengeRules.VCC2026));
        int i = table.row(pair.genes().indexOf(row.get("feature")));
        DIFFERENCE.absolute(
            "changes", number(row.get("log2_fold_change")), table.change()[i], 1e-10, "" + row);
        DIFFERENCE.relative("p", number(row.get("p_value")), table.p()[i], 3e-2, "" + row);
        DIFFERENCE.relative("q", number(row.get("p_adj")), table.adjusted()[i], 3e-2, "" + row);
      }
    }
  }

  @Test
  void replicatesBaselinesAndScaledMembersAreThoseOfTheOriginal() {
    ContextAnchors anchors = results.get("model").anchors().orElseThrow();
    for (Map<String, String> row : reference.table("replicate_anchor.csv")) {
      ContextAnchors.Replicate r = anchors.replicates().get(ChallengeMetric.of(row.get("metric")));
      DIFFERENCE.absolute("r", number(row.get("replicate")), r.mean(), 1e-9, "" + row);
      DIFFERENCE.absolute("sd", number(row.get("replicate_sd")), r.deviation(), 1e-9, "" + row);
    }
    Map<String, String> means =
        reference.table("vcc2026_agg_baseline.csv").stream()
            .filter(row -> row.get("statistic").equals("mean"))
            .findFirst()
            .orElseThrow();
    for (ChallengeMetric metric : ChallengeProfile.VCC2026.metrics()) {
      DIFFERENCE.absolute(
          "b",
          number(means.get(metric.label())),
          anchors.baselines().get(metric),
          1e-9,
          metric.label());
    }
    JsonNode scaled = Json.read(reference.text("case.json"), "case").get("scaled_from_formula");
    for (String arm : ARMS) {
      for (ChallengeMetric metric : ChallengeMetric.scored()) {
        assertEquals(
            scaled.get(arm).get(metric.label()).asDouble(),
            results.get(arm).score(metric).fromReplicate().getAsDouble(),
            1e-7,
            arm + metric);
      }
      assertEquals(
          scaled.get(arm).get("mean_of_six").asDouble(),
          results.get(arm).score().getAsDouble(),
          1e-7,
          arm);
    }
  }

  @Test
  void numpysHalvesAreDrawnAgain() {
    GroupedCells real = GroupedCells.of(reference.real().cells());
    for (int s = 0; s < 5; s++) {
      Map<String, byte[]> drawn = ReplicateSplits.numpy(0).halves(s, real);
      Map<String, byte[]> expected = shipped.halves(s, real);
      assertEquals(expected.keySet(), drawn.keySet());
      expected.forEach((label, halves) -> assertArrayEquals(halves, drawn.get(label), label));
    }
  }

  @Test
  void theResampledBaselineIsThatOfTheOriginal() {
    PairedCells pair = reference.pairs(reference.real()).get("A");
    OwnTargets targets = OwnTargets.resolve(pair.perturbations(), pair.genes(), Map.of());
    MeanResponse mean = new MeanResponse(pair.genes().size());
    for (int p = 0; p < pair.perturbations().size(); p++) {
      CellCounts cells = CellCounts.of(pair.real().read(pair.perturbations().get(p)));
      mean.add(MeanResponse.part(cells), targets.gene(p));
    }
    PredictedGroups groups =
        BaselineGroups.dispersed(
            mean.profileWithoutTargets(),
            CellCounts.of(pair.real().read(ReferenceCase.CONTROL)),
            pair.perturbations(),
            pair.real(),
            0);
    PredictedGroups.Batch cells = groups.read(pair.perturbations());
    GroupedCells expected = GroupedCells.of(reference.read("baseline_pred").cells());
    for (int p = 0; p < pair.perturbations().size(); p++) {
      CsrMatrix theirs = expected.read(pair.perturbations().get(p));
      CsrMatrix ours = cells.cells(p).rows();
      assertEquals(theirs.nonZeros(), ours.nonZeros());
      for (int k = 0; k < theirs.nonZeros(); k++) {
        assertEquals(theirs.geneAt(k), ours.geneAt(k));
        assertEquals(theirs.valueAt(k), ours.valueAt(k), 1e-6f * theirs.valueAt(k));
      }
    }
  }
}
