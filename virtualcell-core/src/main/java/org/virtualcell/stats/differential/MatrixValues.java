package org.virtualcell.stats.differential;

import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionMatrix;

/** A matrix in single precision, widened. */
record MatrixValues(ExpressionMatrix matrix) implements CellValues {
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
    CsrMatrix row;
    int from;
    if (matrix instanceof CsrMatrix all) {
      row = all;
      from = all.rowStart(cell);
    } else {
      row = matrix.block(cell, 1);
      from = 0;
    }
    int count = (int) matrix.nonZeros(cell, 1);
    for (int k = 0; k < count; k++) {
      gene[k] = row.geneAt(from + k);
      value[k] = row.valueAt(from + k);
    }
    return count;
  }
}
