package org.virtualcell.stats.differential;

/** Tests genes one after the other: all groups of a gene against the reference or the rest. */
final class GeneTests {
  private final CellGroups groups;
  private final DifferentialOptions options;
  private final ComparedValues compared;
  private final int[] sizes;
  private final int referenceSize;
  private final CellScan scan;
  private final CellScan referenceScan;
  private final GroupGeneNumbers out;
  private final boolean pooled;
  private final ExactRankSum exact = new ExactRankSum();

  // of the gene at hand: the entries of each group, one after the other, in the order of cells
  private final int[] start;
  private double[] value = new double[0];
  private double[] stored = new double[0];
  private int[] cell = new int[0];
  private double[] referenceValue = new double[0];
  private final SortedSide side = new SortedSide();
  private final SortedSide reference = new SortedSide();

  GeneTests(
      CellGroups groups,
      DifferentialOptions options,
      CellScan scan,
      CellScan referenceScan,
      GroupGeneNumbers out) {
    this.groups = groups;
    this.options = options;
    this.compared = new ComparedValues(options);
    this.sizes = groups.sizes();
    this.referenceSize = groups.referenceCells().cells();
    this.scan = scan;
    this.referenceScan = referenceScan;
    this.out = out;
    this.pooled = options.gate().kind() == GeneGate.Kind.POOLED_EITHER_SIDE;
    this.start = new int[sizes.length + 1];
  }

  void test(int gene, GeneColumns columns, GeneColumns referenceColumns) {
    bucket(columns, gene);
    Side all = takeReference(referenceColumns, gene);
    double ties = options.engine().test() == DifferentialEngine.Test.WELCH ? 0 : reference.ties();
    for (int group = 0; group < sizes.length; group++) {
      int at = out.at(group, gene);
      Side own = sums(group);
      Side other = groups.versusRest() ? all.without(own) : all;
      out.mean[at] = own.mean(options.foldChange());
      out.referenceMean[at] = other.mean(options.foldChange());
      if (pooled) {
        out.linearMean[at] = own.linear() / own.cells();
        out.referenceLinearMean[at] = other.linear() / other.cells();
      }
      if (options.engine().test() == DifferentialEngine.Test.WELCH) {
        welch(group, at, own, other, all);
      } else if (!options.engine().test().overReplicates()) {
        side.set(value, start[group], start[group + 1] - start[group], sizes[group]);
        rank(at, other.cells(), ties);
      }
    }
  }

  /** Sums of one side in the order of cells; cells that store nothing add nothing. */
  private record Side(int cells, int stored, double linear, double logarithmic) {
    double mean(FoldChange change) {
      return change.mean() == FoldChange.Mean.ARITHMETIC
          ? linear / cells
          : StrictMath.expm1(logarithmic / cells);
    }

    /** The rest of these cells; exactly zero where the part holds all that is stored. */
    Side without(Side part) {
      int left = stored - part.stored;
      return new Side(
          cells - part.cells,
          left,
          left == 0 ? 0 : linear - part.linear,
          left == 0 ? 0 : logarithmic - part.logarithmic);
    }
  }

  private void bucket(GeneColumns columns, int gene) {
    int from = columns.from(gene);
    int to = columns.to(gene);
    if (value.length < to - from) {
      value = new double[Math.max(to - from, 2 * value.length)];
      stored = new double[value.length];
      cell = new int[value.length];
    }
    java.util.Arrays.fill(start, 0);
    for (int k = from; k < to; k++) {
      int group = groups.groupOf(columns.cell(k));
      if (group >= 0) {
        start[group + 1]++;
      }
    }
    for (int group = 0; group < sizes.length; group++) {
      start[group + 1] += start[group];
    }
    for (int k = from; k < to; k++) {
      int group = groups.groupOf(columns.cell(k));
      if (group >= 0) {
        int at = start[group]++;
        stored[at] = columns.value(k);
        cell[at] = columns.cell(k);
        value[at] = compared.compared(stored[at], scan.total(cell[at]));
      }
    }
    System.arraycopy(start, 0, start, 1, sizes.length);
    start[0] = 0;
  }

  private Side takeReference(GeneColumns columns, int gene) {
    int from = columns.from(gene);
    int count = columns.to(gene) - from;
    if (referenceValue.length < count) {
      referenceValue = new double[Math.max(count, 2 * referenceValue.length)];
    }
    double linear = 0;
    double logarithmic = 0;
    int nonZero = 0;
    for (int k = 0; k < count; k++) {
      double raw = columns.value(from + k);
      double total = referenceScan.total(columns.cell(from + k));
      referenceValue[k] = compared.compared(raw, total);
      linear += linearWanted() ? compared.linear(raw, total) : 0;
      logarithmic += logarithmicWanted() ? compared.logarithmic(raw, total) : 0;
      nonZero += raw != 0 ? 1 : 0;
    }
    reference.set(referenceValue, 0, count, referenceSize);
    return new Side(referenceSize, nonZero, linear, logarithmic);
  }

