package org.virtualcell.model;

import java.util.SplittableRandom;
import org.virtualcell.api.CellState;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;

/**
 * Makes cells that carry an effect: control cells drawn with replacement, then changed gene by
 * gene.
 *
 * <ul>
 *   <li>log1p values: a gene that rises by d gets d in every cell; one that falls is scaled by (m +
 *       d) / m, at least 0, m being its mean before, so that the expected mean is max(0, m + d)
 *       without negative values.
 *   <li>raw counts: with r = expm1(m + d) / expm1(m) from the log1p means, a falling gene is
 *       thinned binomially with probability r; a rising one gets Poisson counts on top, of mean
 *       depth / total x (expm1(m + d) - expm1(m)) in a cell of that depth.
 * </ul>
 */
public final class CellSampler {
  private final CellState baseline;
  private final int[] column; // of the baseline, per gene of the outcome
  private final double[] mean; // log1p before, per gene of the outcome
  private final double[] effect;
  private final double total;

  /**
   * A sampler of one effect.
   *
   * @param baseline the control cells
   * @param column the column of the baseline, per gene of the outcome
   * @param mean log1p mean before, per gene of the outcome
   * @param effect log1p change, per gene of the outcome
   * @param total the total of the log1p units
   */
  public CellSampler(
      CellState baseline, int[] column, double[] mean, double[] effect, double total) {
    this.baseline = baseline;
    this.column = column;
    this.mean = mean;
    this.effect = effect;
    this.total = total;
  }

  /**
   * Draws cells.
   *
   * @param cells how many
   * @param seed of the draw
   * @param genes those of the outcome
   * @return cells in the units of the baseline
   */
  public CellState sample(int cells, long seed, GeneVocabulary genes) {
    SplittableRandom random = new SplittableRandom(seed);
    boolean counts = baseline.units() instanceof ExpressionUnits.RawCounts;
    float[][] drawn = new float[cells][];
    for (int i = 0; i < cells; i++) {
      drawn[i] = counts ? countCell(random) : logCell(random);
    }
    return CellState.of(
        genes, CsrMatrix.ofDense(drawn, genes.size()), baseline.units(), baseline.context());
  }

  private float[] row(SplittableRandom random) {
    CsrMatrix cell = baseline.expression().block(random.nextLong(baseline.cells()), 1);
    float[] dense = new float[cell.genes()];
    for (int k = 0; k < cell.nonZeros(); k++) {
      dense[cell.geneAt(k)] = cell.valueAt(k);
    }
    return dense;
  }

  private float[] logCell(SplittableRandom random) {
    float[] before = row(random);
    float[] after = new float[column.length];
    for (int g = 0; g < after.length; g++) {
      double x = before[column[g]];
      double d = effect[g];
      double y = d >= 0 ? x + d : mean[g] > 0 ? x * Math.max(0, (mean[g] + d) / mean[g]) : 0;
      after[g] = (float) y;
    }
    return after;
  }

  private float[] countCell(SplittableRandom random) {
    float[] before = row(random);
    double depth = 0;
    for (float v : before) {
      depth += v;
    }
    float[] after = new float[column.length];
    for (int g = 0; g < after.length; g++) {
      double from = StrictMath.expm1(mean[g]);
      double to = Math.max(0, StrictMath.expm1(mean[g] + effect[g]));
      long count = (long) before[column[g]];
      after[g] =
          to < from
              ? binomial(count, to / from, random)
              : count + poisson(depth / total * (to - from), random);
    }
    return after;
  }

  /** Trials are few: counts of one gene in one cell. */
  private static long binomial(long trials, double probability, SplittableRandom random) {
    long successes = 0;
    for (long i = 0; i < trials; i++) {
      if (random.nextDouble() < probability) {
        successes++;
      }
    }
    return successes;
  }

  /** By the product of uniform numbers (Knuth), in steps of a mean of at most 16. */
  static long poisson(double mean, SplittableRandom random) {
    long count = 0;
    double left = mean;
    while (left > 0) {
      double step = Math.min(left, 16);
      double limit = StrictMath.exp(-step);
      double product = random.nextDouble();
      while (product > limit) {
        count++;
        product *= random.nextDouble();
      }
      left -= step;
    }
    return count;
  }
}
