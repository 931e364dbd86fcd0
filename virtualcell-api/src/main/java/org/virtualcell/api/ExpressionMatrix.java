package org.virtualcell.api;

/**
 * Sparse expression values, cells x genes. The counts are {@code long} and rows are copied out in
 * blocks, so that on-heap, off-heap and streamed data fit behind it. Implementations are
 * thread-safe for reading.
 *
 * <p>Within a row, genes are strictly increasing and values finite.
 */
public interface ExpressionMatrix {
  /**
   * The number of cells.
   *
   * @return zero or more
   */
  long rows();

  /**
   * The number of genes.
   *
   * @return zero or more
   */
  int genes();

  /**
   * The number of stored values. Explicit zeros count.
   *
   * @return zero or more
   */
  long nonZeros();

  /**
   * The number of stored values in a block of rows.
   *
   * @param firstRow the first row, 0 to {@link #rows()}
   * @param rowCount how many rows, at most {@code rows() - firstRow}
   * @return zero or more
   * @throws InvalidDataException if the block is out of range
   */
  long nonZeros(long firstRow, int rowCount);

  /**
   * Copies a block of rows into arrays of the caller.
   *
   * @param firstRow the first row
   * @param rowCount how many rows
   * @param rowStart receives {@code rowCount + 1} offsets into the next two arrays, the first of
   *     them 0
   * @param gene receives the gene of each stored value; at least {@link #nonZeros(long, int)} long
   * @param value receives each stored value; at least as long
   * @throws InvalidDataException if the block is out of range or an array is too short
   */
  void copyRows(long firstRow, int rowCount, int[] rowStart, int[] gene, float[] value);

  /**
   * Whether rows are copied from arrays in memory: then small blocks, which stay in a processor's
   * cache, cost least; from a file large ones do.
   *
   * @return false where a block may have to be read
   */
  default boolean inMemory() {
    return false;
  }

  /**
   * Whether values are kept in more than single precision, so that the form of {@code copyRows}
   * that takes doubles gives more than the form that takes floats.
   *
   * @return false unless an implementation says otherwise
   */
  default boolean doublePrecision() {
    return false;
  }

  /**
   * Copies a block of rows in double precision. What is kept in single precision is widened.
   *
   * @param firstRow the first row
   * @param rowCount how many rows
   * @param rowStart receives {@code rowCount + 1} offsets into the next two arrays, the first of
   *     them 0
   * @param gene receives the gene of each stored value; at least {@link #nonZeros(long, int)} long
   * @param value receives each stored value; at least as long
   * @throws InvalidDataException if the block is out of range or an array is too short
   */
  default void copyRows(long firstRow, int rowCount, int[] rowStart, int[] gene, double[] value) {
    float[] single = new float[value.length];
    copyRows(firstRow, rowCount, rowStart, gene, single);
    for (int k = 0; k < rowStart[rowCount]; k++) {
      value[k] = single[k];
    }
  }

  /**
   * A block of rows as a matrix in memory.
   *
   * @param firstRow the first row
   * @param rowCount how many rows
   * @return a copy
   * @throws InvalidDataException if the block is out of range or holds more than 2^31 - 9 values
   */
  default CsrMatrix block(long firstRow, int rowCount) {
    long stored = nonZeros(firstRow, rowCount);
    if (stored > CsrMatrix.MAX_NON_ZEROS) {
      throw new InvalidDataException(
          "A block of " + rowCount + " rows holds " + stored + " values, more than one array can",
          "rows " + firstRow + " to " + (firstRow + rowCount),
          "Ask for fewer rows at a time.");
    }
    int[] rowStart = new int[rowCount + 1];
    int[] gene = new int[(int) stored];
    float[] value = new float[(int) stored];
    copyRows(firstRow, rowCount, rowStart, gene, value);
    return CsrMatrix.wrap(rowCount, genes(), rowStart, gene, value);
  }

  /**
   * The digest of the values: shape, then for each cell its non-zero (gene, value) pairs in order
   * of genes. Explicit zeros, storage order and block size do not matter.
   *
   * @return equal for equal matrices, on every platform
   */
  default ContentDigest digest() {
    final int mostRows = 4096;
    final long mostValues = 1 << 20;
    ContentDigest.Builder content = CsrMatrix.digestOf(rows(), genes());
    int count = 0;
    for (long row = 0; row < rows(); row += count) {
      count = (int) Math.min(mostRows, rows() - row);
      while (count > 1 && nonZeros(row, count) > mostValues) {
        count /= 2;
      }
      block(row, count).addTo(content);
    }
    return content.build();
  }
}
