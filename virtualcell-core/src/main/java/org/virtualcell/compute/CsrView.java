package org.virtualcell.compute;

import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.compute.spi.LaneBackend;
import org.virtualcell.compute.spi.Memory;

/** Plain sparse arrays in device memory, read as an expression matrix to be checked. */
final class CsrView implements ExpressionMatrix {
  private final LaneBackend lane;
  private final long rows;
  private final int genes;
  private final long nonZeros;
  private final Memory rowStart;
  private final Memory gene;
  private final Memory value;

  CsrView(
      LaneBackend lane,
      long rows,
      int genes,
      long nonZeros,
      Memory rowStart,
      Memory gene,
      Memory value) {
    this.lane = lane;
    this.rows = rows;
    this.genes = genes;
    this.nonZeros = nonZeros;
    this.rowStart = rowStart;
    this.gene = gene;
    this.value = value;
  }

  @Override
  public long rows() {
    return rows;
  }

  @Override
  public int genes() {
    return genes;
  }

  @Override
  public long nonZeros() {
    return nonZeros;
  }

  @Override
  public long nonZeros(long firstRow, int rowCount) {
    return offset(firstRow + rowCount) - offset(firstRow);
  }

  private long offset(long row) {
    long[] one = new long[1];
    lane.download(rowStart, row, one, 0, 1);
    if (one[0] < 0 || one[0] > nonZeros || (row == 0 && one[0] != 0)) {
      throw outside(row, one[0]);
    }
    return one[0];
  }

  @Override
  public void copyRows(long firstRow, int rowCount, int[] starts, int[] genesOut, float[] values) {
    long[] offsets = new long[rowCount + 1];
    lane.download(rowStart, firstRow, offsets, 0, rowCount + 1);
    for (int r = 0; r <= rowCount; r++) {
      long start = offsets[r] - offsets[0];
      if (start < 0 || start > values.length) {
        throw outside(firstRow + r, offsets[r]);
      }
      starts[r] = (int) start;
    }
    if (starts[rowCount] > 0) {
      lane.download(gene, offsets[0], genesOut, 0, starts[rowCount]);
      lane.download(value, offsets[0], values, 0, starts[rowCount]);
    }
  }

  private InvalidDataException outside(long row, long offset) {
    return new InvalidDataException(
        "A row offset leaves the matrix",
        "row " + row + ", offset " + offset + " of " + nonZeros,
        "Offsets must run from 0 to the number of values and never decrease.");
  }
}
