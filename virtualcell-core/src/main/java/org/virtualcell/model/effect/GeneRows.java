package org.virtualcell.model.effect;

/**
 * A table of rows over genes, in double precision; a large one in single precision, which is far
 * finer than any measured effect and halves what a big model needs.
 */
final class GeneRows {
  private static final long MOST_DOUBLES = 16L << 20;

  private final double[][] wide;
  private final float[][] narrow;

  GeneRows(int rows, int genes) {
    boolean small = (long) rows * genes <= MOST_DOUBLES;
    this.wide = new double[small ? rows : 0][genes];
    this.narrow = new float[small ? 0 : rows][genes];
  }

  static long bytes(long rows, long genes) {
    return rows * genes * (rows * genes <= MOST_DOUBLES ? 8 : 4);
  }

  /** Sets a part of a row. */
  void set(int row, int first, double[] values, int width) {
    for (int b = 0; b < width; b++) {
      if (wide.length > 0) {
        wide[row][first + b] = values[b];
      } else {
        narrow[row][first + b] = (float) values[b];
      }
    }
  }

  /** Adds a multiple of a row. */
  void add(int row, double factor, double[] to) {
    if (wide.length > 0) {
      StructuredFactor.add(factor, wide[row], to, to.length);
    } else {
      float[] from = narrow[row];
      for (int g = 0; g < to.length; g++) {
        to[g] += factor * from[g];
      }
    }
  }
}
