package org.virtualcell.compute;

import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.InvalidDataException;

/**
 * Reads an expression matrix in blocks of bounded size and checks everything a kernel later relies
 * on, whatever the matrix's own implementation promised.
 */
final class CsrIntake {
  private static final int BLOCK_ROWS = 4096;
  private static final long BLOCK_VALUES = 1 << 20;
  private static final long CACHED_VALUES =
      1 << 15; // of a block that is still in a cache at each step
  private static final int INFINITE = 0x7F800000; // the bits of infinity; those of NaN are above

  /** Takes one checked block; the arrays are reused for the next. */
  interface Sink {
    /**
     * Takes a block.
     *
     * @param row the first row
     * @param count how many rows
     * @param before the number of values in earlier blocks
     * @param stored the number of values in this one
     * @param starts count + 1 offsets from 0 to stored
     */
    void accept(
        long row, int count, long before, int stored, int[] starts, int[] gene, float[] value);
  }

  private final ExpressionMatrix matrix;
  private final long rows;
  private final int genes;
  private final long nonZeros;
  private boolean whole = true;
  private boolean nonNegative = true;
  private float largest;

  CsrIntake(ExpressionMatrix matrix) {
    this.matrix = matrix;
    this.rows = matrix.rows();
    this.genes = matrix.genes();
    this.nonZeros = matrix.nonZeros();
    if (rows < 0 || genes < 0 || nonZeros < 0 || rows == Long.MAX_VALUE) {
      throw invalid("A matrix has an impossible size", rows + " x " + genes + ", " + nonZeros);
    }
    CoreTensor.elements(DType.I64, rows + 1);
    CoreTensor.elements(DType.I64, nonZeros);
  }

  /** What is known of the values once all were read. */
  CoreCsrTensor.Facts facts() {
    return new CoreCsrTensor.Facts(whole, nonNegative, whole ? (long) largest : 0);
  }

  void read(Sink sink) {
    int[] starts = new int[0];
    int[] gene = new int[0];
    float[] value = new float[0];
    long most = matrix.inMemory() ? CACHED_VALUES : BLOCK_VALUES;
    long before = 0;
    for (long row = 0; row < rows; ) {
      int count = (int) Math.min(BLOCK_ROWS, rows - row);
      while (count > 1 && matrix.nonZeros(row, count) > most) {
        count /= 2;
      }
      long stored = matrix.nonZeros(row, count);
      if (stored < 0 || stored > Math.min((long) genes * count, nonZeros - before)) {
        throw invalid("A block holds " + stored + " values, more than it can", "row " + row);
      }
      starts = starts.length > count ? starts : new int[count + 1];
      gene = gene.length >= stored ? gene : new int[(int) stored];
      value = value.length >= stored ? value : new float[(int) stored];
      matrix.copyRows(row, count, starts, gene, value);
      check(row, count, (int) stored, starts, gene, value);
      sink.accept(row, count, before, (int) stored, starts, gene, value);
      before += stored;
      row += count;
    }
    if (before != nonZeros) {
      throw invalid("The rows hold " + before + " values", nonZeros + " were stated");
    }
  }

  private void check(long row, int count, int stored, int[] starts, int[] gene, float[] value) {
    if (starts[0] != 0 || starts[count] != stored) {
      throw invalid("Row offsets do not run from 0 to the number of values", "row " + row);
    }
    for (int r = 0; r < count; r++) {
      if (starts[r + 1] < starts[r] || starts[r + 1] > stored) {
        throw invalid("Row offsets decrease or leave the matrix", "row " + (row + r));
      }
      checkRow(row + r, starts[r], starts[r + 1], gene, value);
    }
  }

  private void checkRow(long row, int from, int to, int[] gene, float[] value) {
    int bad = from < to ? gene[from] | genes - 1 - gene[to - 1] : 0; // below zero: out of range
    for (int k = from + 1; k < to; k++) {
      bad |= gene[k] - gene[k - 1] - 1 | gene[k]; // or not above the one before
    }
    int largestBits = 0;
    int anyBits = 0;
    for (int k = from; k < to; k++) {
      int bits = Float.floatToRawIntBits(value[k]);
      largestBits = Math.max(largestBits, bits & Integer.MAX_VALUE);
      anyBits |= bits;
    }
    if (bad < 0 || largestBits >= INFINITE) {
      throw wrong(row, from, to, gene, value);
    }
    largest = Math.max(largest, Float.intBitsToFloat(largestBits)); // bits rise with magnitudes
    if (anyBits < 0 && nonNegative) {
      for (int k = from; k < to; k++) {
        nonNegative &= value[k] >= 0;
      }
    }
    for (int k = from; whole && k < to; k++) {
      float v = value[k];
      whole = Math.abs(v) <= CsrTensor.MAX_COUNT && v == (int) v;
    }
  }

  private InvalidDataException wrong(long row, int from, int to, int[] gene, float[] value) {
    int previous = -1;
    for (int k = from; k < to; k++) {
      if (gene[k] <= previous || gene[k] >= genes) {
        return invalid(
            "A gene index is out of range, unsorted or repeated",
            "row " + row + ", gene " + gene[k] + " after " + previous + " of " + genes);
      }
      if (!Float.isFinite(value[k])) {
        return invalid("A value is " + value[k], "row " + row + ", gene " + gene[k]);
      }
      previous = gene[k];
    }
    throw new AssertionError("a row that was found wrong is right");
  }

  private static InvalidDataException invalid(String what, String where) {
    return new InvalidDataException(
        what, where, "Repair the matrix: sorted genes in range, finite values, growing offsets.");
  }
}
