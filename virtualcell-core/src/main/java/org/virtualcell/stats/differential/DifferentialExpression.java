package org.virtualcell.stats.differential;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.MemoryBudgetException;
import org.virtualcell.api.Progress;
import org.virtualcell.compute.Devices;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.LaneOptions;

/**
 * Differential expression of groups of cells. Rank tests of values in single precision, and of the
 * shares of whole counts, run on the kernels of a device: the caller's lane, or one of a single
 * thread on the best device there is. All else, and cells a device has no room for, is tested gene
 * by gene in double precision, genes being turned around block by block. Both find the same U
 * exactly and the same means; p differs by rounding, below 1e-12 of it.
 */
public final class DifferentialExpression {
  private static final long VALUES_PER_BLOCK = 1 << 24;
  private static final String STAGE = "differential expression";

  private final CellGroups groups;
  private final DifferentialOptions options;
  private final int genes;
  private final GroupGeneNumbers numbers;

  private DifferentialExpression(CellGroups groups, DifferentialOptions options) {
    this.groups = groups;
    this.options = options;
    this.genes = groups.genes().size();
    this.numbers =
        new GroupGeneNumbers(
            groups.names().size(),
            genes,
            options.gate().kind() == GeneGate.Kind.POOLED_EITHER_SIDE);
  }

  /**
   * Every group against its reference, gene by gene.
   *
   * @param groups the cells
   * @param options the conventions
   * @param progress hears how many genes are done; may cancel
   * @return a row per group and tested gene
   * @throws InvalidDataException if a value is not finite or a count negative, or one group is
   *     compared with a rest that is empty
   */
  public static DifferentialTable of(
      CellGroups groups, DifferentialOptions options, Progress progress) {
    return of(null, groups, options, progress);
  }

  /**
   * The same on a device of the caller's choice.
   *
   * @param lane where ranks are summed; null for one of its own
   * @param groups the cells
   * @param options the conventions
   * @param progress hears how many genes are done; may cancel
   * @return the same table on every device and for any number of threads
   * @throws InvalidDataException as above
   */
  public static DifferentialTable of(
      Lane lane, CellGroups groups, DifferentialOptions options, Progress progress) {
    DifferentialExpression run = run(lane, groups, options, progress);
    return run.table(options.scope(), row -> true);
  }

  /**
   * Every group against its reference, only in the gene it targets; the false discovery rate is
   * controlled over all of them.
   *
   * @param groups the cells
   * @param geneOfGroup the gene each group targets; groups that are not in it are left out
   * @param options the conventions; their scope does not matter
   * @param progress hears how many genes are done; may cancel
   * @return a row per group
   * @throws InvalidDataException if a gene is unknown, or a value is not finite
   */
  public static DifferentialTable ofTargets(
      CellGroups groups,
      Map<String, String> geneOfGroup,
      DifferentialOptions options,
      Progress progress) {
    return ofTargets(null, groups, geneOfGroup, options, progress);
  }

  /**
   * The same on a device of the caller's choice.
   *
   * @param lane where ranks are summed; null for one of its own
   * @param groups the cells
   * @param geneOfGroup as above
   * @param options as above
   * @param progress hears how many genes are done; may cancel
   * @return a row per group
   * @throws InvalidDataException as above
   */
  public static DifferentialTable ofTargets(
      Lane lane,
      CellGroups groups,
      Map<String, String> geneOfGroup,
      DifferentialOptions options,
      Progress progress) {
    boolean[] wanted =
        new boolean[Math.multiplyExact(groups.names().size(), groups.genes().size())];
    for (int group = 0; group < groups.names().size(); group++) {
      String gene = geneOfGroup.get(groups.names().get(group));
      if (gene != null) {
        int at = groups.genes().indexOf(gene);
        if (at < 0) {
          throw new InvalidDataException(
              "Group '" + groups.names().get(group) + "' targets gene '" + gene + "'",
              groups.genes().size() + " genes without it",
              "Name genes of the data.");
        }
        wanted[group * groups.genes().size() + at] = true;
      }
    }
    return run(lane, groups, options, progress).table(FdrScope.GLOBAL, at -> wanted[at]);
  }

  private static DifferentialExpression run(
      Lane lane, CellGroups groups, DifferentialOptions options, Progress progress) {
    Objects.requireNonNull(options, "options");
    if (groups.versusRest() && groups.names().size() < 2) {
      throw new InvalidDataException(
          "A group cannot be compared with the rest: there is no other",
          groups.names().toString(),
          "Label at least two groups.");
    }
    if (options.engine().test().overReplicates() && groups.replicates().isEmpty()) {
      throw new InvalidDataException(
          "Engine '" + options.engine().label() + "' compares replicates, and none are stated",
          "groups of cells",
          "State the donor or batch of every cell, or choose another engine.");
    }
    DifferentialExpression run = new DifferentialExpression(groups, options);
    run.testAll(lane, progress);
    if (options.engine().test().overReplicates()) {
      new ReplicateTests(groups, options, run.numbers).test(progress);
    }
    return run;
  }

  private void testAll(Lane lane, Progress progress) {
    Optional<KernelTests> kernels = KernelTests.of(groups, options, numbers);
    if (kernels.isPresent() && test(kernels.get(), lane, progress)) {
      return;
    }
    testOneByOne(progress);
  }

