package org.virtualcell.stats;

import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.compute.CsrTensor;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.Packing;
import org.virtualcell.compute.RankOps;
import org.virtualcell.compute.Tensor;

/**
 * Two-sided Wilcoxon-Mann-Whitney tests of groups of cells against a reference, for every gene.
 * Normal approximation with tie and continuity correction, average ranks, never the exact
 * distribution, as scipy's {@code mannwhitneyu(method="asymptotic")} computes it:
 *
 * <pre>{@code
 * z = (|U - n m / 2| - 1/2) / s,  s^2 = n m / 12 (N + 1 - ties / (N (N - 1))),  p = erfc(z / sqrt 2)
 * }</pre>
 *
 * <p>n cells of the group, m of the reference, N = n + m; U and ties as {@link RankOps} defines
 * them, exact whole numbers on every device, so that z and p are the same everywhere. p is 1 where
 * z is negative or s is 0. Immutable.
 */
public final class RankSumTest {
  /** In place of a reference: every group against the cells of all other groups. */
  public static final int REST = RankOps.REST;

  private final int reference;
  private final long[] cells;
  private final long allCells;
  private final long[][] u2;
  private final long[][] ties;

  private RankSumTest(int reference, long[] cells, long[][] u2, long[][] ties) {
    this.reference = reference;
    this.cells = cells;
    long sum = 0;
    for (long n : cells) {
      sum += n;
    }
    this.allCells = sum;
    this.u2 = u2;
    this.ties = ties;
  }

  /**
   * Ranks the values as they are.
   *
   * @param lane where the ranks are summed
   * @param x cells x genes
   * @param group the group of each cell, 0 to {@code groups} - 1; -1 for a cell of none
   * @param groups how many groups there are
   * @param reference the group all are compared with, or {@link #REST}
   * @return the tests of every group, the reference's own included
   * @throws InvalidDataException if a group number or the reference is out of range, or there are
   *     more cells than {@link RankOps#MAX_CELLS} allows
   * @throws org.virtualcell.api.MemoryBudgetException if they do not fit the lane's memory
   */
  public static RankSumTest ofValues(
      Lane lane, ExpressionMatrix x, int[] group, int groups, int reference) {
    return run(lane, x, null, group, groups, reference);
  }

  /**
   * Ranks counts as shares of their cells' totals; cells with equal shares always tie.
   *
   * @param lane where the ranks are summed
   * @param counts cells x genes, whole numbers of zero or more
   * @param totals the total count of each cell, over all genes it has
   * @param group as for {@link #ofValues(Lane, ExpressionMatrix, int[], int, int)}
   * @param groups as above
   * @param reference as above
   * @return the tests of every group, the reference's own included
   * @throws InvalidDataException as above, and if a value is no count or exceeds its cell's total,
   *     or a total {@link RankOps#MAX_TOTAL}
   * @throws org.virtualcell.api.MemoryBudgetException if they do not fit the lane's memory
   */
  public static RankSumTest ofShares(
      Lane lane, ExpressionMatrix counts, long[] totals, int[] group, int groups, int reference) {
    requireTotals(totals, counts.rows());
    return run(lane, counts, totals, group, groups, reference);
  }

  /**
   * Ranks the values of cells that are on the lane's device already, as they are.
   *
   * @param lane where the ranks are summed
   * @param x cells x genes
   * @param group as for {@link #ofValues(Lane, ExpressionMatrix, int[], int, int)}
   * @param groups as above
   * @param reference as above
   * @return the tests of every group, the reference's own included
   * @throws InvalidDataException as above
   * @throws org.virtualcell.api.MemoryBudgetException if the results do not fit the lane's memory
   */
  public static RankSumTest ofValues(
      Lane lane, CsrTensor x, int[] group, int groups, int reference) {
    return run(lane, x, null, group, groups, reference);
  }

  /**
   * Ranks the counts of cells that are on the lane's device already, as shares of their totals.
   *
   * @param lane where the ranks are summed
   * @param counts cells x genes, whole numbers of zero or more
   * @param totals as for {@link #ofShares(Lane, ExpressionMatrix, long[], int[], int, int)}
   * @param group as above
   * @param groups as above
   * @param reference as above
   * @return the tests of every group, the reference's own included
   * @throws InvalidDataException as above
   * @throws org.virtualcell.api.MemoryBudgetException if the results do not fit the lane's memory
   */
  public static RankSumTest ofShares(
      Lane lane, CsrTensor counts, long[] totals, int[] group, int groups, int reference) {
    requireTotals(totals, counts.rows());
    return run(lane, counts, totals, group, groups, reference);
  }

  private static void requireTotals(long[] totals, long cells) {
    if (totals.length != cells) {
      throw new InvalidDataException(
          totals.length + " totals for " + cells + " cells",
          "rank-sum test of shares",
          "Pass one per cell.");
    }
  }

  private static RankSumTest run(
      Lane lane, ExpressionMatrix x, long[] totals, int[] group, int groups, int reference) {
    count(x.rows(), group, groups); // before anything is copied
    try (CsrTensor tensor = lane.csr(x, Packing.PLAIN)) {
      return run(lane, tensor, totals, group, groups, reference);
    }
  }

