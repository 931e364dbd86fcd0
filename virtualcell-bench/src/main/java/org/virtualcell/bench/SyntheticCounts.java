package org.virtualcell.bench;

import java.util.SplittableRandom;
import org.virtualcell.api.CsrMatrix;

/**
 * Counts shaped like real ones: Poisson, with a log-normal depth per cell (sigma 0.45) and
 * log-normal mean expression per gene (sigma 2), scaled to a stated share of non-zeros. A few genes
 * hold most values, as in tissue.
 */
final class SyntheticCounts {
  private static final double DEPTH_SIGMA = 0.45;
  private static final double GENE_SIGMA = 2.0;

  private SyntheticCounts() {}

  /**
   * A matrix.
   *
   * @param cells rows
   * @param genes columns
   * @param density wanted share of non-zeros, above 0 and below 1; met within a few percent
   * @param seed same seed, same matrix
   */
  static CsrMatrix of(int cells, int genes, double density, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] mean = new double[genes];
    for (int g = 0; g < genes; g++) {
      mean[g] = Math.exp(GENE_SIGMA * random.nextGaussian());
    }
    double scale = scaleFor(mean, density);
    int[] rowStart = new int[cells + 1];
    int capacity = (int) (1.3 * density * cells * genes) + genes;
    int[] gene = new int[capacity];
    float[] value = new float[capacity];
    int next = 0;
    for (int r = 0; r < cells; r++) {
      double depth = scale * Math.exp(DEPTH_SIGMA * random.nextGaussian());
      for (int g = 0; g < genes && next < capacity; g++) {
        int count = poisson(mean[g] * depth, random);
        if (count > 0) {
          gene[next] = g;
          value[next++] = count;
        }
      }
      rowStart[r + 1] = next;
    }
    return CsrMatrix.of(
        cells,
        genes,
        rowStart,
        java.util.Arrays.copyOf(gene, next),
        java.util.Arrays.copyOf(value, next));
  }

  /** The factor at which a cell of median depth has the wanted share of non-zeros. */
  private static double scaleFor(double[] mean, double density) {
    double low = 1e-9;
    double high = 1e9;
    for (int step = 0; step < 200; step++) {
      double middle = Math.sqrt(low * high);
      double present = 0;
      for (double m : mean) {
        present += -Math.expm1(-m * middle);
      }
      if (present < density * mean.length) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static int poisson(double lambda, SplittableRandom random) {
    if (lambda > 30) {
      return (int) Math.max(0, Math.rint(lambda + Math.sqrt(lambda) * random.nextGaussian()));
    }
    double left = Math.exp(-lambda);
    double draw = random.nextDouble();
    int count = 0;
    for (double p = left; draw > p && count < 200; count++) {
      draw -= p;
      p *= lambda / (count + 1);
    }
    return count;
  }
}