  /** False where the device has no room for the cells: the result is the same without it. */
  private static boolean test(KernelTests kernels, Lane lane, Progress progress) {
    try {
      if (lane != null) {
        kernels.test(lane, progress, STAGE);
      } else {
        LaneOptions own = LaneOptions.defaults().withTag(STAGE);
        try (Lane opened = Devices.select(Devices.AUTO).open(own)) {
          kernels.test(opened, progress, STAGE);
        }
      }
      return true;
    } catch (MemoryBudgetException full) {
      return false;
    }
  }

  private void testOneByOne(Progress progress) {
    boolean counts = options.units() == DifferentialOptions.Units.COUNTS;
    CellValues reference = groups.referenceCells();
    CellScan scan = CellScan.of(groups.cells(), counts, "cells");
    CellScan referenceScan =
        CellScan.of(reference, counts, "reference '" + groups.reference() + "'");
    GeneTests tests = new GeneTests(groups, options, scan, referenceScan, numbers);
    for (int first = 0, end; first < genes; first = end) {
      end = first + 1;
      long values = (long) scan.stored(first) + referenceScan.stored(first);
      while (end < genes
          && values + scan.stored(end) + referenceScan.stored(end) <= VALUES_PER_BLOCK) {
        values += (long) scan.stored(end) + referenceScan.stored(end);
        end++;
      }
      GeneColumns columns = GeneColumns.of(groups.cells(), scan, first, end);
      GeneColumns referenceColumns = GeneColumns.of(reference, referenceScan, first, end);
      for (int gene = first; gene < end; gene++) {
        progress.check(STAGE);
        tests.test(gene, columns, referenceColumns);
        progress.update(STAGE, gene + 1L, genes);
      }
    }
  }

  private DifferentialTable table(FdrScope scope, IntPredicate wanted) {
    boolean[] kept = new boolean[numbers.p.length];
    int[] sizes = groups.sizes();
    for (int group = 0; group < sizes.length; group++) {
      gate(group, kept);
    }
    for (int at = 0; at < kept.length; at++) {
      kept[at] &= wanted.test(at);
    }
    double[] fdr = new double[kept.length];
    if (scope == FdrScope.GLOBAL) {
      adjust(kept, 0, kept.length, fdr);
    } else {
      for (int group = 0; group < sizes.length; group++) {
        adjust(kept, group * genes, (group + 1) * genes, fdr);
      }
    }
    return table(kept, fdr, sizes);
  }

  private DifferentialTable table(boolean[] kept, double[] fdr, int[] sizes) {
    TableRows rows = new TableRows();
    for (int at = 0; at < kept.length; at++) {
      if (kept[at]) {
        double mean = numbers.mean[at];
        double reference = numbers.referenceMean[at];
        rows.add(
            new DifferentialTable.Row(
                at / genes,
                at % genes,
                mean,
                reference,
                options.foldChange().log2(mean, reference),
                options.foldChange().percent(mean, reference),
                numbers.statistic[at],
                numbers.p[at],
                fdr[at]));
      }
    }
    int[] referenceSizes = new int[sizes.length];
    int all = groups.referenceCells().cells();
    for (int group = 0; group < sizes.length; group++) {
      referenceSizes[group] = groups.versusRest() ? all - sizes[group] : all;
    }
    Map<String, String> facts = new LinkedHashMap<>(options.describe());
    facts.put("reference", groups.reference());
    facts.put(DifferentialTable.ABSTAINED, Long.toString(numbers.abstained()));
    return new DifferentialTable(
        groups.names(), groups.genes(), sizes, referenceSizes, rows, facts);
  }

  private void adjust(boolean[] kept, int from, int to, double[] fdr) {
    int count = 0;
    for (int at = from; at < to; at++) {
      count += kept[at] ? 1 : 0;
    }
    double[] p = new double[count];
    int next = 0;
    for (int at = from; at < to; at++) {
      if (kept[at]) {
        p[next++] = numbers.p[at];
      }
    }
    double[] adjusted = BenjaminiHochberg.adjust(p);
    next = 0;
    for (int at = from; at < to; at++) {
      if (kept[at]) {
        fdr[at] = adjusted[next++];
      }
    }
  }

  private void gate(int group, boolean[] kept) {
    double threshold = options.gate().threshold();
    int from = group * genes;
    switch (options.gate().kind()) {
      case NONE -> Arrays.fill(kept, from, from + genes, true);
      case REFERENCE_MEAN -> {
        if (options.foldChange().mean() != FoldChange.Mean.ARITHMETIC) {
          throw new InvalidDataException(
              "The gate on the reference's mean CPM needs arithmetic means",
              options.foldChange().describe(),
              "Use FoldChange.arithmetic.");
        }
        for (int at = from; at < from + genes; at++) {
          kept[at] = numbers.referenceMean[at] > threshold;
        }
      }
      case POOLED_EITHER_SIDE -> {
        double total = sum(numbers.linearMean, from);
        double referenceTotal = sum(numbers.referenceLinearMean, from);
        for (int at = from; at < from + genes; at++) {
          kept[at] =
              perMillion(numbers.linearMean[at], total) > threshold
                  || perMillion(numbers.referenceLinearMean[at], referenceTotal) > threshold;
        }
      }
    }
  }

  private double sum(double[] means, int from) {
    double sum = 0;
    for (int at = from; at < from + genes; at++) {
      sum += means[at];
    }
    return sum;
  }

  private static double perMillion(double mean, double total) {
    return total == 0 ? 0 : mean / total * 1e6;
  }

  /**
   * The engines there are.
   *
   * @return their names
   */
  public static List<String> engines() {
    return DifferentialEngine.labels();
  }
}