  private static RankSumTest run(
      Lane lane, CsrTensor x, long[] totals, int[] group, int groups, int reference) {
    long[] cells = count(x.rows(), group, groups);
    long[][] u2 = new long[groups][x.genes()];
    long[][] ties = new long[groups][x.genes()];
    try (Tensor groupOfCell = lane.tensor(DType.I32, group.length);
        Tensor totalOfCell = lane.tensor(DType.I64, totals == null ? 0 : totals.length);
        Tensor u = lane.tensor(DType.I64, groups, x.genes());
        Tensor tie = lane.tensor(DType.I64, groups, x.genes())) {
      lane.upload(group, groupOfCell);
      if (totals == null) {
        lane.rank().rankSums(x, groupOfCell, reference, u, tie);
      } else {
        lane.upload(totals, totalOfCell);
        lane.rank().shareRankSums(x, totalOfCell, groupOfCell, reference, u, tie);
      }
      for (int g = 0; g < groups; g++) {
        lane.download(u, (long) g * x.genes(), u2[g], 0, x.genes());
        lane.download(tie, (long) g * x.genes(), ties[g], 0, x.genes());
      }
    }
    return new RankSumTest(reference, cells, u2, ties);
  }

  private static long[] count(long rows, int[] group, int groups) {
    if (group.length != rows) {
      throw new InvalidDataException(
          group.length + " group numbers for " + rows + " cells",
          "rank-sum test",
          "Pass one per cell.");
    }
    long[] cells = new long[groups];
    for (int cell = 0; cell < group.length; cell++) {
      if (group[cell] < -1 || group[cell] >= groups) {
        throw new InvalidDataException(
            "Group " + group[cell] + " is none of " + groups,
            "cell " + cell,
            "Use 0 to " + (groups - 1) + ", or -1 for a cell of no group.");
      }
      if (group[cell] >= 0) {
        cells[group[cell]]++;
      }
    }
    return cells;
  }

  /**
   * How many groups there are.
   *
   * @return the number, the reference included
   */
  public int groups() {
    return cells.length;
  }

  /**
   * How many genes there are.
   *
   * @return the genes of the matrix; 0 where there is no group
   */
  public int genes() {
    return u2.length == 0 ? 0 : u2[0].length;
  }

  /**
   * The size of a group.
   *
   * @param group its number
   * @return its cells
   */
  public long cells(int group) {
    return cells[group];
  }

  /**
   * The size of what a group is compared with.
   *
   * @param group its number
   * @return the cells of the reference, or of all other groups
   */
  public long referenceCells(int group) {
    return reference == REST ? allCells - cells[group] : cells[reference];
  }

  /**
   * The statistic of one test.
   *
   * @param group its number
   * @param gene its column
   * @return U of the group: pairs in which its cell is above the reference's, ties counting a half
   */
  public double u(int group, int gene) {
    return u2[group][gene] / 2.0;
  }

  /**
   * The tie term of one test.
   *
   * @param group its number
   * @param gene its column
   * @return the sum of t^3 - t over the distinct values of both groups' cells
   */
  public double ties(int group, int gene) {
    return ties[group][gene];
  }

  /**
   * The standardised distance of U from its expectation.
   *
   * @param group its number
   * @param gene its column
   * @return z as above, negative where U is nearer than a half; NaN where all values are equal
   */
  public double z(int group, int gene) {
    double n = cells[group];
    return z(
        u2[group][gene], ties[group][gene], n * referenceCells(group), n + referenceCells(group));
  }

  private static double z(long u2, long ties, double pairs, double pooled) {
    double variance = pairs / 12 * (pooled + 1 - ties / (pooled * (pooled - 1)));
    if (!(variance > 0)) {
      return Double.NaN;
    }
    return (Math.abs(u2 - pairs) - 1) / (2 * Math.sqrt(variance));
  }

  /**
   * The significance of one test.
   *
   * @param group its number
   * @param gene its column
   * @return the two-sided p-value
   */
  public double p(int group, int gene) {
    return twoSided(z(group, gene));
  }

  /** z of every gene, but 0 where all values are equal; short loops, for the compiler's sake. */
  private double[] z(int group) {
    double pairs = (double) cells[group] * referenceCells(group);
    double pooled = (double) cells[group] + referenceCells(group);
    long[] u2OfGroup = u2[group];
    long[] tiesOfGroup = ties[group];
    double[] z = new double[genes()];
    double[] variance = new double[z.length];
    for (int gene = 0; gene < z.length; gene++) {
      variance[gene] = tiesOfGroup[gene];
      z[gene] = u2OfGroup[gene];
    }
    for (int gene = 0; gene < z.length; gene++) {
      variance[gene] = pairs / 12 * (pooled + 1 - variance[gene] / (pooled * (pooled - 1)));
      z[gene] = (Math.abs(z[gene] - pairs) - 1) / (2 * Math.sqrt(variance[gene]));
    }
    for (int gene = 0; gene < z.length; gene++) {
      z[gene] = variance[gene] > 0 ? z[gene] : 0;
    }
    return z;
  }

  private static double twoSided(double z) {
    return Double.isNaN(z) ? 1 : NormalTail.twoSided(z);
  }

  /**
   * The significance of a group's tests.
   *
   * @param group its number
   * @return the two-sided p-value of each gene
   */
  public double[] p(int group) {
    double[] values = z(group);
    NormalTail.twoSided(values);
    return values;
  }
}
