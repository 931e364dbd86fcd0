package org.virtualcell.compute;

import java.util.Arrays;
import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.compute.spi.LaneBackend;
import org.virtualcell.compute.spi.Memory;

/**
 * Copies an expression matrix to a device in blocks of bounded size. Everything a kernel later
 * relies on is checked here, whatever the matrix's own implementation promised.
 */
final class CsrUpload {
  private static final int BLOCK_ROWS = 4096;
  private static final long BLOCK_VALUES = 1 << 20;

  private final CoreDevice device;
  private final Allocation allocation;
  private final LaneBackend lane;
  private final ExpressionMatrix matrix;
  private final Packing packing;
  private final long rows;
  private final int genes;
  private final long nonZeros;

  private Memory rowStart;
  private Memory gene;
  private Memory value;
  private Memory escapeStart;
  private long copied;
  private int escapes;
  private short[] escapeGene = new short[64];
  private int[] escapeValue = new int[64];
  private boolean whole = true;
  private boolean nonNegative = true;
  private float largest;

  CsrUpload(
      CoreDevice device,
      Allocation allocation,
      LaneBackend lane,
      ExpressionMatrix matrix,
      Packing packing) {
    this.device = device;
    this.allocation = allocation;
    this.lane = lane;
    this.matrix = matrix;
    this.packing = packing;
    this.rows = matrix.rows();
    this.genes = matrix.genes();
    this.nonZeros = matrix.nonZeros();
  }

  CoreCsrTensor run() {
    if (rows < 0 || genes < 0 || nonZeros < 0 || rows == Long.MAX_VALUE) {
      throw invalid("A matrix has an impossible size", rows + " x " + genes + ", " + nonZeros);
    }
    if (packing == Packing.COMPACT && genes > 1 << 16) {
      throw new InvalidDataException(
          "Compact packing holds at most 65,536 genes", genes + " genes", "Use PLAIN packing.");
    }
    boolean done = false;
    try {
      boolean compact = packing == Packing.COMPACT;
      rowStart = allocation.add(DType.I64, CoreTensor.elements(DType.I64, rows + 1));
      CoreTensor.elements(DType.I64, nonZeros);
      gene = allocation.add(compact ? DType.U16 : DType.I32, nonZeros);
      value = allocation.add(compact ? DType.U8 : DType.F32, nonZeros);
      escapeStart = compact ? allocation.add(DType.I64, rows + 1) : null;
      copyBlocks();
      CoreCsrTensor tensor = tensor();
      done = true;
      return tensor;
    } finally {
      if (!done) {
        allocation.release();
      }
    }
  }

  private void copyBlocks() {
    lane.upload(new long[] {0}, 0, rowStart, 0, 1);
    if (escapeStart != null) {
      lane.upload(new long[] {0}, 0, escapeStart, 0, 1);
    }
    int[] starts = new int[0];
    int[] genesOfBlock = new int[0];
    float[] values = new float[0];
    for (long row = 0; row < rows; ) {
      int count = (int) Math.min(BLOCK_ROWS, rows - row);
      while (count > 1 && matrix.nonZeros(row, count) > BLOCK_VALUES) {
        count /= 2;
      }
      long stored = matrix.nonZeros(row, count);
      if (stored < 0 || stored > Math.min((long) genes * count, nonZeros - copied)) {
        throw invalid("A block holds more values than it can", "row " + row);
      }
      starts = starts.length > count ? starts : new int[count + 1];
      genesOfBlock = genesOfBlock.length >= stored ? genesOfBlock : new int[(int) stored];
      values = values.length >= stored ? values : new float[(int) stored];
      matrix.copyRows(row, count, starts, genesOfBlock, values);
      copyBlock(row, count, (int) stored, starts, genesOfBlock, values);
      row += count;
    }
    if (copied != nonZeros) {
      throw invalid("The rows hold " + copied + " values", nonZeros + " were stated");
    }
  }

