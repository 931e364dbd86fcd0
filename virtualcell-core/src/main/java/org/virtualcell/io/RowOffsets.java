package org.virtualcell.io;

import org.virtualcell.api.ExpressionMatrix;

/**
 * A matrix of which only the row offsets are held; its genes and values are read when asked for.
 */
abstract class RowOffsets implements ExpressionMatrix {
  final int genes;

  /** How many values are stored before each row, and in all. */
  final long[] rowStart;

  RowOffsets(int genes, long[] rowStart) {
    this.genes = genes;
    this.rowStart = rowStart;
  }

  @Override
  public long rows() {
    return rowStart.length - 1L;
  }

  @Override
  public int genes() {
    return genes;
  }

  @Override
  public long nonZeros() {
    return rowStart[rowStart.length - 1];
  }

  @Override
  public long nonZeros(long firstRow, int rowCount) {
    Source.requireBlock(this, firstRow, rowCount);
    return rowStart[(int) firstRow + rowCount] - rowStart[(int) firstRow];
  }
}
