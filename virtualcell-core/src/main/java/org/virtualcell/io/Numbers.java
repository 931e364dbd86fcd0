package org.virtualcell.io;

/**
 * The numbers of one dataset, read by blocks of rows. A row is what lies at one index of the first
 * dimension: one number of a list, one line of a table. Safe for concurrent use.
 */
interface Numbers {
  /** The sizes, one or two of them. */
  long[] shape();

  /** How the numbers lie in the file. */
  ElementType type();

  /** The path inside the file, for messages. */
  String place();

  /** Copies rows into {@code to} from {@code at} on. */
  void read(long firstRow, int rows, float[] to, int at);

  /** Copies rows into {@code to} from {@code at} on. */
  void read(long firstRow, int rows, double[] to, int at);

  /** Copies rows into {@code to} from {@code at} on; a fraction becomes Long.MIN_VALUE. */
  void read(long firstRow, int rows, long[] to, int at);

  /** The number of rows. */
  default long rows() {
    return shape()[0];
  }

  /** The number of numbers in a row. */
  default long columns() {
    return shape().length == 1 ? 1 : shape()[1];
  }
}
