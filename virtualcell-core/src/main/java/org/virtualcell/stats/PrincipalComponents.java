package org.virtualcell.stats;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.virtualcell.api.CellState;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.compute.CsrTensor;
import org.virtualcell.compute.Lane;

/**
 * Principal components of cells in log1p units: the directions of largest variance over genes,
 * found on a device, without ever centring or filling the sparse matrix.
 *
 * <p>Of up to 4,096 genes, at least twice as many cells and at most 2^26 values the covariance
 * itself is made, in one pass over the cells, and its leading directions are taken from the span of
 * its products with a random block (block Lanczos), which grows until they leave it by no more than
 * a fiftieth: of the variance of a component less than a thousandth is left out, of most of them
 * far less. So on a lane of {@link org.virtualcell.compute.Precision#EXACT}.
 *
 * <p>Otherwise a random block of directions, somewhat wider than wanted, is multiplied by the
 * covariance again and again, as two products with the cells. Between two orthonormalisations a
 * Chebyshev polynomial of degree 2 damps everything below the smallest variance the block has found
 * (Zhou et al., J. Comput. Phys. 219, 2006), which gets as far as twice to three times as many
 * plain products would. The block's covariance is diagonalised at the end (Rayleigh-Ritz).
 * Directions that stand out are exact to single precision after a few products; directions in the
 * bulk of equal variances mix with their neighbours, whose variances they share. More products
 * sharpen both.
 *
 * <p>Products run in single precision on the lane, all small matrices in double. The same state,
 * options and device give the same bytes for any number of threads.
 */
public final class PrincipalComponents {
  private final GeneVocabulary genes;
  private final int components;
  private final double[] mean;
  private final double[] spread;
  private final double[] loading;
  private final double[] variance;
  private final double totalVariance;
  private final float[] score;

  private PrincipalComponents(
      GeneVocabulary genes,
      double[] mean,
      double[] spread,
      double[] loading,
      double[] variance,
      double totalVariance,
      float[] score) {
    this.genes = genes;
    this.components = variance.length;
    this.mean = mean;
    this.spread = spread;
    this.loading = loading;
    this.variance = variance;
    this.totalVariance = totalVariance;
    this.score = score;
  }

  /**
   * How to find the components.
   *
   * @param components how many
   * @param extra how many more directions are iterated and thrown away; without effect where the
   *     covariance itself is made
   * @param products how often the block is multiplied by the covariance, 2 or more; without effect
   *     where the covariance itself is made
   * @param scaled whether each gene is divided by its standard deviation first
   * @param seed of the random first block
   */
  public record Options(int components, int extra, int products, boolean scaled, long seed) {
    /**
     * Checks the options.
     *
     * @throws InvalidDataException if a number is out of range
     */
    public Options {
      if (components < 1 || extra < 0 || products < 2) {
        throw new InvalidDataException(
            "Options of principal components are out of range",
            components + " components, " + extra + " more, " + products + " products",
            "Ask for 1 component or more, 0 or more extra directions and 2 or more products.");
      }
    }

    /**
     * Unscaled, 14 directions more than wanted, 7 products, seed 0.
     *
     * @param components how many
     * @return the options
     * @throws InvalidDataException if the number is not positive
     */
    public static Options of(int components) {
      return new Options(components, 14, 7, false, 0);
    }
  }

  /**
   * Finds the components of a state's cells.
   *
   * @param lane where the products are made; holds the cells, cells x directions and, where the
   *     covariance is made, genes x genes and 16,384 cells x a quarter of the genes
   * @param state the cells; raw counts are scaled to {@link Normalization#DEFAULT_TOTAL} per cell
   *     and logarithms taken
   * @param options how
   * @return the components, the one of largest variance first; the largest loading of each is
   *     positive
   * @throws InvalidDataException if the cells span fewer dimensions than components are asked for
   * @throws org.virtualcell.api.MemoryBudgetException if the cells do not fit the lane's memory
   */
  public static PrincipalComponents fit(Lane lane, CellState state, Options options) {
    try (CsrTensor logs = CovarianceProduct.logs(lane, state)) {
      return fit(lane, logs, state.genes(), options);
    }
  }

  /**
   * Finds the components of cells that are on the device already.
   *
   * @param lane where the products are made; holds what is said above
   * @param logs cells x genes, in log1p units
   * @param genes what its genes are
   * @param options how
   * @return as above
   * @throws InvalidDataException if the numbers of genes differ, or the cells span fewer dimensions
   *     than components are asked for
   * @throws org.virtualcell.api.MemoryBudgetException if the lane's memory is exceeded
   */
  public static PrincipalComponents fit(
      Lane lane, CsrTensor logs, GeneVocabulary genes, Options options) {
    if (logs.genes() != genes.size()) {
      throw new InvalidDataException(
          "The cells have " + logs.genes() + " genes, the vocabulary " + genes.size(),
          logs.toString(),
          "Pass the vocabulary of these cells.");
    }
    int wanted = options.components();
    long dimensions = Math.max(0, Math.min(logs.rows() - 1, genes.size()));
    if (wanted > dimensions) {
      throw tooFew(logs, wanted, dimensions);
    }
    int width = (int) Math.min((long) wanted + options.extra(), dimensions);
    try (CovarianceProduct covariance = CovarianceProduct.of(lane, logs, width, options.scaled())) {
      CovarianceMatrix matrix = covariance.matrix();
      KrylovSpace.Leading found =
          matrix == null
              ? iterated(covariance, genes.size(), width, options)
              : KrylovSpace.of(lane, matrix, genes.size(), wanted, options.seed());
      double[] variance = found.variance();
      if (variance.length < wanted) {
        throw tooFew(logs, wanted, variance.length);
      }
      Block loading = matrix == null ? found.direction() : matrix.ordered(found.direction());
      loading.turnSigns();
      return new PrincipalComponents(
          genes,
          covariance.mean(),
          covariance.spread(),
          loading.values(),
          variance,
          covariance.totalVariance(),
          covariance.scores(loading));
    }
  }

