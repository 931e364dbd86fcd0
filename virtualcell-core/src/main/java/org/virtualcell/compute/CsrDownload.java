package org.virtualcell.compute;

import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.compute.spi.LaneBackend;

/** Copies a sparse tensor to the host. */
final class CsrDownload {
  private CsrDownload() {}

  static CsrMatrix run(LaneBackend lane, CoreCsrTensor x) {
    if (x.rows() >= CsrMatrix.MAX_NON_ZEROS || x.nonZeros() > CsrMatrix.MAX_NON_ZEROS) {
      throw new InvalidDataException(
          "A sparse tensor is larger than one matrix in memory can be",
          x.toString(),
          "Keep it on the device or work in blocks of rows.");
    }
    int rows = (int) x.rows();
    int stored = (int) x.nonZeros();
    long[] offsets = new long[rows + 1];
    lane.download(x.rowStart(), 0, offsets, 0, rows + 1);
    int[] rowStart = new int[rows + 1];
    for (int r = 0; r <= rows; r++) {
      rowStart[r] = (int) offsets[r];
    }
    int[] gene = new int[stored];
    float[] value = new float[stored];
    if (stored > 0 && x.packing() == Packing.PLAIN) {
      lane.download(x.gene(), 0, gene, 0, stored);
      lane.download(x.value(), 0, value, 0, stored);
    } else if (stored > 0) {
      unpack(lane, x, gene, value);
    }
    return CsrMatrix.wrap(rows, x.genes(), rowStart, gene, value);
  }

  private static void unpack(LaneBackend lane, CoreCsrTensor x, int[] gene, float[] value) {
    short[] genes = new short[gene.length];
    byte[] counts = new byte[gene.length];
    int[] escapes = new int[(int) x.escapes()];
    lane.download(x.gene(), 0, genes, 0, genes.length);
    lane.download(x.value(), 0, counts, 0, counts.length);
    if (escapes.length > 0) {
      lane.download(x.escapeValue(), 0, escapes, 0, escapes.length);
    }
    int nextEscape = 0;
    for (int k = 0; k < gene.length; k++) {
      gene[k] = Short.toUnsignedInt(genes[k]);
      int count = Byte.toUnsignedInt(counts[k]);
      value[k] = count == CsrTensor.ESCAPE ? escapes[nextEscape++] : count;
    }
  }
}
