package org.virtualcell.evaluate.vcc;

import org.virtualcell.api.CsrMatrix;

/**
 * The counts of one group of cells, with the total of each cell in double precision. A row may
 * stand for several equal cells.
 */
final class CellCounts {
  private final CsrMatrix rows;
  private final int copies;
  private final double[] total;

  private CellCounts(CsrMatrix rows, int copies) {
    this.rows = rows;
    this.copies = copies;
    this.total = new double[(int) rows.rows()];
    for (int r = 0; r < total.length; r++) {
      double sum = 0;
      for (int k = rows.rowStart(r); k < rows.rowStart(r + 1); k++) {
        sum += rows.valueAt(k);
      }
      total[r] = sum;
    }
  }

  static CellCounts of(CsrMatrix rows) {
    return new CellCounts(rows, 1);
  }

  /** So many equal cells. */
  static CellCounts repeated(CsrMatrix row, int copies) {
    return new CellCounts(row, copies);
  }

  /** Some of the cells, by ascending row. */
  CellCounts select(int... chosen) {
    return new CellCounts(rows.select(chosen), copies);
  }

  CsrMatrix rows() {
    return rows;
  }

  int rowCount() {
    return total.length;
  }

  int copies() {
    return copies;
  }

  /** The number of cells, copies counted. */
  int cells() {
    return total.length * copies;
  }

  double total(int row) {
    return total[row];
  }
}