  private static InvalidDataException tooFew(CsrTensor cells, int wanted, long there) {
    return new InvalidDataException(
        wanted + " principal components were asked of cells that span " + there + " dimensions",
        cells.toString(),
        "Ask for fewer components, or pass more cells.");
  }

  /** The leading directions by products with the cells. */
  private static KrylovSpace.Leading iterated(
      CovarianceProduct covariance, int genes, int width, Options options) {
    Block block = iterate(covariance, genes, width, options);
    Block product = new Block(genes, block.columns(), covariance.times(block));
    Block.Eigen ritz = Block.eigen(block.dot(product), block.columns());
    double floor = Math.max(ritz.value()[0], 0) * 1e-6; // rounding of single precision
    int rank = 0;
    while (rank < Math.min(options.components(), block.columns()) && ritz.value()[rank] > floor) {
      rank++;
    }
    return new KrylovSpace.Leading(
        Arrays.copyOf(ritz.value(), rank), block.times(ritz.vector(), block.columns(), rank));
  }

  /** An orthonormal block near the leading directions, after all products but the last. */
  private static Block iterate(
      CovarianceProduct covariance, int genes, int width, Options options) {
    SplittableRandom random = new SplittableRandom(options.seed());
    double[] start = new double[genes * width];
    for (int i = 0; i < start.length; i++) {
      start[i] = random.nextGaussian();
    }
    Block.Orthonormal now =
        new Block(genes, width, covariance.first(new Block(genes, width, start))).orthonormal();
    double damped = 0; // variances below are damped
    for (int left = options.products() - 2; left > 0; ) {
      Block block = now.block();
      double half = damped / 2;
      if (left == 1 || half == 0) {
        // the lengths of covariance x orthonormal bound its smallest variance from above
        now = new Block(genes, block.columns(), covariance.times(block)).orthonormal();
        damped = now.smallest();
        left--;
      } else {
        Block once = covariance.shifted(block, half);
        Block twice = covariance.shifted(once, half);
        now = twice.chebyshev(block).orthonormal();
        double t = Math.max(now.smallest(), 1); // of T2 at the smallest: 2 t^2 - 1
        damped = Math.max(damped, half * (1 + Math.sqrt((t + 1) / 2)));
        left -= 2;
      }
    }
    return now.block().orthonormal().block(); // again, against rounding
  }

  /**
   * The genes.
   *
   * @return those of the state
   */
  public GeneVocabulary genes() {
    return genes;
  }

  /**
   * How many components there are.
   *
   * @return as many as asked for
   */
  public int components() {
    return components;
  }

  /**
   * How many cells there are.
   *
   * @return those of the state
   */
  public int cells() {
    return score.length / components;
  }

  /**
   * The weight of a gene in a component; those of a component have squares that sum to 1.
   *
   * @param component 0 to {@link #components()} - 1
   * @param gene position in {@link #genes()}
   * @return the loading
   */
  public double loading(int component, int gene) {
    return loading[gene * components + component];
  }

  /**
   * The mean of a gene, which is taken off before projection.
   *
   * @param gene position in {@link #genes()}
   * @return in log1p units
   */
  public double mean(int gene) {
    return mean[gene];
  }

  /**
   * What a gene is divided by before projection: its standard deviation where components are of
   * scaled genes (1 for a gene that does not vary), else 1.
   *
   * @param gene position in {@link #genes()}
   * @return positive
   */
  public double spread(int gene) {
    return spread[gene];
  }

  /**
   * The variance of the cells along a component, with cells - 1 in the denominator.
   *
   * @param component 0 to {@link #components()} - 1
   * @return falling with the component
   */
  public double variance(int component) {
    return variance[component];
  }

  /**
   * The sum of the variances of all genes, of scaled genes where they were scaled.
   *
   * @return what all components together would explain
   */
  public double totalVariance() {
    return totalVariance;
  }

  /**
   * The position of a cell along a component, mean 0 over the cells.
   *
   * @param cell 0 to {@link #cells()} - 1
   * @param component 0 to {@link #components()} - 1
   * @return the score
   */
  public float score(int cell, int component) {
    return score[cell * components + component];
  }

  /**
   * The scores of all cells, row-major [cells, components], to upload for distances in this space.
   *
   * @return a copy
   */
  public float[] scores() {
    return score.clone();
  }
}
