package org.virtualcell.compute;

import java.util.Arrays;
import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.compute.spi.LaneBackend;
import org.virtualcell.compute.spi.Memory;

/** Copies an expression matrix to a device and packs it on the way. */
final class CsrUpload implements CsrIntake.Sink {
  private static final int MOST_COMPACT_GENES = 1 << 16;

  private final CoreDevice device;
  private final Allocation allocation;
  private final LaneBackend lane;
  private final CsrIntake intake;
  private final Packing packing;
  private final long rows;
  private final int genes;
  private final long nonZeros;

  private Memory rowStart;
  private Memory gene;
  private Memory value;
  private Memory escapeStart;
  private int escapes;
  private short[] escapeGene = new short[64];
  private int[] escapeValue = new int[64];

  CsrUpload(
      CoreDevice device,
      Allocation allocation,
      LaneBackend lane,
      ExpressionMatrix matrix,
      Packing packing) {
    this.device = device;
    this.allocation = allocation;
    this.lane = lane;
    this.intake = new CsrIntake(matrix);
    this.packing = packing;
    this.rows = matrix.rows();
    this.genes = matrix.genes();
    this.nonZeros = matrix.nonZeros();
  }

  CoreCsrTensor run() {
    if (packing == Packing.COMPACT && genes > MOST_COMPACT_GENES) {
      throw new InvalidDataException(
          "Compact packing holds at most " + MOST_COMPACT_GENES + " genes",
          genes + " genes",
          "Use PLAIN packing.");
    }
    boolean done = false;
    try {
      boolean compact = packing == Packing.COMPACT;
      rowStart = allocation.add(DType.I64, rows + 1);
      gene = allocation.add(compact ? DType.U16 : DType.I32, nonZeros);
      value = allocation.add(compact ? DType.U8 : DType.F32, nonZeros);
      escapeStart = compact ? allocation.add(DType.I64, rows + 1) : null;
      lane.upload(new long[1], 0, rowStart, 0, 1);
      if (compact) {
        lane.upload(new long[1], 0, escapeStart, 0, 1);
      }
      intake.read(this);
      CoreCsrTensor tensor = tensor();
      done = true;
      return tensor;
    } finally {
      if (!done) {
        allocation.release();
      }
    }
  }

  @Override
  public void accept(
      long row,
      int count,
      long before,
      int stored,
      int[] starts,
      int[] blockGene,
      float[] blockValue) {
    long[] offsets = new long[count];
    for (int r = 0; r < count; r++) {
      offsets[r] = before + starts[r + 1];
    }
    lane.upload(offsets, 0, rowStart, row + 1, count);
    if (packing == Packing.PLAIN && stored > 0) {
      lane.upload(blockGene, 0, gene, before, stored);
      lane.upload(blockValue, 0, value, before, stored);
    } else if (packing == Packing.COMPACT) {
      pack(row, count, before, stored, starts, blockGene, blockValue);
    }
  }

  private void pack(
      long row,
      int count,
      long before,
      int stored,
      int[] starts,
      int[] blockGene,
      float[] blockValue) {
    short[] genes16 = new short[stored];
    byte[] counts8 = new byte[stored];
    long[] escapeOffsets = new long[count];
    for (int r = 0; r < count; r++) {
      for (int k = starts[r]; k < starts[r + 1]; k++) {
        int whole = wholeCount(row + r, blockGene[k], blockValue[k]);
        genes16[k] = (short) blockGene[k];
        counts8[k] = (byte) Math.min(whole, CsrTensor.ESCAPE);
        if (whole >= CsrTensor.ESCAPE) {
          escape((short) blockGene[k], whole);
        }
      }
      escapeOffsets[r] = escapes;
    }
    lane.upload(escapeOffsets, 0, escapeStart, row + 1, count);
    if (stored > 0) {
      lane.upload(genes16, 0, gene, before, stored);
      lane.upload(counts8, 0, value, before, stored);
    }
  }

  private static int wholeCount(long row, int gene, float value) {
    if (!(value >= 0 && value <= CsrTensor.MAX_COUNT && value == (int) value)) {
      throw new InvalidDataException(
          "Compact packing holds whole counts from 0 to " + CsrTensor.MAX_COUNT + ", not " + value,
          "row " + row + ", gene " + gene,
          "Use PLAIN packing, or pass raw counts.");
    }
    return (int) value;
  }

  private void escape(short ofGene, int count) {
    if (escapes == escapeGene.length) {
      escapeGene = Arrays.copyOf(escapeGene, 2 * escapes);
      escapeValue = Arrays.copyOf(escapeValue, 2 * escapes);
    }
    escapeGene[escapes] = ofGene;
    escapeValue[escapes++] = count;
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
        intake.facts());
  }
}
