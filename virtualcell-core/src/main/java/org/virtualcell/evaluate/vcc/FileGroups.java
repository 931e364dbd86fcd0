package org.virtualcell.evaluate.vcc;

import java.util.List;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.evaluate.paired.GroupedCells;

/**
 * Cells of a file, checked as counts when they are used.
 *
 * @param cells the file's groups
 * @param whole whether counts must be whole numbers
 * @param rules the limits
 */
record FileGroups(GroupedCells cells, boolean whole, ChallengeRules rules)
    implements PredictedGroups {
  @Override
  public List<GroupedCells> files() {
    return List.of(cells);
  }

  @Override
  public Batch read(List<String> labels) {
    List<CsrMatrix> rows = cells.read(labels);
    return i -> CountChecks.require(cells, labels.get(i), rows.get(i), whole, rules);
  }

  CellCounts read(String label) {
    return read(List.of(label)).cells(0);
  }
}
