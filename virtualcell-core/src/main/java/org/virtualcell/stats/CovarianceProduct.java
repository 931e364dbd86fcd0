package org.virtualcell.stats;

import org.virtualcell.api.CellState;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.compute.CsrTensor;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.Packing;
import org.virtualcell.compute.Tensor;

/**
 * The covariance of cells times a block of directions: two sparse products on a device, centring
 * and scaling beside them. With X the cells in log1p units, m their mean and D the scales, it is C
 * = D^-1 (X'X - n m m') D^-1 / (n - 1).
 *
 * <p>m is by far the largest direction of X, and a product that held it would lose the digits of
 * all others. Its share of every direction is split off first and multiplied by C m, which the
 * first product makes with the projections on m centred one by one.
 */
final class CovarianceProduct implements AutoCloseable {
  private static final int BLOCK_VALUES = 1 << 20;

  private final Lane lane;
  private final int genes;
  private final long cells;
  private final int width;
  private final CsrTensor x;
  private Tensor directions; // genes x width
  private Tensor projections; // cells x width
  private final double[] mean;
  private final double[] spread;
  private double totalVariance;
  private final double[] along; // the mean of scaled genes, of length 1, or 0
  private final double[] covarianceAlong; // C along
  private CovarianceMatrix matrix; // null where it would not pay

  private CovarianceProduct(Lane lane, CsrTensor logs, int width) {
    this.lane = lane;
    this.x = logs;
    this.genes = logs.genes();
    this.cells = logs.rows();
    this.width = width;
    this.mean = new double[genes];
    this.spread = new double[genes];
    this.along = new double[genes];
    this.covarianceAlong = new double[genes];
  }

  /**
   * The covariance of cells on a device.
   *
   * @param logs cells x genes in log1p units; the caller's
   * @param width the most directions of a block
   */
  static CovarianceProduct of(Lane lane, CsrTensor logs, int width, boolean scaled) {
    CovarianceProduct made = new CovarianceProduct(lane, logs, width);
    try {
      made.directions = lane.tensor(DType.F32, made.genes, width);
      made.projections = lane.tensor(DType.F32, made.cells, width);
      if (CovarianceMatrix.pays(lane, logs)) {
        CsrMatrix host = lane.download(logs);
        made.moments(host, scaled);
        made.matrix = CovarianceMatrix.of(lane, host, made.mean, made.spread);
      } else {
        made.moments(scaled);
      }
      made.meanDirection();
      return made;
    } catch (RuntimeException failed) {
      made.close();
      throw failed;
    }
  }

  /** A state's cells in log1p units on the device, for the caller to close. */
  static CsrTensor logs(Lane lane, CellState state) {
    if (!(state.units() instanceof ExpressionUnits.RawCounts)) {
      return lane.csr(state.expression(), Packing.PLAIN);
    }
    try (CsrTensor counts = lane.csr(state.expression(), Packing.PLAIN);
        Tensor scale = lane.tensor(DType.F32, state.cells())) {
      CsrTensor logs = lane.csrLike(counts);
      try {
        lane.sparse().rowScale(counts, (float) Normalization.DEFAULT_TOTAL, scale);
        lane.sparse().logNormalize(counts, scale, logs);
        return logs;
      } catch (RuntimeException failed) {
        logs.close();
        throw failed;
      }
    }
  }

  /** Mean, spread and total variance of the genes. */
  private void moments(boolean scaled) {
    float[] sums = new float[genes];
    float[] squares = new float[genes];
    try (Tensor group = lane.tensor(DType.I32, cells);
        Tensor sum = lane.tensor(DType.F32, 1, genes);
        Tensor square = lane.tensor(DType.F32, 1, genes);
        Tensor detected = lane.tensor(DType.I32, 1, genes)) {
      lane.upload(new int[Math.toIntExact(cells)], group);
      lane.sparse().groupSums(x, group, sum, square, detected);
      lane.download(sum, sums);
      lane.download(square, squares);
    }
    for (int g = 0; g < genes; g++) {
      moments(g, sums[g], squares[g], scaled);
    }
  }

  /** The same on the host. */
  private void moments(CsrMatrix host, boolean scaled) {
    double[] sums = new double[genes];
    double[] squares = new double[genes];
    for (int k = 0; k < host.nonZeros(); k++) {
      int g = host.geneAt(k);
      double value = host.valueAt(k);
      sums[g] += value;
      squares[g] += value * value;
    }
    for (int g = 0; g < genes; g++) {
      moments(g, sums[g], squares[g], scaled);
    }
  }

  private void moments(int g, double sum, double square, boolean scaled) {
    mean[g] = sum / cells;
    double variance = Math.max(0, square - cells * mean[g] * mean[g]) / (cells - 1.0);
    // what rounding leaves of a gene that does not vary is no variance
    boolean varies = variance > 1e-6 * square / cells;
    spread[g] = scaled && varies ? Math.sqrt(variance) : 1;
    totalVariance += scaled ? (varies ? 1 : 0) : variance;
  }

  /** The covariance itself, or null where products with the cells are cheaper. */
  CovarianceMatrix matrix() {
    return matrix;
  }

