package org.virtualcell.evaluate.vcc;

import java.util.Arrays;
import org.virtualcell.api.CsrMatrix;

/** The values count / total of chosen genes, gene by gene, each gene's values sorted. */
final class GeneValues {
  private GeneValues() {}

  /** Where the values of each chosen gene begin; one more entry for the end. */
  static int[] starts(CellCounts counts, int[] position, int chosen) {
    CsrMatrix rows = counts.rows();
    int[] start = new int[chosen + 1];
    for (int k = 0, end = rows.rowStart(counts.rowCount()); k < end; k++) {
      int j = position[rows.geneAt(k)];
      if (j >= 0 && rows.valueAt(k) != 0) {
        start[j + 1]++;
      }
    }
    for (int j = 0; j < chosen; j++) {
      start[j + 1] += start[j];
    }
    return start;
  }

  /** The values, without zeros. */
  static double[] sorted(CellCounts counts, int[] position, int[] start) {
    CsrMatrix rows = counts.rows();
    double[] value = new double[start[start.length - 1]];
    int[] next = start.clone();
    for (int r = 0; r < counts.rowCount(); r++) {
      double total = counts.total(r);
      for (int k = rows.rowStart(r); k < rows.rowStart(r + 1); k++) {
        int j = position[rows.geneAt(k)];
        if (j >= 0 && rows.valueAt(k) != 0) {
          value[next[j]++] = rows.valueAt(k) / total;
        }
      }
    }
    for (int j = 0; j + 1 < start.length; j++) {
      Arrays.sort(value, start[j], start[j + 1]);
    }
    return value;
  }
}