  private Side sums(int group) {
    double linear = 0;
    double logarithmic = 0;
    int nonZero = 0;
    for (int k = start[group]; k < start[group + 1]; k++) {
      double total = scan.total(cell[k]);
      linear += linearWanted() ? compared.linear(stored[k], total) : 0;
      logarithmic += logarithmicWanted() ? compared.logarithmic(stored[k], total) : 0;
      nonZero += stored[k] != 0 ? 1 : 0;
    }
    return new Side(sizes[group], nonZero, linear, logarithmic);
  }

  private boolean linearWanted() {
    return pooled || options.foldChange().mean() == FoldChange.Mean.ARITHMETIC;
  }

  private boolean logarithmicWanted() {
    return options.foldChange().mean() == FoldChange.Mean.GEOMETRIC;
  }

  private void rank(int at, int others, double tiesOfReference) {
    int n = side.cells();
    long doubled;
    double ties;
    if (groups.versusRest()) {
      // the pool holds the group: its cells tie with themselves, worth n^2 of the doubled U
      doubled = SortedSide.compare(side, reference, 0).doubledU() - (long) n * n;
      ties = tiesOfReference;
    } else {
      SortedSide.Ranks ranks = SortedSide.compare(side, reference, tiesOfReference);
      doubled = ranks.doubledU();
      ties = ranks.ties();
    }
    double u = doubled / 2.0;
    switch (options.engine().test()) {
      case RANK_SCORE, RANK_SCORE_TIES -> {
        boolean corrected = options.engine().test() == DifferentialEngine.Test.RANK_SCORE_TIES;
        out.statistic[at] = RankSum.score(u, n, others, corrected ? ties : 0);
        out.p[at] = TailAreas.normalTwoSided(out.statistic[at]);
      }
      default -> {
        out.statistic[at] = u;
        out.p[at] = RankSum.twoSided(u, n, others, ties);
      }
    }
    if (options.smallGroups().small(n, others)) {
      boolean allowed = options.smallGroups().rule() == SmallGroups.Rule.EXACT_OR_ABSTAIN;
      if (allowed && ties == 0) {
        out.p[at] = exact.twoSided(doubled / 2, n, others);
      } else {
        out.abstain(at);
      }
    }
  }

  /** Welch's t on the values compared; variances by two passes, cells that store nothing are 0. */
  private void welch(int group, int at, Side own, Side other, Side all) {
    double n1 = own.cells();
    double n2 = other.cells();
    double mean1 = sum(value, start[group], start[group + 1]) / n1;
    double sum2 = sum(referenceValue, 0, all.stored());
    double mean2 = (groups.versusRest() ? sum2 - mean1 * n1 : sum2) / n2;
    double squares1 =
        squares(value, start[group], start[group + 1], mean1)
            + (n1 - (start[group + 1] - start[group])) * mean1 * mean1;
    double squares2 =
        squares(referenceValue, 0, all.stored(), mean2)
            + (all.cells() - all.stored()) * mean2 * mean2;
    if (groups.versusRest()) {
      squares2 -=
          squares(value, start[group], start[group + 1], mean2)
              + (n1 - (start[group + 1] - start[group])) * mean2 * mean2;
    }
    if (n1 < 2 || n2 < 2) {
      out.statistic[at] = Double.NaN;
      out.abstain(at);
      return;
    }
    double error1 = squares1 / (n1 - 1) / n1;
    double error2 = Math.max(0, squares2) / (n2 - 1) / n2;
    double error = error1 + error2;
    if (error == 0) {
      out.statistic[at] = mean1 == mean2 ? 0 : Math.copySign(1 / 0.0, mean1 - mean2);
      out.p[at] = mean1 == mean2 ? 1 : 0;
    } else {
      double freedom = error * error / (error1 * error1 / (n1 - 1) + error2 * error2 / (n2 - 1));
      out.statistic[at] = (mean1 - mean2) / StrictMath.sqrt(error);
      out.p[at] = TailAreas.studentTwoSided(out.statistic[at], freedom);
    }
    if (options.smallGroups().small(own.cells(), other.cells())) {
      out.abstain(at);
    }
  }

  private static double sum(double[] values, int from, int to) {
    double sum = 0;
    for (int k = from; k < to; k++) {
      sum += values[k];
    }
    return sum;
  }

  private static double squares(double[] values, int from, int to, double mean) {
    double sum = 0;
    for (int k = from; k < to; k++) {
      double d = values[k] - mean;
      sum += d * d;
    }
    return sum;
  }
}