  private void meanDirection() {
    double square = 0;
    for (int g = 0; g < genes; g++) {
      along[g] = mean[g] / spread[g];
      square += along[g] * along[g];
    }
    for (int g = 0; square > 0 && g < genes; g++) {
      along[g] /= Math.sqrt(square);
    }
  }

  /**
   * C block for the first block, whose last column the mean's direction takes if there is a mean.
   * Only this column needs its projections centred one by one.
   */
  double[] first(Block block) {
    int last = block.columns() - 1;
    double[] values = block.values();
    double[] share = new Block(genes, 1, along).dot(block);
    double length = 0;
    for (int g = 0; g < genes; g++) {
      for (int j = 0; j < last; j++) {
        values[g * block.columns() + j] -= along[g] * share[j];
      }
      length += along[g] * along[g];
    }
    for (int g = 0; length > 0 && g < genes; g++) {
      values[g * block.columns() + last] = along[g];
    }
    double[] shift = project(block);
    double rest = centre(last, shift[last]);
    lane.sparse().transposedMultiply(x, projections, directions);
    float[] product = new float[genes * width];
    lane.download(directions, product);
    shift[last] = rest / cells;
    double[] out = new double[genes * block.columns()];
    for (int g = 0; g < genes; g++) {
      double factor = 1 / (spread[g] * (cells - 1.0));
      for (int j = 0; j <= last; j++) {
        out[g * (last + 1) + j] = (product[g * width + j] - cells * mean[g] * shift[j]) * factor;
      }
      covarianceAlong[g] = length > 0 ? out[g * (last + 1) + last] : 0;
    }
    return out;
  }

  /** Takes {@code shift} off a column of the projections; returns the sum that rounding leaves. */
  private double centre(int column, double shift) {
    double rest = 0;
    int step = Math.max(1, BLOCK_VALUES / width);
    float[] block = new float[step * width];
    for (long first = 0; first < cells; first += step) {
      int rows = (int) Math.min(step, cells - first);
      lane.download(projections, first * width, block, 0, rows * width);
      for (int i = 0; i < rows; i++) {
        float value = (float) (block[i * width + column] - shift);
        block[i * width + column] = value;
        rest += value;
      }
      lane.upload(block, 0, projections, first * width, rows * width);
    }
    return rest;
  }

  /**
   * Puts X D^-1 block into the projections, columns past the block's being 0; returns what the
   * centring takes off each column, m' D^-1 block.
   */
  private double[] project(Block block) {
    float[] upload = new float[genes * width];
    double[] shift = new double[block.columns()];
    for (int g = 0; g < genes; g++) {
      for (int j = 0; j < block.columns(); j++) {
        float value = (float) (block.values()[g * block.columns() + j] / spread[g]);
        upload[g * width + j] = value;
        shift[j] += mean[g] * value;
      }
    }
    lane.upload(upload, directions);
    lane.sparse().multiply(x, directions, projections);
    return shift;
  }

  /** C block. */
  double[] times(Block block) {
    int columns = block.columns();
    double[] share = new Block(genes, 1, along).dot(block); // along' block
    double[] rest = new double[genes * columns];
    for (int g = 0; g < genes; g++) {
      for (int j = 0; j < columns; j++) {
        rest[g * columns + j] = block.values()[g * columns + j] - along[g] * share[j];
      }
    }
    double[] shift = project(new Block(genes, columns, rest));
    lane.sparse().transposedMultiply(x, projections, directions);
    float[] product = new float[genes * width];
    lane.download(directions, product);
    for (int g = 0; g < genes; g++) {
      double factor = 1 / (spread[g] * (cells - 1.0));
      for (int j = 0; j < columns; j++) {
        // shift is what rounding left of the mean in the block
        rest[g * columns + j] =
            (product[g * width + j] - cells * mean[g] * shift[j]) * factor
                + covarianceAlong[g] * share[j];
      }
    }
    return rest;
  }

  /** (C - half) block / half: variances from 0 to 2 half become -1 to 1. */
  Block shifted(Block block, double half) {
    double[] product = times(block);
    for (int i = 0; i < product.length; i++) {
      product[i] = product[i] / half - block.values()[i];
    }
    return new Block(genes, block.columns(), product);
  }

  /** (X - m) D^-1 loading, cells x columns. */
  float[] scores(Block loading) {
    int columns = loading.columns();
    double[] shift = project(loading);
    float[] scores = new float[Math.toIntExact(cells * columns)];
    int step = Math.max(1, BLOCK_VALUES / width);
    float[] block = new float[step * width];
    for (long first = 0; first < cells; first += step) {
      int rows = (int) Math.min(step, cells - first);
      lane.download(projections, first * width, block, 0, rows * width);
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          scores[(int) (first + i) * columns + j] = (float) (block[i * width + j] - shift[j]);
        }
      }
    }
    return scores;
  }

  double[] mean() {
    return mean;
  }

  double[] spread() {
    return spread;
  }

  double totalVariance() {
    return totalVariance;
  }

  @Override
  public void close() {
    if (matrix != null) {
      matrix.close();
    }
    for (Tensor tensor : new Tensor[] {directions, projections}) {
      if (tensor != null) {
        tensor.close();
      }
    }
  }
}
