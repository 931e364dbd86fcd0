package org.virtualcell.bench.scale;

import java.util.stream.IntStream;
import org.virtualcell.api.ExpressionMatrix;

/**
 * Counts of cells x genes that are computed when they are read: Poisson, the rate of a gene times
 * the level its cell's perturbation sets. The same number comes back whenever it is asked for.
 */
final class GeneratedCounts implements ExpressionMatrix {
  /** What a perturbation does to a gene: nothing, doubling, halving, silencing. */
  private static final double[] FACTORS = {1, 2, 0.5, 0.05};

  private static final int MOST = 12;

  private final int[] groupOfCell;
  private final byte[][] level; // group x gene
  private final long seed;
  private final double[][][] cumulative; // level x gene x count
  private final int genes;
  private final long[] rowStart;

  GeneratedCounts(int[] groupOfCell, byte[][] level, double[] rate, long seed) {
    this.groupOfCell = groupOfCell;
    this.level = level;
    this.seed = seed;
    this.genes = rate.length;
    this.cumulative = new double[FACTORS.length][genes][];
    for (int l = 0; l < FACTORS.length; l++) {
      for (int g = 0; g < genes; g++) {
        cumulative[l][g] = poisson(rate[g] * FACTORS[l]);
      }
    }
    this.rowStart = new long[groupOfCell.length + 1];
    int[] stored =
        IntStream.range(0, groupOfCell.length)
            .parallel()
            .map(row -> row(row, null, null, 0))
            .toArray();
    for (int row = 0; row < stored.length; row++) {
      rowStart[row + 1] = rowStart[row] + stored[row];
    }
  }

  private static double[] poisson(double rate) {
    double[] cumulative = new double[MOST];
    double p = Math.exp(-rate);
    double sum = p;
    for (int k = 0; k < MOST; k++) {
      cumulative[k] = sum;
      p *= rate / (k + 1);
      sum += p;
    }
    return cumulative;
  }

  /** A mixing function: well spread bits from a place. */
  static long mixed(long x) {
    long z = x + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  static double uniform(long x) {
    return (mixed(x) >>> 11) * 0x1p-53;
  }

  private int row(int row, int[] gene, float[] value, int at) {
    byte[] levels = level[groupOfCell[row]];
    long place = seed + (long) row * genes;
    int count = 0;
    for (int g = 0; g < genes; g++) {
      double u = uniform(place + g);
      double[] steps = cumulative[levels[g]][g];
      if (u >= steps[0]) {
        if (gene != null) {
          int k = 1;
          while (k < MOST && u >= steps[k]) {
            k++;
          }
          gene[at + count] = g;
          value[at + count] = k;
        }
        count++;
      }
    }
    return count;
  }

  @Override
  public long rows() {
    return groupOfCell.length;
  }

  @Override
  public int genes() {
    return genes;
  }

  @Override
  public long nonZeros() {
    return rowStart[rowStart.length - 1];
  }

  @Override
  public long nonZeros(long firstRow, int rowCount) {
    return rowStart[(int) firstRow + rowCount] - rowStart[(int) firstRow];
  }

  @Override
  public void copyRows(long firstRow, int rowCount, int[] start, int[] gene, float[] value) {
    int first = (int) firstRow;
    for (int r = 0; r <= rowCount; r++) {
      start[r] = (int) (rowStart[first + r] - rowStart[first]);
    }
    IntStream.range(0, rowCount).parallel().forEach(r -> row(first + r, gene, value, start[r]));
  }
}
