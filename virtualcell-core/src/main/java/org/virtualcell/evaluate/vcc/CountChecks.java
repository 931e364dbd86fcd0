package org.virtualcell.evaluate.vcc;

import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.evaluate.paired.GroupedCells;
import org.virtualcell.evaluate.paired.LabelledMatrix;

/** Refuses cells that are not raw counts, naming the cell and the gene. */
final class CountChecks {
  private CountChecks() {}

  /**
   * Checks a group that has been read.
   *
   * @param cells where it is from
   * @param label its label
   * @param rows what was read
   * @param whole whether counts must be whole numbers
   */
  static CellCounts require(
      GroupedCells cells, String label, CsrMatrix rows, boolean whole, ChallengeRules rules) {
    LabelledMatrix side = cells.side();
    int[] place = cells.rows(label);
    for (int r = 0; r < place.length; r++) {
      for (int k = rows.rowStart(r); k < rows.rowStart(r + 1); k++) {
        float value = rows.valueAt(k);
        if (value < 0) {
          throw refused("A count is negative: " + value, side, place[r], rows.geneAt(k));
        }
        if (whole && Math.abs(value - Math.rint(value)) > rules.fraction()) {
          throw refused("A count is not a whole number: " + value, side, place[r], rows.geneAt(k));
        }
      }
    }
    CellCounts counts = CellCounts.of(rows);
    for (int r = 0; r < place.length; r++) {
      if (!(counts.total(r) <= rules.mostCounts())) {
        throw new InvalidDataException(
            "A cell has " + counts.total(r) + " counts, more than " + rules.mostCounts(),
            side.place(place[r]),
            "Pass raw counts of single cells.");
      }
    }
    return counts;
  }

  private static InvalidDataException refused(String what, LabelledMatrix side, int row, int gene) {
    return new InvalidDataException(
        what,
        side.place(row) + ", gene " + side.genes().id(gene),
        "Pass raw counts, neither normalised nor in logarithms.");
  }
}
