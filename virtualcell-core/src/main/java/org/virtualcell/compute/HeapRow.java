package org.virtualcell.compute;

import java.util.Arrays;
import org.virtualcell.compute.spi.CsrData;
import org.virtualcell.compute.spi.TensorData;

/**
 * Reads a row of a sparse tensor, or the part of it within a range of genes, unpacked: the one
 * place of the Java device that knows how values are packed. One per worker; its buffers are
 * reused.
 */
final class HeapRow {
  /** Counts below this have their logarithm computed once a row; nearly all counts are. */
  private static final int TABLE = 16;

  /** Above this, log(1 + x) in double precision is exact enough and much faster than log1p. */
  private static final double LOG1P_SMALL = 1e-4;

  /** The genes read. */
  int[] gene = new int[0];

  /** Their values as stored. */
  float[] stored = new float[0];

  /** Their values or, where factors were given, the logarithms. */
  float[] value = stored;

  /** The position in the tensor's arrays of the first entry read. */
  int offset;

  private final float[] table = new float[TABLE];
  private float[] logarithms = new float[0];
  private CsrData x;
  private float[] scale;
  private long[] rowStart;
  private int[] plainGene;
  private float[] plainValue;
  private short[] compactGene;
  private byte[] compactValue;
  private long[] escapeStart;
  private short[] escapeGene;
  private int[] escapeValue;

  /**
   * Opens a tensor for reading.
   *
   * @param factors [cells] to read log1p(x * factor), or null to read x
   */
  void open(CsrData tensor, TensorData factors) {
    x = tensor;
    scale = factors == null ? null : HeapMemory.floats(factors.memory());
    rowStart = HeapMemory.longs(x.rowStart());
    if (x.packing() == Packing.PLAIN) {
      plainGene = HeapMemory.ints(x.gene());
      plainValue = HeapMemory.floats(x.value());
    } else {
      compactGene = HeapMemory.shorts(x.gene());
      compactValue = HeapMemory.bytes(x.value());
      escapeStart = HeapMemory.longs(x.escapeStart());
      escapeGene = HeapMemory.shorts(x.escapeGene());
      escapeValue = HeapMemory.ints(x.escapeValue());
    }
  }

  /** Lets go of the tensor. */
  void close() {
    x = null;
    scale = null;
    rowStart = null;
    plainGene = null;
    plainValue = null;
    compactGene = null;
    compactValue = null;
    escapeStart = null;
    escapeGene = null;
    escapeValue = null;
  }

  /** Reads a whole row; returns how many entries. */
  int read(int row) {
    return read(row, 0, x.genes());
  }

  /** Reads the entries of a row with {@code fromGene <= gene < toGene}; returns how many. */
  int read(int row, int fromGene, int toGene) {
    int begin = (int) rowStart[row];
    int end = (int) rowStart[row + 1];
    boolean whole = fromGene == 0 && toGene == x.genes();
    offset = whole ? begin : firstAtLeast(fromGene, begin, end);
    int stop = whole ? end : firstAtLeast(toGene, offset, end);
    int count = stop - offset;
    if (gene.length < count) {
      gene = new int[Math.max(count, Math.min(2 * gene.length, x.genes()))];
      stored = new float[gene.length];
    }
    if (compactGene == null) {
      System.arraycopy(plainGene, offset, gene, 0, count);
      System.arraycopy(plainValue, offset, stored, 0, count);
    } else {
      unpack(row, count);
    }
    if (scale == null) {
      value = stored;
    } else {
      takeLogarithms(count, scale[row]);
    }
    return count;
  }

  private int firstAtLeast(int wanted, int begin, int end) {
    int low = begin;
    int high = end;
    while (low < high) {
      int middle = (low + high) >>> 1;
      int found = compactGene == null ? plainGene[middle] : compactGene[middle] & 0xFFFF;
      if (found < wanted) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private void unpack(int row, int count) {
    int escape = (int) escapeStart[row];
    int lastEscape = (int) escapeStart[row + 1];
    for (int k = 0; k < count; k++) {
      gene[k] = compactGene[offset + k] & 0xFFFF;
      int small = compactValue[offset + k] & 0xFF;
      if (small == CsrTensor.ESCAPE) {
        while (escape < lastEscape && (escapeGene[escape] & 0xFFFF) < gene[k]) {
          escape++;
        }
        small = escapeValue[escape];
      }
      stored[k] = small;
    }
  }

  private void takeLogarithms(int count, float factor) {
    if (logarithms.length < count) {
      logarithms = new float[gene.length];
    }
    value = logarithms;
    Arrays.fill(table, Float.NaN);
    for (int k = 0; k < count; k++) {
      float v = stored[k];
      int small = (int) v;
      if (small < TABLE && small == v) {
        float known = table[small];
        if (Float.isNaN(known)) {
          known = log1p((double) v * factor);
          table[small] = known;
        }
        value[k] = known;
      } else {
        value[k] = log1p((double) v * factor);
      }
    }
  }

  private static float log1p(double scaled) {
    return (float) (scaled < LOG1P_SMALL ? Math.log1p(scaled) : Math.log(1 + scaled));
  }
}
