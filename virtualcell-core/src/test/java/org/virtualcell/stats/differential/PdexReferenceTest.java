package org.virtualcell.stats.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.virtualcell.api.Progress;
import org.virtualcell.reference.CellEvalReference;
import org.virtualcell.reference.CellEvalReference.Cells;

/** The numbers of pdex 0.2.5 as cell-eval 0.8.1 calls it, and of scipy. */
class PdexReferenceTest {
  @Test
  void theTestOfTwoSamplesIsThatOfTheOriginal() {
    for (JsonNode unit : CellEvalReference.json("mwu_unit.json")) {
      List<double[]> rows = new ArrayList<>();
      List<String> labels = new ArrayList<>();
      unit.get("x").forEach(v -> add(rows, labels, v.asDouble(), "x"));
      unit.get("y").forEach(v -> add(rows, labels, v.asDouble(), "y"));
      CellGroups groups = CellGroups.of(CellValues.ofRows(rows, 1), List.of("g"), labels, "y");
      DifferentialTable table =
          DifferentialExpression.of(groups, DifferentialOptions.cellEval(), Progress.SILENT);
      assertEquals(unit.get("U").asDouble(), table.statistic(0), unit.get("name").asText());
      close(unit.get("p").asDouble(), table.p(0), 1e-13, 0, unit.get("name").asText());
    }
  }

  private static void add(List<double[]> rows, List<String> labels, double value, String label) {
    rows.add(new double[] {value});
    labels.add(label);
  }

