package org.virtualcell.api;

import java.util.Arrays;
import java.util.Objects;

/**
 * Sparse expression values in memory, compressed by rows: cells x genes. Immutable and validated:
 * offsets grow monotonically, genes are strictly increasing within a row and in range, values are
 * finite. Two matrices are equal when their values are.
 */
public final class CsrMatrix implements ExpressionMatrix {
  /** The most values one matrix can hold: the longest array every JVM allows. */
  public static final int MAX_NON_ZEROS = Integer.MAX_VALUE - 8;

  private final int rows;
  private final int genes;
  private final int[] rowStart;
  private final int[] gene;
  private final float[] value;

  private CsrMatrix(int rows, int genes, int[] rowStart, int[] gene, float[] value) {
    this.rows = rows;
    this.genes = genes;
    this.rowStart = rowStart;
    this.gene = gene;
    this.value = value;
    validate();
  }

  /**
   * A matrix from copies of the given arrays.
   *
   * @param rows the number of cells
   * @param genes the number of genes
   * @param rowStart {@code rows + 1} offsets, from 0 to the number of values
   * @param gene the gene of each value, strictly increasing within a row
   * @param value the values, finite
   * @return the matrix
   * @throws InvalidDataException if a rule is broken; the message names the row
   */
  public static CsrMatrix of(int rows, int genes, int[] rowStart, int[] gene, float[] value) {
    return new CsrMatrix(rows, genes, rowStart.clone(), gene.clone(), value.clone());
  }

  /**
   * A matrix around the given arrays, which the caller gives away and must not touch again.
   *
   * @param rows the number of cells
   * @param genes the number of genes
   * @param rowStart {@code rows + 1} offsets, from 0 to the number of values
   * @param gene the gene of each value, strictly increasing within a row
   * @param value the values, finite
   * @return the matrix
   * @throws InvalidDataException if a rule is broken; the message names the row
   */
  public static CsrMatrix wrap(int rows, int genes, int[] rowStart, int[] gene, float[] value) {
    return new CsrMatrix(rows, genes, rowStart, gene, value);
  }

  /**
   * A matrix of the non-zeros of dense rows.
   *
   * @param dense cells x genes; every row equally long
   * @param genes the number of genes, needed when there is no row
   * @return the matrix
   * @throws InvalidDataException if the rows differ in length or a value is not finite
   */
  public static CsrMatrix ofDense(float[][] dense, int genes) {
    Objects.requireNonNull(dense, "dense");
    long stored = 0;
    for (int r = 0; r < dense.length; r++) {
      if (dense[r].length != genes) {
        throw new InvalidDataException(
            "A row has " + dense[r].length + " values, " + genes + " genes were stated",
            "row " + r,
            "Pass equal rows.");
      }
      for (float v : dense[r]) {
        stored += v != 0 ? 1 : 0;
      }
    }
    if (stored > MAX_NON_ZEROS) {
      throw new InvalidDataException(
          "The matrix holds " + stored + " values, more than one array can",
          dense.length + " rows",
          "Use fewer rows.");
    }
    int[] rowStart = new int[dense.length + 1];
    int[] gene = new int[(int) stored];
    float[] value = new float[(int) stored];
    int next = 0;
    for (int r = 0; r < dense.length; r++) {
      for (int g = 0; g < genes; g++) {
        if (dense[r][g] != 0) {
          gene[next] = g;
          value[next++] = dense[r][g];
        }
      }
      rowStart[r + 1] = next;
    }
    return new CsrMatrix(dense.length, genes, rowStart, gene, value);
  }

  private void validate() {
    Objects.requireNonNull(rowStart, "rowStart");
    Objects.requireNonNull(gene, "gene");
    Objects.requireNonNull(value, "value");
    if (rows < 0 || genes < 0) {
      throw invalid(
          "A matrix has a negative size", rows + " x " + genes, "Pass sizes of zero or more.");
    }
    if (rowStart.length != rows + 1L) {
      throw invalid(
          "A matrix of " + rows + " rows needs " + (rows + 1L) + " offsets",
          rowStart.length + " offsets",
          "Pass one offset per row and one for the end.");
    }
    if (rowStart[0] != 0 || rowStart[rows] != gene.length || gene.length != value.length) {
      throw invalid(
          "Offsets, genes and values disagree",
          "offsets "
              + rowStart[0]
              + " to "
              + rowStart[rows]
              + ", "
              + gene.length
              + " genes, "
              + value.length
              + " values",
          "The offsets must run from 0 to the number of values.");
    }
    for (int r = 0; r < rows; r++) {
      validateRow(r);
    }
  }

