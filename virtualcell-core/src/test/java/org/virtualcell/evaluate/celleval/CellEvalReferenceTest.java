package org.virtualcell.evaluate.celleval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.virtualcell.api.Progress;
import org.virtualcell.reference.CellEvalReference;
import org.virtualcell.reference.CellEvalReference.Cells;
import org.virtualcell.stats.differential.DifferentialTable;

/** Everything cell-eval 0.8.1 printed for the reference cases. */
class CellEvalReferenceTest {
  /** One prediction of one case. */
  private record Case(String folder, String prediction) {
    String key() {
      return folder.equals("c_counts") ? "perturbation" : "target_gene";
    }

    String control() {
      return folder.equals("c_counts") ? "control" : "non-targeting";
    }

    CellEvalSide real() {
      return side(folder + "/real.h5ad", key(), folder.equals("c_counts"));
    }

    CellEvalSide predicted() {
      return prediction.equals("truth")
          ? real()
          : side(folder + "/pred_" + prediction + ".h5ad", key(), false);
    }

    CellEvalOptions options(CellEvalProfile profile) {
      return CellEvalOptions.of(profile, control());
    }

    boolean doubles() {
      return folder.equals("a_plain_f64");
    }

    /** Overlap and precision columns in which the original broke a tie by chance, with bounds. */
    Map<String, double[]> ambiguous() {
      Map<String, double[]> bounds = new java.util.HashMap<>();
      for (Map<String, String> row : CellEvalReference.csv(folder + "/tie_ambiguous.csv")) {
        if (row.get("prediction").equals(prediction)) {
          bounds.put(
              row.get("perturbation") + " " + row.get("metric"),
              new double[] {
                CellEvalReference.number(row.get("lowest_possible")),
                CellEvalReference.number(row.get("highest_possible"))
              });
        }
      }
      return bounds;
    }
  }

  private static final Map<Case, AggregateTable> AGGREGATES = new java.util.HashMap<>();

  static CellEvalSide side(String file, String key, boolean dense) {
    Cells cells = CellEvalReference.cells(file);
    return new CellEvalSide(
        file,
        cells.view(),
        cells.genes(),
        cells.column(key),
        cells.doubles()
            ? CellEvalSide.Storage.DOUBLE
            : dense ? CellEvalSide.Storage.DENSE_SINGLE : CellEvalSide.Storage.SPARSE_SINGLE,
        Optional.ofNullable(cells.embedding()));
  }

  private static double tolerance(String metric, boolean doubles) {
    if (doubles) {
      return 1e-10;
    }
    return switch (metric) {
      case "pearson_delta", "mse", "mae", "mse_delta", "mae_delta" -> 1e-6;
      case "pearson_edistance" -> 1e-4;
      default -> 1e-12;
    };
  }

  /** Not to be matched: a community search by chance, and a correlation of rounding noise. */
  private static boolean informational(Case c, String metric) {
    return metric.equals("clustering_agreement")
        || (metric.equals("pearson_edistance") && c.prediction().equals("mean"));
  }

  @ParameterizedTest
  @CsvSource({
    "a_plain_f64, model, mean",
    "a_plain_f64, truth, mean",
    "a_plain_f64, mean,",
    "a_plain_f64, ctrlcopy, mean",
    "b_sparse_edge_f32, model, mean",
    "b_sparse_edge_f32, truth, mean",
    "b_sparse_edge_f32, mean,",
    "b_sparse_edge_f32, ctrlsample, mean",
    "c_counts, model, mean",
    "c_counts, truth, mean",
    "c_counts, mean,",
    "d_celltype_embed, model, ctrlsample",
    "d_celltype_embed, ctrlsample,",
    "f_nothing_significant, model, mean",
    "f_nothing_significant, truth, mean",
    "f_nothing_significant, mean,",
    "f_nothing_significant, ctrlsample, mean"
  })
  void everyNumberOfTheOriginalIsReproduced(String folder, String prediction, String baseline) {
    Case c = new Case(folder, prediction);
    CellEvalResult result =
        CellEval.evaluate(
            c.real(), c.predicted(), c.options(CellEvalProfile.FULL_V1), Progress.SILENT);
    sameResults(c, result, folder + "/results_" + prediction + ".csv", c.ambiguous());
    sameAggregate(c, result, folder + "/agg_results_" + prediction + ".csv");
    sameAsDefined(c, result);
    AGGREGATES.put(c, result.aggregate());
    if (baseline != null) {
      sameScores(c, result, baseline);
    }
  }

