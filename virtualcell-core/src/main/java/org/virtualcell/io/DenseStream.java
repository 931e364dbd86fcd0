package org.virtualcell.io;

import org.virtualcell.api.InvalidDataException;

/**
 * A dense table in a file, read by blocks of rows as sparse values: zeros are left out. One pass at
 * opening counts what each row holds; only these counts are kept.
 */
final class DenseStream extends RowOffsets {
  private static final int PIECE = 1 << 20; // numbers read at a time

  private final Source source;
  private final Numbers table;

  DenseStream(Source source, Numbers table) {
    super(Math.toIntExact(table.columns()), rooms(source, table));
    this.source = source;
    this.table = table;
    count();
  }

  private static long[] rooms(Source source, Numbers table) {
    source.requireBudget(table.rows() + 1, Long.BYTES, "the row offsets");
    source.requireBudget(table.columns(), Double.BYTES, "one row");
    return new long[Math.toIntExact(table.rows() + 1)];
  }

  private int rowsPerPiece() {
    return Math.max(1, PIECE / Math.max(1, genes));
  }

  private void count() {
    int step = rowsPerPiece();
    double[] piece = new double[Math.min(step, (int) rows()) * genes];
    for (int row = 0; row < rows(); row += step) {
      int rows = (int) Math.min(step, rows() - row);
      table.read(row, rows, piece, 0);
      for (int r = 0; r < rows; r++) {
        rowStart[row + r + 1] = rowStart[row + r] + stored(piece, r, row + r);
      }
    }
  }

  private int stored(double[] piece, int r, long row) {
    int stored = 0;
    for (int g = 0; g < genes; g++) {
      double v = piece[r * genes + g];
      if (!Float.isFinite((float) v)) {
        throw new InvalidDataException(
            "A value is " + v,
            source + ", row " + row + ", gene " + source.geneName(g),
            "Remove or repair values that are not finite.");
      }
      stored += v != 0 ? 1 : 0;
    }
    return stored;
  }

  @Override
  public boolean doublePrecision() {
    return table.type().kind() == ElementType.Kind.FLOATING && table.type().bytes() == Double.BYTES;
  }

  @Override
  public void copyRows(
      long firstRow, int rowCount, int[] toRowStart, int[] toGene, float[] toValue) {
    double[] exact = new double[Math.toIntExact(nonZeros(firstRow, rowCount))];
    Source.requireRoom(firstRow, rowCount, exact.length, toRowStart, toGene, toValue.length);
    copyRows(firstRow, rowCount, toRowStart, toGene, exact);
    for (int k = 0; k < exact.length; k++) {
      toValue[k] = (float) exact[k];
    }
  }

  @Override
  public void copyRows(
      long firstRow, int rowCount, int[] toRowStart, int[] toGene, double[] toValue) {
    Source.requireRoom(
        firstRow, rowCount, nonZeros(firstRow, rowCount), toRowStart, toGene, toValue.length);
    int step = rowsPerPiece();
    double[] piece = new double[Math.min(step, rowCount) * genes];
    toRowStart[0] = 0;
    int next = 0;
    for (int row = 0; row < rowCount; row += step) {
      int rows = Math.min(step, rowCount - row);
      table.read(firstRow + row, rows, piece, 0);
      for (int r = 0; r < rows; r++) {
        for (int g = 0; g < genes; g++) {
          if (piece[r * genes + g] != 0) {
            toGene[next] = g;
            toValue[next++] = piece[r * genes + g];
          }
        }
        toRowStart[row + r + 1] = next;
      }
    }
  }
}