  private void validateRow(int r) {
    if (rowStart[r] > rowStart[r + 1] || rowStart[r + 1] > gene.length) {
      throw invalid(
          "Row offsets decrease or leave the matrix",
          "row " + r,
          "Offsets must grow from row to row up to the number of values.");
    }
    int previous = -1;
    for (int k = rowStart[r]; k < rowStart[r + 1]; k++) {
      if (gene[k] <= previous || gene[k] >= genes) {
        String what =
            gene[k] < 0 || gene[k] >= genes
                ? "A gene index is out of range"
                : "Gene indices are unsorted or repeated";
        throw invalid(
            what,
            "row " + r + ", index " + gene[k] + " after " + previous + ", " + genes + " genes",
            "Sort each row by gene, sum duplicates, and keep indices within the vocabulary.");
      }
      if (!Float.isFinite(value[k])) {
        throw invalid(
            "A value is " + value[k],
            "row " + r + ", gene " + gene[k],
            "Remove or repair values that are not finite.");
      }
      previous = gene[k];
    }
  }

  private static InvalidDataException invalid(String what, String where, String remedy) {
    return new InvalidDataException(what, where, remedy);
  }

  @Override
  public long rows() {
    return rows;
  }

  @Override
  public int genes() {
    return genes;
  }

  @Override
  public long nonZeros() {
    return gene.length;
  }

  @Override
  public long nonZeros(long firstRow, int rowCount) {
    requireBlock(firstRow, rowCount);
    int first = (int) firstRow;
    int stored = rowStart[first + rowCount] - rowStart[first];
    return stored;
  }

  @Override
  public void copyRows(
      long firstRow, int rowCount, int[] toRowStart, int[] toGene, float[] toValue) {
    requireBlock(firstRow, rowCount);
    int first = (int) firstRow;
    int base = rowStart[first];
    int stored = rowStart[first + rowCount] - base;
    if (toRowStart.length < rowCount + 1L || toGene.length < stored || toValue.length < stored) {
      throw invalid(
          "A block of "
              + rowCount
              + " rows with "
              + stored
              + " values does not fit the arrays given",
          toRowStart.length
              + " offsets, "
              + toGene.length
              + " genes, "
              + toValue.length
              + " values",
          "Size them by nonZeros(firstRow, rowCount).");
    }
    for (int r = 0; r <= rowCount; r++) {
      toRowStart[r] = rowStart[first + r] - base;
    }
    System.arraycopy(gene, base, toGene, 0, stored);
    System.arraycopy(value, base, toValue, 0, stored);
  }

  @Override
  public boolean inMemory() {
    return true;
  }

  /**
   * Copies the stored values of one row.
   *
   * @param row the cell
   * @param toGene receives the gene of each value
   * @param toValue receives the values
   * @param at where in both arrays the first goes
   * @return how many values there are
   * @throws IndexOutOfBoundsException if there is no such row or the arrays are too short
   */
  public int copyRow(int row, int[] toGene, float[] toValue, int at) {
    int from = rowStart[row];
    int stored = rowStart[row + 1] - from;
    System.arraycopy(gene, from, toGene, at, stored);
    System.arraycopy(value, from, toValue, at, stored);
    return stored;
  }

  private void requireBlock(long firstRow, int rowCount) {
    if (firstRow < 0 || rowCount < 0 || firstRow > (long) rows - rowCount) {
      throw invalid(
          "A block of rows is out of range",
          rowCount + " rows from row " + firstRow + " of " + rows,
          "Ask for rows the matrix has.");
    }
  }

  /**
   * The value of one cell and gene.
   *
   * @param row the cell
   * @param column the gene's index
   * @return the value, 0 where none is stored
   * @throws InvalidDataException if either is out of range
   */
  public float get(int row, int column) {
    requireBlock(row, 1);
    if (column < 0 || column >= genes) {
      throw invalid(
          "A gene index is out of range",
          "gene " + column + " of " + genes,
          "Look genes up by name in the vocabulary.");
    }
    int at = Arrays.binarySearch(gene, rowStart[row], rowStart[row + 1], column);
    return at < 0 ? 0 : value[at];
  }

