package org.virtualcell.stats.differential;

import java.util.List;

/** Dense rows; their zeros are not stored. */
record DenseValues(List<double[]> rows, int genes) implements CellValues {
  @Override
  public int cells() {
    return rows.size();
  }

  @Override
  public int row(int cell, int[] gene, double[] value) {
    double[] row = rows.get(cell);
    int count = 0;
    for (int g = 0; g < genes; g++) {
      if (row[g] != 0) {
        gene[count] = g;
        value[count++] = row[g];
      }
    }
    return count;
  }
}
