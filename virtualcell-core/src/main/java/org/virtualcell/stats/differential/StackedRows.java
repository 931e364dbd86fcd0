package org.virtualcell.stats.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.InvalidDataException;

/** Rows of one or more matrices with the same genes, one below the other; nothing is copied. */
final class StackedRows implements ExpressionMatrix {
  private final List<ExpressionMatrix> matrices;
  private final int genes;
  private final int[] matrix;
  private final int[] row;
  private final long[] start;

  private StackedRows(List<ExpressionMatrix> matrices, int genes, int[] matrix, int[] row) {
    this.matrices = matrices;
    this.genes = genes;
    this.matrix = matrix;
    this.row = row;
    this.start = new long[row.length + 1];
    for (int i = 0; i < row.length; i++) {
      start[i + 1] = start[i] + matrices.get(matrix[i]).nonZeros(row[i], 1);
    }
  }

  /** Some rows of a matrix, in the order given. */
  static StackedRows of(ExpressionMatrix all, int... chosen) {
    if (all instanceof StackedRows stacked) {
      int[] matrix = IntStream.of(chosen).map(i -> stacked.matrix[i]).toArray();
      int[] row = IntStream.of(chosen).map(i -> stacked.row[i]).toArray();
      return new StackedRows(stacked.matrices, stacked.genes, matrix, row);
    }
    return new StackedRows(List.of(all), all.genes(), new int[chosen.length], chosen);
  }

  /** These rows and others below them. */
  StackedRows and(ExpressionMatrix below) {
    StackedRows other =
        below instanceof StackedRows stacked
            ? stacked
            : of(below, IntStream.range(0, (int) below.rows()).toArray());
    List<ExpressionMatrix> all = new ArrayList<>(matrices);
    all.addAll(other.matrices);
    IntStream later = IntStream.of(other.matrix).map(m -> m + matrices.size());
    return new StackedRows(
        all,
        genes,
        IntStream.concat(IntStream.of(matrix), later).toArray(),
        IntStream.concat(IntStream.of(row), IntStream.of(other.row)).toArray());
  }

  @Override
  public long rows() {
    return row.length;
  }

  @Override
  public int genes() {
    return genes;
  }

  @Override
  public long nonZeros() {
    return start[row.length];
  }

  @Override
  public long nonZeros(long firstRow, int rowCount) {
    requireBlock(firstRow, rowCount);
    return start[(int) firstRow + rowCount] - start[(int) firstRow];
  }

  @Override
  public void copyRows(long firstRow, int rowCount, int[] rowStart, int[] gene, float[] value) {
    requireBlock(firstRow, rowCount);
    rowStart[0] = 0;
    for (int i = 0; i < rowCount; i++) {
      int at = (int) firstRow + i;
      rowStart[i + 1] = rowStart[i] + matrixOf(at).copyRow(rowOf(at), gene, value, rowStart[i]);
    }
  }

  @Override
  public boolean inMemory() {
    return matrices.stream().allMatch(ExpressionMatrix::inMemory);
  }

  /** The matrix that holds a row, or a copy of the row alone; {@link #rowOf} says where in it. */
  CsrMatrix matrixOf(int i) {
    ExpressionMatrix all = matrices.get(matrix[i]);
    return all instanceof CsrMatrix inMemory ? inMemory : all.block(row[i], 1);
  }

  int rowOf(int i) {
    return matrices.get(matrix[i]) instanceof CsrMatrix ? row[i] : 0;
  }

  private void requireBlock(long firstRow, int rowCount) {
    if (firstRow < 0 || rowCount < 0 || firstRow > (long) row.length - rowCount) {
      throw new InvalidDataException(
          "A block of rows is out of range",
          rowCount + " rows from row " + firstRow + " of " + row.length,
          "Ask for rows the matrix has.");
    }
  }
}
