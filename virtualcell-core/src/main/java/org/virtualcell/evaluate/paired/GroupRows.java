package org.virtualcell.evaluate.paired;

import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.MemoryBudgetException;

/** The rows of one group while they are being collected from a file, in ascending order. */
final class GroupRows {
  private final int genes;
  private final int rows;
  private final int[] start;
  private final int[] gene;
  private final float[] value;
  private int filled;

  GroupRows(LabelledMatrix side, String label, int[] rows, long bytes) {
    long stored = (bytes - (rows.length + 1L) * Integer.BYTES) / (Integer.BYTES + Float.BYTES);
    if (stored > CsrMatrix.MAX_NON_ZEROS) {
      throw new MemoryBudgetException(
          "A group holds " + stored + " values, more than one array can",
          side.source() + ", '" + label + "'",
          "Use fewer cells per group.");
    }
    this.genes = side.genes().size();
    this.rows = rows.length;
    this.start = new int[rows.length + 1];
    this.gene = new int[(int) stored];
    this.value = new float[(int) stored];
  }

  /** Takes the next row. */
  void take(CsrMatrix block, int row) {
    int next = start[filled];
    for (int k = block.rowStart(row); k < block.rowStart(row + 1); k++) {
      gene[next] = block.geneAt(k);
      value[next++] = block.valueAt(k);
    }
    start[++filled] = next;
  }

  CsrMatrix matrix() {
    return CsrMatrix.wrap(rows, genes, start, gene, value);
  }
}
