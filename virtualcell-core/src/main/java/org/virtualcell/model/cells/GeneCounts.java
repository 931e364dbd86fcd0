package org.virtualcell.model.cells;

/**
 * How molecules of each gene are spread over the control cells: negative binomial around depth
 * times a mean rate, {@code variance = mean + dispersion x mean^2}.
 *
 * <p>The dispersion is that of moments, {@code sum((x - s m)^2 - s m) / sum((s m)^2)}, drawn
 * towards that of all genes together by how sure it is: its sampling variance is about {@code (2 +
 * 1/m) / (n m^2)}, that of genes about the square of the common one.
 */
final class GeneCounts {
  private final double[] rate; // molecules per cell of mean depth
  private final double[] dispersion;
  private final double meanUnit; // harmonic over cells: weight of a molecule at mean depth

  private GeneCounts(double[] rate, double[] dispersion, double meanUnit) {
    this.rate = rate;
    this.dispersion = dispersion;
    this.meanUnit = meanUnit;
  }

  /**
   * Estimates rates and dispersions.
   *
   * @param cells control cells, one or more
   * @param genes how many genes there are
   */
  static GeneCounts of(Molecules[] cells, int genes) {
    double depth = 0;
    int filled = 0;
    for (Molecules cell : cells) {
      if (cell.unit() > 0) {
        depth += 1 / cell.unit();
        filled++;
      }
    }
    double meanUnit = filled == 0 ? 0 : filled / depth;
    double[] sum = new double[genes];
    double[] squares = new double[genes];
    double[] withDepth = new double[genes];
    double sizes = 0;
    double sizeSquares = 0;
    for (Molecules cell : cells) {
      double s = cell.unit() > 0 ? meanUnit / cell.unit() : 0;
      sizes += s;
      sizeSquares += s * s;
      for (int k = 0; k < cell.size(); k++) {
        double x = cell.count(k);
        sum[cell.gene(k)] += x;
        squares[cell.gene(k)] += x * x;
        withDepth[cell.gene(k)] += s * x;
      }
    }
    double[] rate = new double[genes];
    double[] excess = new double[genes];
    double[] scale = new double[genes];
    double allExcess = 0;
    double allScale = 0;
    for (int g = 0; g < genes; g++) {
      double m = sizes > 0 ? sum[g] / sizes : 0;
      rate[g] = m;
      excess[g] = squares[g] - 2 * m * withDepth[g] + m * m * sizeSquares - m * sizes;
      scale[g] = m * m * sizeSquares;
      if (m > 0) {
        // relative to its noise, lest a few genes of many molecules speak for all
        double w = 1 / (scale[g] * (2 + 1 / m));
        allExcess += w * scale[g] * excess[g];
        allScale += w * scale[g] * scale[g];
      }
    }
    double common = allScale > 0 ? Math.max(0.05, allExcess / allScale) : 1;
    double[] dispersion = new double[genes];
    double least = sizes > 0 ? 0.5 / sizes : 0; // half a molecule in all cells, where none was seen
    for (int g = 0; g < genes; g++) {
      if (rate[g] > 0) {
        double noise = (2 + 1 / rate[g]) / scale[g];
        double sure = common * common / (common * common + noise);
        dispersion[g] = Math.max(0, sure * excess[g] / scale[g] + (1 - sure) * common);
      } else {
        dispersion[g] = common;
        rate[g] = least;
      }
    }
    return new GeneCounts(rate, dispersion, meanUnit);
  }

  double rate(int gene) {
    return rate[gene];
  }

  /** What a cell is expected to have, by its depth. */
  double expected(int gene, Molecules cell) {
    return expectedAt(gene, cell.unit());
  }

  /** What a cell is expected to have in which one molecule weighs so much. */
  double expectedAt(int gene, double unit) {
    return unit > 0 ? rate[gene] * meanUnit / unit : 0;
  }

  /**
   * The shape of what is known of a cell's own rate of a gene once its molecules have been counted:
   * gamma with this shape and mean {@link #ownRate}. Infinite where cells do not differ.
   */
  double shape(int gene, double count) {
    return varies(gene) ? 1 / dispersion[gene] + count : Double.POSITIVE_INFINITY;
  }

  /** The mean of a cell's own rate, given its count: {@code (1/d + x) / (1 / (d e) + 1)}. */
  double ownRate(int gene, double count, double expected) {
    double d = dispersion[gene];
    return expected > 0 ? (1 + d * count) / (1 + d * expected) * expected : 0;
  }

  boolean varies(int gene) {
    return dispersion[gene] > 1e-6;
  }
}
