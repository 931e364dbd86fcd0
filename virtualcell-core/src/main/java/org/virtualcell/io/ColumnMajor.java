package org.virtualcell.io;

import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.InvalidDataException;

/**
 * Turns a sparse matrix that is compressed by columns (genes) into one compressed by rows (cells),
 * in memory. Two passes: count the values of each row, then put them in place; genes come out
 * sorted because columns come in order.
 */
final class ColumnMajor {
  private static final int PIECE = 1 << 16;
  private static final int BYTES_PER_VALUE = Integer.BYTES + Float.BYTES;

  private final Source source;
  private final int rows;
  private final int genes;
  private final long[] columnStart;
  private final Numbers indices;
  private final Numbers data;

  private ColumnMajor(
      Source source, int rows, int genes, Numbers indptr, Numbers indices, Numbers data) {
    this.source = source;
    this.rows = rows;
    this.genes = genes;
    this.indices = indices;
    this.data = data;
    this.columnStart = CsrStream.offsets(source, "column", genes, indptr, indices, data);
  }

  static CsrMatrix read(
      Source source, int rows, int genes, Numbers indptr, Numbers indices, Numbers data) {
    return new ColumnMajor(source, rows, genes, indptr, indices, data).transpose();
  }

  private CsrMatrix transpose() {
    long stored = data.rows();
    source.requireBudget(
        stored, BYTES_PER_VALUE, "a matrix of " + stored + " values that is compressed by genes");
    source.requireBudget(rows + 1L, 2 * Integer.BYTES, "the row offsets");
    if (stored > CsrMatrix.MAX_NON_ZEROS) {
      throw new InvalidDataException(
          "The matrix is compressed by genes and holds " + stored + " values, more than one array",
          source.toString(),
          "Save it compressed by cells (in Python: adata.X = adata.X.tocsr()).");
    }
    int[] rowStart = new int[rows + 1];
    countRows(rowStart);
    int[] gene = new int[(int) stored];
    float[] value = new float[(int) stored];
    place(rowStart, gene, value);
    return CsrMatrix.wrap(rows, genes, rowStart, gene, value);
  }

  /** Afterwards {@code rowStart[r]} is where row r begins. */
  private void countRows(int[] rowStart) {
    long[] piece = new long[PIECE];
    for (long done = 0; done < indices.rows(); done += PIECE) {
      int count = (int) Math.min(PIECE, indices.rows() - done);
      indices.read(done, count, piece, 0);
      for (int i = 0; i < count; i++) {
        if (piece[i] < 0 || piece[i] >= rows) {
          throw source.damaged(
              "Cell index " + piece[i] + " is out of range, there are " + rows + " cells",
              "value " + (done + i));
        }
        rowStart[(int) piece[i] + 1]++;
      }
    }
    for (int r = 0; r < rows; r++) {
      rowStart[r + 1] += rowStart[r];
    }
  }

  private void place(int[] rowStart, int[] gene, float[] value) {
    int[] next = rowStart.clone();
    long[] cells = new long[PIECE];
    float[] values = new float[PIECE];
    int column = 0;
    for (long done = 0; done < indices.rows(); done += PIECE) {
      int count = (int) Math.min(PIECE, indices.rows() - done);
      indices.read(done, count, cells, 0);
      data.read(done, count, values, 0);
      for (int i = 0; i < count; i++) {
        while (columnStart[column + 1] <= done + i) {
          column++;
        }
        int row = (int) cells[i];
        int at = next[row]++;
        if (at > rowStart[row] && gene[at - 1] == column) {
          throw source.damaged(
              "Gene " + source.geneName(column) + " occurs twice in one row", "row " + row);
        }
        requireFinite(values[i], row, column);
        gene[at] = column;
        value[at] = values[i];
      }
    }
  }

  private void requireFinite(float v, int row, int column) {
    if (!Float.isFinite(v)) {
      throw new InvalidDataException(
          "A value is " + v,
          source + ", row " + row + ", gene " + source.geneName(column),
          "Remove or repair values that are not finite.");
    }
  }
}
