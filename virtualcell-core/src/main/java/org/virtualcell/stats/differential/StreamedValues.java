package org.virtualcell.stats.differential;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.MemoryBudgetException;
import org.virtualcell.api.RowRun;

/** The cells of a matrix that is read on demand, in the precision it is kept in. */
record StreamedValues(ExpressionMatrix matrix) implements CellValues {
  @Override
  public int cells() {
    return (int) matrix.rows();
  }

  @Override
  public int genes() {
    return matrix.genes();
  }

  @Override
  public int row(int cell, int[] gene, double[] value) {
    int[] start = new int[2];
    matrix.copyRows(cell, 1, start, gene, value);
    return start[1];
  }

  @Override
  public long gatheredBytes(int... chosen) {
    int[] rows = chosen.clone();
    Arrays.sort(rows);
    long stored = 0;
    for (int i = 0; i < rows.length; ) {
      int to = i + 1;
      while (to < rows.length && rows[to] == rows[to - 1] + 1) {
        to++;
      }
      stored += matrix.nonZeros(rows[i], to - i);
      i = to;
    }
    int each = Integer.BYTES + (matrix.doublePrecision() ? Double.BYTES : Float.BYTES);
    return stored * each + (rows.length + 1L) * Integer.BYTES;
  }

  @Override
  public CellValues gather(int... chosen) {
    int[] rows = Arrays.stream(chosen).sorted().distinct().toArray();
    long stored = 0;
    for (int row : rows) {
      stored += matrix.nonZeros(row, 1);
    }
    if (stored > CsrMatrix.MAX_NON_ZEROS) {
      throw new MemoryBudgetException(
          rows.length + " cells hold " + stored + " values, more than one array can",
          matrix.toString(),
          "Gather fewer cells at a time.");
    }
    CellValues copy = matrix.doublePrecision() ? doubles(rows, stored) : floats(rows, stored);
    if (Arrays.equals(rows, chosen)) {
      return copy;
    }
    return copy.select(IntStream.of(chosen).map(row -> Arrays.binarySearch(rows, row)).toArray());
  }

  private CellValues doubles(int[] rows, long stored) {
    int[] start = new int[rows.length + 1];
    int[] gene = new int[(int) stored];
    double[] value = new double[(int) stored];
    for (int i = 0; i < rows.length; ) {
      RowRun run = RowRun.from(matrix, rows, i);
      int size = (int) matrix.nonZeros(run.first(), run.count());
      int[] blockStart = new int[run.count() + 1];
      int[] blockGene = new int[size];
      double[] blockValue = new double[size];
      matrix.copyRows(run.first(), run.count(), blockStart, blockGene, blockValue);
      for (; i < run.to(); i++) {
        int r = (int) (rows[i] - run.first());
        int count = blockStart[r + 1] - blockStart[r];
        System.arraycopy(blockGene, blockStart[r], gene, start[i], count);
        System.arraycopy(blockValue, blockStart[r], value, start[i], count);
        start[i + 1] = start[i] + count;
      }
    }
    return new GatheredValues(start, gene, value, matrix.genes());
  }

  private CellValues floats(int[] rows, long stored) {
    int[] start = new int[rows.length + 1];
    int[] gene = new int[(int) stored];
    float[] value = new float[(int) stored];
    for (int i = 0; i < rows.length; ) {
      RowRun run = RowRun.from(matrix, rows, i);
      CsrMatrix block = matrix.block(run.first(), run.count());
      for (; i < run.to(); i++) {
        int r = (int) (rows[i] - run.first());
        int next = start[i];
        for (int k = block.rowStart(r); k < block.rowStart(r + 1); k++) {
          gene[next] = block.geneAt(k);
          value[next++] = block.valueAt(k);
        }
        start[i + 1] = next;
      }
    }
    return new MatrixValues(CsrMatrix.wrap(rows.length, matrix.genes(), start, gene, value));
  }
}