  private static void sameResults(
      Case c, CellEvalResult result, String file, Map<String, double[]> ambiguous) {
    List<Map<String, String>> theirs = CellEvalReference.csv(file);
    List<String> columns = new ArrayList<>(List.of("perturbation"));
    result.columns().forEach(column -> columns.add(column.metric().label()));
    assertEquals(new ArrayList<>(theirs.get(0).keySet()), columns, file);
    assertEquals(
        theirs.stream().map(row -> row.get("perturbation")).toList(), result.perturbations());
    for (MetricColumn column : result.columns()) {
      String metric = column.metric().label();
      for (int p = 0; p < column.size() && !informational(c, metric); p++) {
        String text = theirs.get(p).get(metric);
        String where = file + " " + result.perturbations().get(p) + " " + metric;
        double[] bounds = ambiguous.get(result.perturbations().get(p) + " " + metric);
        if (bounds != null) {
          assertTrue(
              column.value(p) >= bounds[0] && column.value(p) <= bounds[1],
              where + ": " + column.value(p));
        } else {
          same(
              text.isEmpty(),
              CellEvalReference.number(text),
              column.isMissing(p),
              column.value(p),
              tolerance(metric, c.doubles()),
              where);
        }
      }
    }
  }

  private static void sameAggregate(Case c, CellEvalResult result, String file) {
    AggregateTable ours = result.aggregate();
    Set<String> loose = new HashSet<>();
    c.ambiguous().keySet().forEach(key -> loose.add(key.substring(key.indexOf(' ') + 1)));
    List<Map<String, String>> theirs = CellEvalReference.csv(file);
    assertEquals(theirs.stream().map(r -> r.get("statistic")).toList(), ours.statistics());
    for (Map<String, String> row : theirs) {
      String statistic = row.get("statistic");
      for (String metric : ours.columns()) {
        if (!informational(c, metric) && (!loose.contains(metric) || statistic.endsWith("count"))) {
          String text = row.get(metric);
          OptionalDouble value = ours.value(statistic, metric);
          same(
              text.isEmpty(),
              CellEvalReference.number(text),
              value.isEmpty(),
              value.orElse(Double.NaN),
              tolerance(metric, c.doubles()),
              file + " " + statistic + " " + metric);
        }
      }
    }
  }

  private static void same(
      boolean missing,
      double expected,
      boolean ourMissing,
      double ours,
      double tolerance,
      String where) {
    assertEquals(missing, ourMissing, where + ", missing");
    if (Double.isNaN(expected)) {
      assertTrue(Double.isNaN(ours), where + ": NaN but " + ours);
    } else {
      assertEquals(expected, ours, tolerance, where);
    }
  }

  /** The definitions in double precision hold to 1e-9 for files of single precision, too. */
  private static void sameAsDefined(Case c, CellEvalResult result) {
    String file = c.folder() + "/definition_f64_" + c.prediction() + ".csv";
    int p = 0;
    for (Map<String, String> row : CellEvalReference.csv(file)) {
      for (MetricColumn column : result.columns()) {
        String metric = column.metric().label();
        String text = row.get(metric);
        if (text != null
            && !text.isEmpty()
            && !informational(c, metric)
            && !c.ambiguous().containsKey(row.get("perturbation") + " " + metric)) {
          boolean rounded = c.folder().equals("c_counts") && !metric.startsWith("discrimination");
          assertEquals(
              CellEvalReference.number(text),
              column.value(p),
              rounded ? tolerance(metric, false) : 1e-9,
              file + " " + row.get("perturbation") + " " + metric);
        }
      }
      p++;
    }
  }

