package org.virtualcell.api;

/**
 * Rows of a matrix that are read together although only some of them are wanted: scattered rows
 * become few blocks, in the order of the file, where skipping what lies between would cost more
 * than reading it.
 *
 * @param first the first row of the block
 * @param count how many rows the block has
 * @param from the first of the wanted rows in the block, an index into the rows given
 * @param to the end of the wanted rows in the block
 */
public record RowRun(long first, int count, int from, int to) {
  /** Values between two wanted rows that are rather read than skipped. */
  private static final long GAP = 2048;

  /** Values of a block: 12 MiB in double precision. */
  private static final long BLOCK = 1 << 20;

  private static final int ROWS = 1 << 14;

  /**
   * The block that begins at a wanted row.
   *
   * @param matrix the matrix
   * @param wanted ascending rows, none twice
   * @param from the wanted row to begin at
   * @return the block; reading goes on at {@link #to()}
   * @throws InvalidDataException if a row is out of range
   */
  public static RowRun from(ExpressionMatrix matrix, int[] wanted, int from) {
    long first = wanted[from];
    long stored = matrix.nonZeros(first, 1);
    int to = from + 1;
    while (to < wanted.length && wanted[to] - first < ROWS) {
      int last = wanted[to - 1];
      long gap = matrix.nonZeros(last + 1L, wanted[to] - last - 1);
      long next = gap + matrix.nonZeros(wanted[to], 1);
      if (gap > GAP || stored + next > BLOCK) {
        break;
      }
      stored += next;
      to++;
    }
    return new RowRun(first, wanted[to - 1] - wanted[from] + 1, from, to);
  }
}
