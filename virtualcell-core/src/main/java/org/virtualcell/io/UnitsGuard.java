package org.virtualcell.io;

import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.InvalidDataException;

/**
 * A streamed matrix whose values are checked against its units whenever they are read, because the
 * units of a large file are detected from a part of it.
 */
final class UnitsGuard implements ExpressionMatrix {
  private final ExpressionMatrix matrix;
  private final ExpressionUnits units;
  private final Source source;

  private UnitsGuard(ExpressionMatrix matrix, ExpressionUnits units, Source source) {
    this.matrix = matrix;
    this.units = units;
    this.source = source;
  }

  /** The matrix itself where the units are not known, or where it is in memory and fits them. */
  static ExpressionMatrix of(ExpressionMatrix matrix, DetectedUnits units, Source source) {
    if (units.units().isEmpty()) {
      return matrix;
    }
    UnitsGuard guard = new UnitsGuard(matrix, units.units().get(), source);
    if (matrix instanceof CsrMatrix inMemory) {
      for (int row = 0; row < inMemory.rows(); row++) {
        for (int k = inMemory.rowStart(row); k < inMemory.rowStart(row + 1); k++) {
          guard.require(row, inMemory.geneAt(k), inMemory.valueAt(k));
        }
      }
      return matrix;
    }
    return guard;
  }

  private void require(long row, int gene, double value) {
    boolean counts = units instanceof ExpressionUnits.RawCounts;
    if (value < 0 || counts && value != Math.rint(value)) {
      throw new InvalidDataException(
          "Value " + value + " cannot be " + units,
          source + ", row " + row + ", gene " + source.geneName(gene),
          "Repair the value, or state other units.");
    }
  }

  @Override
  public long rows() {
    return matrix.rows();
  }

  @Override
  public int genes() {
    return matrix.genes();
  }

  @Override
  public long nonZeros() {
    return matrix.nonZeros();
  }

  @Override
  public long nonZeros(long firstRow, int rowCount) {
    return matrix.nonZeros(firstRow, rowCount);
  }

  @Override
  public void copyRows(long firstRow, int rowCount, int[] rowStart, int[] gene, float[] value) {
    matrix.copyRows(firstRow, rowCount, rowStart, gene, value);
    for (int r = 0; r < rowCount; r++) {
      for (int k = rowStart[r]; k < rowStart[r + 1]; k++) {
        require(firstRow + r, gene[k], value[k]);
      }
    }
  }

  @Override
  public boolean doublePrecision() {
    return matrix.doublePrecision();
  }

  @Override
  public void copyRows(long firstRow, int rowCount, int[] rowStart, int[] gene, double[] value) {
    matrix.copyRows(firstRow, rowCount, rowStart, gene, value);
    for (int r = 0; r < rowCount; r++) {
      for (int k = rowStart[r]; k < rowStart[r + 1]; k++) {
        require(firstRow + r, gene[k], value[k]);
      }
    }
  }

  /** Whether the matrix lies dense in its file. */
  static boolean dense(ExpressionMatrix matrix) {
    return matrix instanceof UnitsGuard guard ? dense(guard.matrix) : matrix instanceof DenseStream;
  }

  @Override
  public String toString() {
    return rows() + " cells x " + genes() + " genes, " + nonZeros() + " values";
  }
}