  @Test
  void falseDiscoveryRatesAreThoseOfScipy() {
    for (JsonNode unit : CellEvalReference.json("bh_unit.json")) {
      double[] p = new double[unit.get("p").size()];
      for (int i = 0; i < p.length; i++) {
        p[i] = unit.get("p").get(i).asDouble();
      }
      double[] adjusted = BenjaminiHochberg.adjust(p);
      for (int i = 0; i < p.length; i++) {
        close(unit.get("fdr").get(i).asDouble(), adjusted[i], 1e-14, 0, unit.get("name").asText());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a_plain_f64/real, a_plain_f64/real_de, target_gene, non-targeting",
    "a_plain_f64/pred_model, a_plain_f64/pred_de_model, target_gene, non-targeting",
    "a_plain_f64/pred_mean, a_plain_f64/pred_de_mean, target_gene, non-targeting",
    "a_plain_f64/pred_ctrlcopy, a_plain_f64/pred_de_ctrlcopy, target_gene, non-targeting",
    "b_sparse_edge_f32/real, b_sparse_edge_f32/real_de, target_gene, non-targeting",
    "b_sparse_edge_f32/pred_model, b_sparse_edge_f32/pred_de_model, target_gene, non-targeting",
    "b_sparse_edge_f32/pred_mean, b_sparse_edge_f32/pred_de_mean, target_gene, non-targeting",
    "b_sparse_edge_f32/pred_ctrlsample, b_sparse_edge_f32/pred_de_ctrlsample, target_gene, non-targeting",
    "d_celltype_embed/real, d_celltype_embed/real_de, target_gene, non-targeting",
    "d_celltype_embed/pred_model, d_celltype_embed/pred_de_model, target_gene, non-targeting",
    "d_celltype_embed/pred_ctrlsample, d_celltype_embed/pred_de_ctrlsample, target_gene, non-targeting",
    "f_nothing_significant/real, f_nothing_significant/real_de, target_gene, non-targeting",
    "f_nothing_significant/pred_model, f_nothing_significant/pred_de_model, target_gene, non-targeting",
    "f_nothing_significant/pred_mean, f_nothing_significant/pred_de_mean, target_gene, non-targeting",
    "f_nothing_significant/pred_ctrlsample, f_nothing_significant/pred_de_ctrlsample, target_gene, non-targeting"
  })
  void everyTableOfTheOriginalIsReproduced(String file, String table, String key, String control) {
    Cells cells = CellEvalReference.cells(file + ".h5ad");
    same(
        table + ".csv",
        DifferentialExpression.of(
            CellGroups.of(cells.view(), cells.genes(), cells.column(key), control),
            DifferentialOptions.cellEval(),
            Progress.SILENT),
        cells.doubles());
  }

  @ParameterizedTest
  @CsvSource({"b_sparse_edge_f32", "f_nothing_significant"})
  void everyVariantOfTheOriginalIsReproduced(String name) {
    Cells cells = CellEvalReference.cells(name + "/real.h5ad");
    List<String> labels = cells.column("target_gene");
    CellGroups groups = CellGroups.of(cells.view(), cells.genes(), labels, "non-targeting");
    DifferentialOptions pdex =
        DifferentialOptions.of(DifferentialEngine.PDEX, DifferentialOptions.Units.LOG1P);
    Map<String, DifferentialTable> tables = new LinkedHashMap<>();
    tables.put("ref_default_epsilon", DifferentialExpression.of(groups, pdex, Progress.SILENT));
    tables.put(
        "ref_arithmetic_mean",
        DifferentialExpression.of(
            groups, pdex.withFoldChange(FoldChange.arithmetic(1e-9)), Progress.SILENT));
    tables.put(
        "ref_cpm_filter_2000_epsilon0",
        DifferentialExpression.of(
            groups,
            pdex.withFoldChange(FoldChange.geometric(0)).withGate(GeneGate.pooledEitherSide(2000)),
            Progress.SILENT));
    tables.put(
        "all_vs_rest",
        DifferentialExpression.of(
            CellGroups.ofAll(cells.view(), cells.genes(), labels), pdex, Progress.SILENT));
    Map<String, String> targets = new HashMap<>();
    CellEvalReference.csv(name + "/pdex_variants/on_target.csv")
        .forEach(row -> targets.put(row.get("target"), row.get("feature")));
    tables.put(
        "on_target", DifferentialExpression.ofTargets(groups, targets, pdex, Progress.SILENT));
    tables.forEach((file, table) -> same(name + "/pdex_variants/" + file + ".csv", table, false));
  }

  private static void same(String file, DifferentialTable ours, boolean doubles) {
    double wide = doubles ? 1e-10 : 1e-5;
    int row = 0;
    int group = 0;
    for (Map<String, String> theirs : CellEvalReference.csv(file)) {
      while (ours.firstRow(group + 1) <= row) {
        group++;
      }
      String where = file + " " + theirs.get("target") + " " + theirs.get("feature");
      assertEquals(theirs.get("target"), ours.groups().get(group), where);
      assertEquals(theirs.get("feature"), ours.genes().get(ours.gene(row)), where);
      assertEquals(theirs.get("target_membership"), "" + ours.cells(group), where);
      assertEquals(theirs.get("ref_membership"), "" + ours.referenceCells(group), where);
      assertEquals(number(theirs, "statistic"), ours.statistic(row), where);
      close(number(theirs, "p_value"), ours.p(row), 1e-9, 0, where + " p");
      close(number(theirs, "fdr"), ours.fdr(row), 1e-9, 0, where + " fdr");
      close(number(theirs, "target_mean"), ours.targetMean(row), wide, wide, where + " mean");
      close(number(theirs, "ref_mean"), ours.referenceMean(row), wide, wide, where + " ref");
      close(
          number(theirs, "log2_fold_change"), ours.log2FoldChange(row), wide, wide, where + " lfc");
      double relative = doubles ? 1e-10 : 1e-4;
      close(
          number(theirs, "percent_change"), ours.percentChange(row), relative, wide, where + " %");
      row++;
    }
    assertEquals(row, ours.rows(), file);
  }

  private static double number(Map<String, String> row, String column) {
    return CellEvalReference.number(row.get(column));
  }

  private static void close(
      double expected, double actual, double relative, double absolute, String where) {
    if (Double.isNaN(expected) || Double.isInfinite(expected)) {
      assertEquals(expected, actual, where);
    } else {
      double allowed = Math.max(absolute, relative * Math.abs(expected));
      assertTrue(
          Math.abs(expected - actual) <= allowed, where + ": " + expected + " but " + actual);
    }
  }
}
