package org.virtualcell.io;

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

  /** The matrix itself where the units are not known. */
  static ExpressionMatrix of(ExpressionMatrix matrix, DetectedUnits units, Source source) {
    return units.units().isEmpty() ? matrix : new UnitsGuard(matrix, units.units().get(), source);
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
    boolean counts = units instanceof ExpressionUnits.RawCounts;
    for (int r = 0; r < rowCount; r++) {
      for (int k = rowStart[r]; k < rowStart[r + 1]; k++) {
        if (value[k] < 0 || counts && value[k] != Math.rint(value[k])) {
          throw new InvalidDataException(
              "Value " + value[k] + " cannot be " + units,
              source + ", row " + (firstRow + r) + ", gene " + source.geneName(gene[k]),
              "Repair the value, or state other units.");
        }
      }
    }
  }

  @Override
  public String toString() {
    return rows() + " cells x " + genes() + " genes, " + nonZeros() + " values";
  }
}
