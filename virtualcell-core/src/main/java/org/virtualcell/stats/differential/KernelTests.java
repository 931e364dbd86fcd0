package org.virtualcell.stats.differential;

import java.util.Optional;
import java.util.stream.IntStream;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.Progress;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.RankOps;
import org.virtualcell.stats.RankSumTest;

/**
 * Rank tests of all groups and genes at once by the kernels of a device, where the values are in
 * single precision: the numbers {@link GeneTests} finds, U exactly, p but for rounding.
 */
final class KernelTests {
  private static final int KEY_BITS = 62;

  private final CellGroups groups;
  private final DifferentialOptions options;
  private final GroupGeneNumbers out;
  private final int genes;
  private final int[] sizes;
  private final StackedRows cells;
  private final int[] groupOfCell;
  private final int referenceSize;
  private final double[] total;
  private final ExactRankSum exact = new ExactRankSum();

  private KernelTests(
      CellGroups groups,
      DifferentialOptions options,
      GroupGeneNumbers out,
      StackedRows cells,
      int[] groupOfCell,
      double[] total) {
    this.groups = groups;
    this.options = options;
    this.out = out;
    this.genes = groups.genes().size();
    this.sizes = groups.sizes();
    this.cells = cells;
    this.groupOfCell = groupOfCell;
    this.referenceSize = groups.referenceCells().cells();
    this.total = total;
  }

  /** The tests, if kernels can do them: a rank test of values, or of whole counts' shares. */
  static Optional<KernelTests> of(
      CellGroups groups, DifferentialOptions options, GroupGeneNumbers out) {
    boolean counts = options.units() == DifferentialOptions.Units.COUNTS;
    Optional<ExpressionMatrix> values = groups.cells().inSinglePrecision();
    Optional<ExpressionMatrix> others = groups.referenceCells().inSinglePrecision();
    if (!options.engine().test().overRanks()
        || counts && options.engine().compared() != DifferentialEngine.Values.EXACT
        || values.isEmpty()
        || others.isEmpty()) {
      return Optional.empty();
    }
    int[] labelled = groups.labelled();
    StackedRows cells = StackedRows.of(values.get(), labelled);
    int[] group = IntStream.of(labelled).map(groups::groupOf).toArray();
    long most = group.length;
    if (!groups.versusRest()) {
      cells = cells.and(others.get());
      int[] all = new int[Math.toIntExact(cells.rows())];
      java.util.Arrays.fill(all, groups.names().size());
      System.arraycopy(group, 0, all, 0, group.length);
      most = all.length - group.length + IntStream.of(groups.sizes()).max().orElse(0);
      group = all;
    }
    double[] total = counts ? new double[group.length] : null;
    if (most > RankOps.MAX_CELLS || counts && !addUp(cells, total, groups.names().size() + 1)) {
      return Optional.empty();
    }
    return Optional.of(new KernelTests(groups, options, out, cells, group, total));
  }

  /** The cells' totals; false if shares of them are beyond the kernels. */
  private static boolean addUp(StackedRows cells, double[] total, int groups) {
    long largest = 0;
    for (int cell = 0; cell < total.length; cell++) {
      CsrMatrix from = cells.matrixOf(cell);
      int row = cells.rowOf(cell);
      double sum = 0;
      for (int k = from.rowStart(row); k < from.rowStart(row + 1); k++) {
        float value = from.valueAt(k);
        if (!(value >= 0) || value != Math.rint(value)) {
          return false; // if it is no count at all, the other path says which
        }
        sum += value;
      }
      if (sum > RankOps.MAX_TOTAL) {
        return false;
      }
      total[cell] = sum;
      largest = Math.max(largest, (long) sum);
    }
    return 2 * bits(largest) + bits(groups) <= KEY_BITS;
  }

  private static int bits(long number) {
    return Long.SIZE - Long.numberOfLeadingZeros(number);
  }

  void test(Lane lane, Progress progress, String stage) {
    progress.check(stage);
    RankSumTest ranks = ranks(lane);
    progress.check(stage);
    new GroupSums(groups, options, cells, groupOfCell, total).means(out);
    for (int group = 0; group < sizes.length; group++) {
      progress.check(stage);
      if (options.engine().test() == DifferentialEngine.Test.RANK_SUM) {
        probabilities(ranks, group);
      } else {
        scores(ranks, group);
      }
      guard(ranks, group);
    }
    progress.update(stage, genes, genes);
  }

  private RankSumTest ranks(Lane lane) {
    int reference = groups.versusRest() ? RankSumTest.REST : sizes.length;
    int all = groups.versusRest() ? sizes.length : sizes.length + 1;
    if (total == null) {
      return RankSumTest.ofValues(lane, cells, groupOfCell, all, reference);
    }
    long[] whole = new long[total.length];
    for (int cell = 0; cell < whole.length; cell++) {
      whole[cell] = (long) total[cell];
    }
    return RankSumTest.ofShares(lane, cells, whole, groupOfCell, all, reference);
  }

  private void probabilities(RankSumTest ranks, int group) {
    System.arraycopy(ranks.p(group), 0, out.p, out.at(group, 0), genes);
    for (int gene = 0; gene < genes; gene++) {
      out.statistic[out.at(group, gene)] = ranks.u(group, gene);
    }
  }

  private void scores(RankSumTest ranks, int group) {
    boolean corrected = options.engine().test() == DifferentialEngine.Test.RANK_SCORE_TIES;
    for (int gene = 0; gene < genes; gene++) {
      int at = out.at(group, gene);
      double ties = corrected ? ranks.ties(group, gene) : 0;
      out.statistic[at] = RankSum.score(ranks.u(group, gene), sizes[group], others(group), ties);
      out.p[at] = TailAreas.normalTwoSided(out.statistic[at]);
    }
  }

  private int others(int group) {
    return groups.versusRest() ? referenceSize - sizes[group] : referenceSize;
  }

  private void guard(RankSumTest ranks, int group) {
    if (!options.smallGroups().small(sizes[group], others(group))) {
      return;
    }
    boolean allowed = options.smallGroups().rule() == SmallGroups.Rule.EXACT_OR_ABSTAIN;
    for (int gene = 0; gene < genes; gene++) {
      int at = out.at(group, gene);
      if (allowed && ranks.ties(group, gene) == 0) {
        out.p[at] = exact.twoSided((long) ranks.u(group, gene), sizes[group], others(group));
      } else {
        out.abstain(at);
      }
    }
  }
}
