package org.virtualcell.stats.differential;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.virtualcell.api.Progress;

/** Paired t tests on pseudobulks of replicates, plain or moderated over genes. */
final class ReplicateTests {
  private static final String STAGE = "pseudobulk tests";
  private static final double PRIOR_COUNT = 0.5;
  private static final double MILLION = 1e6;

  private final CellGroups groups;
  private final boolean moderated;
  private final GroupGeneNumbers out;
  private final int genes;

  ReplicateTests(CellGroups groups, DifferentialOptions options, GroupGeneNumbers out) {
    this.groups = groups;
    this.moderated = options.engine().test() == DifferentialEngine.Test.PAIRED_MODERATED;
    this.out = out;
    this.genes = groups.genes().size();
  }

  /** Counts of one replicate, summed over its cells. */
  private final class Sum {
    final double[] count = new double[genes];
    double total;

    double logPerMillion(int gene) {
      return StrictMath.log((count[gene] + PRIOR_COUNT) / (total + 1) * MILLION)
          / StrictMath.log(2);
    }
  }

  void test(Progress progress) {
    int[] all = new int[groups.referenceCells().cells()];
    Arrays.setAll(all, i -> i);
    Map<String, Sum> reference = sums(groups.referenceCells(), groups.referenceReplicates(), all);
    int[][] rows = rows();
    for (int group = 0; group < rows.length; group++) {
      progress.check(STAGE);
      test(group, sums(groups.cells(), groups.replicates(), rows[group]), reference);
      progress.update(STAGE, group + 1L, rows.length);
    }
  }

  private int[][] rows() {
    int[] sizes = groups.sizes();
    int[][] rows = new int[sizes.length][];
    Arrays.setAll(rows, g -> new int[sizes[g]]);
    int[] next = new int[sizes.length];
    for (int cell = 0; cell < groups.cells().cells(); cell++) {
      int group = groups.groupOf(cell);
      if (group >= 0) {
        rows[group][next[group]++] = cell;
      }
    }
    return rows;
  }

  private Map<String, Sum> sums(CellValues cells, List<String> replicates, int... rows) {
    Map<String, Sum> sums = new TreeMap<>();
    int[] gene = new int[genes];
    double[] value = new double[genes];
    for (int row : rows) {
      Sum sum = sums.computeIfAbsent(replicates.get(row), r -> new Sum());
      int count = cells.row(row, gene, value);
      for (int k = 0; k < count; k++) {
        sum.count[gene[k]] += value[k];
        sum.total += value[k];
      }
    }
    return sums;
  }

  private void test(int group, Map<String, Sum> own, Map<String, Sum> reference) {
    List<String> shared = own.keySet().stream().filter(reference::containsKey).toList();
    int n = shared.size();
    double[] mean = new double[genes];
    double[] variance = new double[genes];
    boolean[] seen = new boolean[genes];
    for (int gene = 0; gene < genes; gene++) {
      double[] difference = new double[n];
      for (int r = 0; r < n; r++) {
        Sum a = own.get(shared.get(r));
        Sum b = reference.get(shared.get(r));
        difference[r] = a.logPerMillion(gene) - b.logPerMillion(gene);
        seen[gene] |= a.count[gene] + b.count[gene] > 0;
      }
      mean[gene] = Arrays.stream(difference).sum() / n;
      for (double d : difference) {
        variance[gene] += (d - mean[gene]) * (d - mean[gene]) / (n - 1);
      }
    }
    VariancePrior prior =
        moderated && n > 1 ? VariancePrior.of(variance, seen, n - 1) : VariancePrior.NONE;
    for (int gene = 0; gene < genes; gene++) {
      int at = out.at(group, gene);
      if (n < 2 || !seen[gene]) {
        out.statistic[at] = Double.NaN;
        out.abstain(at);
      } else {
        double t = mean[gene] / StrictMath.sqrt(prior.posterior(variance[gene], n - 1) / n);
        out.statistic[at] = mean[gene] == 0 ? 0 : t;
        out.p[at] = TailAreas.studentTwoSided(out.statistic[at], prior.freedom() + n - 1);
      }
    }
  }
}