  private static void sameScores(Case c, CellEvalResult result, String baseline) {
    Case base = new Case(c.folder(), baseline);
    AggregateTable against =
        AGGREGATES.computeIfAbsent(
            base,
            b ->
                CellEval.evaluate(
                        b.real(),
                        b.predicted(),
                        b.options(CellEvalProfile.FULL_V1),
                        Progress.SILENT)
                    .aggregate());
    String file = c.folder() + "/score_" + c.prediction() + "_vs_" + baseline + ".csv";
    CellEvalScore score = CellEvalScore.of(result.aggregate(), against);
    Set<String> loose = new HashSet<>();
    for (Case each : List.of(c, base)) {
      each.ambiguous().keySet().forEach(key -> loose.add(key.substring(key.indexOf(' ') + 1)));
    }
    List<String> names = new ArrayList<>();
    for (Map<String, String> row : CellEvalReference.csv(file)) {
      String metric = row.get("metric");
      if (!metric.equals("avg_score")) {
        names.add(metric);
        if (!loose.contains(metric) && !informational(c, metric) && !informational(base, metric)) {
          double tolerance = 100 * tolerance(metric, c.doubles());
          assertEquals(
              CellEvalReference.number(row.get("from_baseline")),
              score.scores().get(metric),
              tolerance,
              file + " " + metric);
        }
      }
    }
    assertEquals(names, new ArrayList<>(score.scores().keySet()), file);
  }

  @Test
  void aSplitByCellTypeIsReproduced() {
    Case c = new Case("d_celltype_embed", "model");
    Cells real = CellEvalReference.cells("d_celltype_embed/real.h5ad");
    Cells predicted = CellEvalReference.cells("d_celltype_embed/pred_model.h5ad");
    Map<String, CellEvalResult> results =
        CellEval.byCellType(
            c.real(),
            real.column("celltype"),
            c.predicted(),
            predicted.column("celltype"),
            c.options(CellEvalProfile.FULL_V1),
            Progress.SILENT);
    assertEquals(Set.of("typeA", "type/B"), results.keySet());
    results.forEach(
        (type, result) -> {
          String prefix = "d_celltype_embed/celltype_" + type.replace('/', '-');
          sameResults(c, result, prefix + "_results.csv", Map.of());
          sameAggregate(c, result, prefix + "_agg_results.csv");
        });
  }

  @Test
  void anEmbeddingReplacesTheGenesInTwoScores() {
    Case c = new Case("d_celltype_embed", "model");
    CellEvalResult result =
        CellEval.evaluate(
            c.real(),
            c.predicted(),
            c.options(CellEvalProfile.ANNDATA).withEmbedding(true),
            Progress.SILENT);
    sameResults(c, result, "d_celltype_embed/embed_results.csv", Map.of());
  }

  @Test
  void profilesHaveTheOriginalsColumns() {
    Case c = new Case("d_celltype_embed", "model");
    Map<CellEvalProfile, String> files =
        Map.of(CellEvalProfile.VCC2025, "profile_vcc", CellEvalProfile.MINIMAL, "profile_minimal");
    files.forEach(
        (profile, file) -> {
          CellEvalResult result =
              CellEval.evaluate(c.real(), c.predicted(), c.options(profile), Progress.SILENT);
          sameResults(c, result, "d_celltype_embed/" + file + "_results.csv", Map.of());
          sameAggregate(c, result, "d_celltype_embed/" + file + "_agg_results.csv");
        });
  }

  @ParameterizedTest
  @CsvSource({"b_sparse_edge_f32", "f_nothing_significant"})
  void theDataCeilingOfGivenDrawsIsReproduced(String folder) {
    Case c = new Case(folder, "ceiling");
    List<Map<String, String>> rows =
        CellEvalReference.csv(folder + "/ceiling/bootstrap_rows_seed0.csv");
    CellEvalResult result =
        DataCeiling.of(
            c.real(),
            rows.stream().mapToInt(r -> Integer.parseInt(r.get("half_as_real_row"))).toArray(),
            rows.stream().mapToInt(r -> Integer.parseInt(r.get("half_as_pred_row"))).toArray(),
            c.options(CellEvalProfile.FULL_V1),
            Progress.SILENT);
    sameResults(c, result, folder + "/ceiling/ceiling_results.csv", Map.of());
    sameAggregate(c, result, folder + "/ceiling/agg_ceiling_results.csv");
  }