  private void copyBlock(
      long row, int count, int stored, int[] starts, int[] genesOfBlock, float[] values) {
    if (starts[0] != 0 || starts[count] != stored) {
      throw invalid("Row offsets do not run from 0 to the number of values", "row " + row);
    }
    long[] offsets = new long[count];
    long[] escapeOffsets = new long[count];
    for (int r = 0; r < count; r++) {
      if (starts[r + 1] < starts[r] || starts[r + 1] > stored) {
        throw invalid("Row offsets decrease", "row " + (row + r));
      }
      checkRow(row + r, starts[r], starts[r + 1], genesOfBlock, values);
      offsets[r] = copied + starts[r + 1];
      escapeOffsets[r] = escapes;
    }
    lane.upload(offsets, 0, rowStart, row + 1, count);
    if (escapeStart != null) {
      lane.upload(escapeOffsets, 0, escapeStart, row + 1, count);
    }
    if (stored > 0) {
      copyValues(stored, genesOfBlock, values);
    }
    copied += stored;
  }

  private void checkRow(long row, int from, int to, int[] genesOfBlock, float[] values) {
    int previous = -1;
    for (int k = from; k < to; k++) {
      int g = genesOfBlock[k];
      float v = values[k];
      if (g <= previous || g >= genes) {
        throw invalid(
            "A gene index is out of range, unsorted or repeated",
            "row " + row + ", gene " + g + " after " + previous + " of " + genes);
      }
      if (!Float.isFinite(v)) {
        throw invalid("A value is " + v, "row " + row + ", gene " + g);
      }
      float magnitude = Math.abs(v);
      whole &= magnitude <= CsrTensor.MAX_COUNT && v == (int) v;
      nonNegative &= v >= 0;
      largest = Math.max(largest, magnitude);
      if (packing == Packing.COMPACT) {
        checkCount(row, g, v);
      }
      previous = g;
    }
  }

  private void checkCount(long row, int g, float v) {
    if (!whole || !nonNegative) {
      throw new InvalidDataException(
          "Compact packing holds whole counts from 0 to " + CsrTensor.MAX_COUNT + ", not " + v,
          "row " + row + ", gene " + g,
          "Use PLAIN packing, or pass raw counts.");
    }
    if (v >= CsrTensor.ESCAPE) {
      if (escapes == escapeGene.length) {
        escapeGene = Arrays.copyOf(escapeGene, 2 * escapes);
        escapeValue = Arrays.copyOf(escapeValue, 2 * escapes);
      }
      escapeGene[escapes] = (short) g;
      escapeValue[escapes++] = (int) v;
    }
  }

  private void copyValues(int stored, int[] genesOfBlock, float[] values) {
    if (packing == Packing.PLAIN) {
      lane.upload(genesOfBlock, 0, gene, copied, stored);
      lane.upload(values, 0, value, copied, stored);
      return;
    }
    short[] narrowGenes = new short[stored];
    byte[] counts = new byte[stored];
    for (int k = 0; k < stored; k++) {
      narrowGenes[k] = (short) genesOfBlock[k];
      counts[k] = (byte) Math.min((int) values[k], CsrTensor.ESCAPE);
    }
    lane.upload(narrowGenes, 0, gene, copied, stored);
    lane.upload(counts, 0, value, copied, stored);
  }

  private CoreCsrTensor tensor() {
    Memory deviceEscapeGene = null;
    Memory deviceEscapeValue = null;
    if (packing == Packing.COMPACT) {
      deviceEscapeGene = allocation.add(DType.U16, escapes);
      deviceEscapeValue = allocation.add(DType.I32, escapes);
      if (escapes > 0) {
        lane.upload(escapeGene, 0, deviceEscapeGene, 0, escapes);
        lane.upload(escapeValue, 0, deviceEscapeValue, 0, escapes);
      }
    }
    return new CoreCsrTensor(
        device,
        allocation,
        rows,
        genes,
        nonZeros,
        packing,
        new CoreCsrTensor.Arrays(
            rowStart, gene, value, escapes, escapeStart, deviceEscapeGene, deviceEscapeValue),
        new Object(),
        new CoreCsrTensor.Facts(whole, nonNegative, whole ? (long) largest : 0));
  }

  private static InvalidDataException invalid(String what, String where) {
    return new InvalidDataException(
        what, where, "Repair the matrix: sorted genes in range, finite values, growing offsets.");
  }
}
