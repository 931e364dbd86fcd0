package org.virtualcell.stats.differential;

import java.util.Optional;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionMatrix;

/** The cells of a matrix in memory. */
record MatrixValues(CsrMatrix matrix) implements CellValues {
  @Override
  public int cells() {
    return (int) matrix.rows();
  }

  @Override
  public int genes() {
    return matrix.genes();
  }

  @Override
  public Optional<ExpressionMatrix> inSinglePrecision() {
    return Optional.of(matrix);
  }

  @Override
  public int row(int cell, int[] gene, double[] value) {
    int from = matrix.rowStart(cell);
    int count = matrix.rowStart(cell + 1) - from;
    for (int k = 0; k < count; k++) {
      gene[k] = matrix.geneAt(from + k);
      value[k] = matrix.valueAt(from + k);
    }
    return count;
  }
}