  @Test
  void countsBecomeLogValuesAsInTheOriginal() {
    CellEvalSide logged = LogValues.of(new Case("c_counts", "model").real(), false).side();
    List<Map<String, String>> theirs = CellEvalReference.csv("c_counts/normlog_first20_cells.csv");
    int[] gene = new int[200];
    double[] value = new double[200];
    for (int cell = 0; cell < theirs.size(); cell++) {
      int count = logged.values().row(cell, gene, value);
      double[] dense = new double[200];
      for (int k = 0; k < count; k++) {
        dense[gene[k]] = value[k];
      }
      for (int g = 0; g < dense.length; g++) {
        double expected = CellEvalReference.number(theirs.get(cell).get(logged.genes().get(g)));
        assertEquals(expected, dense[g], 5e-7, "cell " + cell + " gene " + g);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"a_plain_f64", "b_sparse_edge_f32", "c_counts", "f_nothing_significant"})
  void theMeanBaselineIsTheOriginals(String folder) {
    Case c = new Case(folder, "mean");
    CellEvalSide ours = LogValues.of(MeanBaseline.of(c.real(), c.control()), true).side();
    CellEvalSide theirs = LogValues.of(c.predicted(), true).side();
    assertEquals(theirs.genes(), ours.genes());
    Map<String, double[]> means = new java.util.HashMap<>();
    for (CellEvalSide side : List.of(theirs, ours)) {
      for (String label : new HashSet<>(side.labels())) {
        int[] rows =
            java.util.stream.IntStream.range(0, side.labels().size())
                .filter(i -> side.labels().get(i).equals(label))
                .toArray();
        double[] mean = MeanProfiles.mean(side.values(), rows);
        double[] earlier = means.put(label, mean);
        for (int g = 0; earlier != null && g < mean.length; g++) {
          assertEquals(earlier[g], mean[g], c.doubles() ? 1e-12 : 1e-5, label + " gene " + g);
        }
      }
    }
  }

  @Test
  void tablesOfTheOriginalGiveTheOriginalsMetrics() {
    Case c = new Case("a_plain_f64", "model");
    DifferentialTable real = CellEvalReference.table("a_plain_f64/real_de.csv");
    DifferentialTable predicted = CellEvalReference.table("a_plain_f64/pred_de_model.csv");
    CellEvalResult result =
        CellEval.evaluate(
            c.real(),
            c.predicted(),
            real,
            predicted,
            c.options(CellEvalProfile.FULL_V1),
            Progress.SILENT);
    sameResults(c, result, "a_plain_f64/results_model.csv", c.ambiguous());
  }

  /**
   * Ranks of the mean prediction rest on rounding in the original: all its predictions are equal.
   */
  @ParameterizedTest
  @CsvSource({"a_plain_f64", "b_sparse_edge_f32"})
  void theMetricsOfSystemaAndPerturBenchAreReproduced(String folder) {
    Map<String, List<OtherSuites.Row>> ours = new java.util.HashMap<>();
    Map<String, Integer> next = new java.util.HashMap<>();
    for (Map<String, String> row :
        CellEvalReference.csv(folder + "/suites_systema_perturbench.csv")) {
      Case c = new Case(folder, row.get("prediction"));
      List<OtherSuites.Row> rows =
          ours.computeIfAbsent(
              c.prediction(),
              p -> OtherSuites.of(c.real(), c.predicted(), c.options(CellEvalProfile.PDS)));
      OtherSuites.Row mine = rows.get(next.merge(c.prediction(), 1, Integer::sum) - 1);
      assertEquals(row.get("perturbation"), mine.perturbation());
      suite(row, "perturbench_rmse_average", mine.rmse());
      suite(row, "perturbench_cosine_logfc", mine.cosine());
      suite(row, "systema_pearson_delta_control_ref", mine.pearsonToControl());
      suite(row, "systema_pearson_delta_perturbed_ref", mine.pearsonToPerturbed());
      suite(row, "systema_pearson_delta20_perturbed_ref", mine.pearsonTopToPerturbed());
      suite(row, "systema_centroid_accuracy", mine.centroidAccuracy());
      if (c.prediction().equals("mean")) {
        double n = rows.size();
        assertEquals((n - 1) / 2 / n, mine.rmseRank(), 1e-12, "equal predictions share a rank");
      } else {
        suite(row, "perturbench_rank_rmse_average", mine.rmseRank());
        if (!Double.isNaN(mine.cosine())) {
          suite(row, "perturbench_rank_cosine_logfc", mine.cosineRank());
        }
      }
    }
    assertEquals(4, ours.size());
  }

  private static void suite(Map<String, String> row, String column, double ours) {
    double theirs = CellEvalReference.number(row.get(column));
    String where = row.get("prediction") + " " + row.get("perturbation") + " " + column;
    if (Double.isNaN(theirs)) {
      assertTrue(Double.isNaN(ours), where + ": " + ours);
    } else {
      assertEquals(theirs, ours, 1e-9, where);
    }
  }
}
