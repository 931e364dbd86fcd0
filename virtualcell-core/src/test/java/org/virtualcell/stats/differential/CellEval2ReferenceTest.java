package org.virtualcell.stats.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.Progress;
import org.virtualcell.reference.CellEvalReference;
import org.virtualcell.reference.CellEvalReference.Cells;

/** The table of cell-eval2 0.16.0 on counts, control gate and all. */
class CellEval2ReferenceTest {
  private final Cells cells = CellEvalReference.cells("e_vcc2026/real.h5ad");
  private final List<Map<String, String>> theirs = CellEvalReference.csv("e_vcc2026/de_real.csv");

  private DifferentialTable table(DifferentialEngine engine) {
    return DifferentialExpression.of(
        CellGroups.of(cells.view(), cells.genes(), cells.column("target_gene"), "non-targeting"),
        DifferentialOptions.challenge2026(engine),
        Progress.SILENT);
  }

  @Test
  void theOriginalsConventionGivesTheOriginalsNumbers() {
    DifferentialTable ours = table(DifferentialEngine.CELL_EVAL2);
    assertEquals(theirs.size(), ours.rows());
    int group = 0;
    int differentTies = 0;
    for (int row = 0; row < ours.rows(); row++) {
      while (ours.firstRow(group + 1) <= row) {
        group++;
      }
      Map<String, String> line = theirs.get(row);
      assertEquals(line.get("target"), ours.groups().get(group));
      assertEquals(line.get("feature"), ours.genes().get(ours.gene(row)));
      double change = CellEvalReference.number(line.get("log2_fold_change"));
      assertEquals(change, ours.log2FoldChange(row), 1e-10 * Math.max(1, Math.abs(change)));
      double p = CellEvalReference.number(line.get("p_value"));
      if (Math.abs(p - ours.p(row)) > 1e-9 * p) {
        differentTies++;
      }
      assertEquals(p, ours.p(row), 0.03 * p);
    }
    // log1p of two equal ratios may round apart, in another way in each mathematical library
    assertTrue(differentTies * 100 < ours.rows(), differentTies + " of " + ours.rows());
  }

  @Test
  void exactTiesStayWithinTheRoundingOfTheOriginal() {
    DifferentialTable ours = table(DifferentialEngine.EXACT_TIES);
    assertEquals(theirs.size(), ours.rows());
    for (int row = 0; row < ours.rows(); row++) {
      double p = CellEvalReference.number(theirs.get(row).get("p_value"));
      assertEquals(p, ours.p(row), 0.03 * p);
    }
  }
}
