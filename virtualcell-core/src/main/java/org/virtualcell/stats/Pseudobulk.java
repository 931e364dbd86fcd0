package org.virtualcell.stats;

import java.util.function.UnaryOperator;
import org.virtualcell.api.CellState;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneProfile;
import org.virtualcell.api.GeneVocabulary;

/**
 * Mean, variance and number of expressing cells per gene of one population, in the units of its
 * state. Sums run in double precision over cells in their order, block by block. Immutable.
 */
public final class Pseudobulk {
  private static final int BLOCK_ROWS = 4096;

  private final GeneVocabulary genes;
  private final ExpressionUnits units;
  private final long cells;
  private final double[] mean;
  private final double[] variance;
  private final long[] detected;

  private Pseudobulk(
      GeneVocabulary genes,
      ExpressionUnits units,
      long cells,
      double[] mean,
      double[] variance,
      long[] detected) {
    this.genes = genes;
    this.units = units;
    this.cells = cells;
    this.mean = mean;
    this.variance = variance;
    this.detected = detected;
  }

  /**
   * The moments of a population.
   *
   * @param state one or more cells
   * @return its pseudobulk
   */
  public static Pseudobulk of(CellState state) {
    return of(state, state.units(), UnaryOperator.identity());
  }

  /**
   * The moments of a population in log1p units: of the state as it is, or of its raw counts scaled
   * to {@link Normalization#DEFAULT_TOTAL} per cell.
   *
   * @param state one or more cells
   * @return its pseudobulk
   */
  public static Pseudobulk logNormalized(CellState state) {
    if (!(state.units() instanceof ExpressionUnits.RawCounts)) {
      return of(state);
    }
    double total = Normalization.DEFAULT_TOTAL;
    return of(
        state,
        ExpressionUnits.logNormalized(total),
        block -> Normalization.logNormalize(block, total));
  }

  private static Pseudobulk of(
      CellState state, ExpressionUnits units, UnaryOperator<CsrMatrix> change) {
    int n = state.genes().size();
    double[] sum = new double[n];
    double[] squares = new double[n];
    long[] detected = new long[n];
    long cells = state.cells();
    for (long row = 0; row < cells; row += BLOCK_ROWS) {
      int rows = (int) Math.min(BLOCK_ROWS, cells - row);
      add(change.apply(state.expression().block(row, rows)), sum, squares, detected);
    }
    return new Pseudobulk(
        state.genes(), units, cells, means(sum, cells), variances(sum, squares, cells), detected);
  }

  /** From single-precision sums of one of several groups, which begin at an offset. */
  static Pseudobulk ofSums(
      GeneVocabulary genes,
      ExpressionUnits units,
      long cells,
      int offset,
      float[] sums,
      float[] squares,
      int[] detections) {
    double[] sum = new double[genes.size()];
    double[] square = new double[genes.size()];
    long[] detected = new long[genes.size()];
    for (int g = 0; g < sum.length; g++) {
      sum[g] = sums[offset + g];
      square[g] = squares[offset + g];
      detected[g] = detections[offset + g];
    }
    return new Pseudobulk(
        genes, units, cells, means(sum, cells), variances(sum, square, cells), detected);
  }

  private static double[] means(double[] sum, long cells) {
    double[] mean = new double[sum.length];
    for (int g = 0; g < mean.length; g++) {
      mean[g] = sum[g] / cells;
    }
    return mean;
  }

  /** Unbiased: (sum x^2 - (sum x)^2 / n) / (n - 1). */
  private static double[] variances(double[] sum, double[] squares, long cells) {
    double[] variance = new double[sum.length];
    for (int g = 0; g < variance.length; g++) {
      double scatter = Math.max(0, squares[g] - sum[g] * sum[g] / cells);
      variance[g] = cells < 2 ? Double.NaN : scatter / (cells - 1);
    }
    return variance;
  }

  private static void add(CsrMatrix block, double[] sum, double[] squares, long[] detected) {
    int end = block.rowStart((int) block.rows());
    for (int k = block.rowStart(0); k < end; k++) {
      int g = block.geneAt(k);
      double v = block.valueAt(k);
      sum[g] += v;
      squares[g] += v * v;
      if (v != 0) {
        detected[g]++;
      }
    }
  }

  /**
   * The genes.
   *
   * @return the vocabulary
   */
  public GeneVocabulary genes() {
    return genes;
  }

  /**
   * The units of means; variances are in their square.
   *
   * @return the units of the state
   */
  public ExpressionUnits units() {
    return units;
  }

  /**
   * How many cells there are.
   *
   * @return one or more
   */
  public long cells() {
    return cells;
  }

  /**
   * The mean over cells.
   *
   * @return one value per gene
   */
  public GeneProfile mean() {
    return GeneProfile.of(genes, mean);
  }

  /**
   * The mean of one gene.
   *
   * @param gene its index
   * @return the mean over cells, zeros included
   */
  public double mean(int gene) {
    return mean[gene];
  }

  /**
   * The variance of one gene among cells.
   *
   * @param gene its index
   * @return the unbiased variance; NaN when there is one cell only
   */
  public double variance(int gene) {
    return variance[gene];
  }

  /**
   * How many cells express a gene.
   *
   * @param gene its index
   * @return the number of cells with a value other than zero
   */
  public long detected(int gene) {
    return detected[gene];
  }
}
