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

  /**
   * Adds multiples of rows, four at a time: less goes to and from memory than one by one. Rows in
   * single precision are summed in it.
   */
  void add(Structure.Sparse multiples, double[] to) {
    int[] at = multiples.at();
    double[] factor = multiples.value();
    int k = 0;
    if (wide.length > 0) {
      for (; k + 4 <= at.length; k += 4) {
        addFour(at, factor, k, to);
      }
      for (; k < at.length; k++) {
        add(at[k], factor[k], to);
      }
      return;
    }
    float[] sum = new float[to.length];
    for (; k + 4 <= at.length; k += 4) {
      addFour(at, factor, k, sum);
    }
    for (; k < at.length; k++) {
      float f = (float) factor[k];
      float[] from = narrow[at[k]];
      for (int g = 0; g < sum.length; g++) {
        sum[g] += f * from[g];
      }
    }
    for (int g = 0; g < to.length; g++) {
      to[g] += sum[g];
    }
  }

  private void addFour(int[] at, double[] factor, int k, double[] to) {
    double[] a = wide[at[k]];
    double[] b = wide[at[k + 1]];
    double[] c = wide[at[k + 2]];
    double[] d = wide[at[k + 3]];
    double fa = factor[k];
    double fb = factor[k + 1];
    double fc = factor[k + 2];
    double fd = factor[k + 3];
    for (int g = 0; g < to.length; g++) {
      to[g] += fa * a[g] + fb * b[g] + fc * c[g] + fd * d[g];
    }
  }

  private void addFour(int[] at, double[] factor, int k, float[] to) {
    float[] a = narrow[at[k]];
    float[] b = narrow[at[k + 1]];
    float[] c = narrow[at[k + 2]];
    float[] d = narrow[at[k + 3]];
    float fa = (float) factor[k];
    float fb = (float) factor[k + 1];
    float fc = (float) factor[k + 2];
    float fd = (float) factor[k + 3];
    for (int g = 0; g < to.length; g++) {
      to[g] += fa * a[g] + fb * b[g] + fc * c[g] + fd * d[g];
    }
  }
}