  /**
   * The offset of a row's first value.
   *
   * @param row 0 to {@link #rows()}, the last being the end
   * @return an offset for {@link #geneAt(int)} and {@link #valueAt(int)}
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public int rowStart(int row) {
    return rowStart[row];
  }

  /**
   * The gene of a stored value.
   *
   * @param offset an offset between two row starts
   * @return the gene's index
   * @throws IndexOutOfBoundsException if no value is stored there
   */
  public int geneAt(int offset) {
    return gene[offset];
  }

  /**
   * A stored value.
   *
   * @param offset an offset between two row starts
   * @return the value
   * @throws IndexOutOfBoundsException if no value is stored there
   */
  public float valueAt(int offset) {
    return value[offset];
  }

  /**
   * A matrix of some rows of this one, in the order given.
   *
   * @param chosen row indices; they may repeat
   * @return a copy
   * @throws InvalidDataException if an index is out of range or the result is too large
   */
  public CsrMatrix select(int... chosen) {
    long stored = 0;
    for (int r : chosen) {
      requireBlock(r, 1);
      stored += rowStart[r + 1] - rowStart[r];
    }
    if (stored > MAX_NON_ZEROS) {
      throw invalid(
          "The rows chosen hold " + stored + " values",
          chosen.length + " rows",
          "Choose fewer rows at a time.");
    }
    int[] newStart = new int[chosen.length + 1];
    int[] newGene = new int[(int) stored];
    float[] newValue = new float[(int) stored];
    int next = 0;
    for (int i = 0; i < chosen.length; i++) {
      int from = rowStart[chosen[i]];
      int length = rowStart[chosen[i] + 1] - from;
      System.arraycopy(gene, from, newGene, next, length);
      System.arraycopy(value, from, newValue, next, length);
      next += length;
      newStart[i + 1] = next;
    }
    return new CsrMatrix(chosen.length, genes, newStart, newGene, newValue);
  }

  static ContentDigest.Builder digestOf(long rows, int genes) {
    return ContentDigest.of("expression/1").add(rows).add(genes);
  }

  void addTo(ContentDigest.Builder content) {
    for (int r = 0; r < rows; r++) {
      for (int k = rowStart[r]; k < rowStart[r + 1]; k++) {
        if (value[k] != 0) {
          content.add(gene[k]).add(value[k]);
        }
      }
      content.add(-1L);
    }
  }

  @Override
  public ContentDigest digest() {
    ContentDigest.Builder content = digestOf(rows, genes);
    addTo(content);
    return content.build();
  }

  /** Matrices are equal when all their values are; explicit zeros do not matter. */
  @Override
  public boolean equals(Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof CsrMatrix that) || rows != that.rows || genes != that.genes) {
      return false;
    }
    for (int r = 0; r < rows; r++) {
      if (!rowEquals(that, r)) {
        return false;
      }
    }
    return true;
  }

  private boolean rowEquals(CsrMatrix that, int r) {
    int a = nextNonZero(rowStart[r], rowStart[r + 1]);
    int b = that.nextNonZero(that.rowStart[r], that.rowStart[r + 1]);
    while (a < rowStart[r + 1] && b < that.rowStart[r + 1]) {
      if (gene[a] != that.gene[b] || value[a] != that.value[b]) {
        return false;
      }
      a = nextNonZero(a + 1, rowStart[r + 1]);
      b = that.nextNonZero(b + 1, that.rowStart[r + 1]);
    }
    return a == rowStart[r + 1] && b == that.rowStart[r + 1];
  }

  private int nextNonZero(int from, int end) {
    int k = from;
    while (k < end && value[k] == 0) {
      k++;
    }
    return k;
  }

  @Override
  public int hashCode() {
    int hash = 31 * rows + genes;
    for (int r = 0; r < rows; r++) {
      for (int k = rowStart[r]; k < rowStart[r + 1]; k++) {
        if (value[k] != 0) {
          hash = 31 * (31 * hash + gene[k]) + Float.floatToIntBits(value[k]);
        }
      }
      hash = 31 * hash - 1;
    }
    return hash;
  }

  @Override
  public String toString() {
    return rows + " cells x " + genes + " genes, " + gene.length + " values";
  }
}
