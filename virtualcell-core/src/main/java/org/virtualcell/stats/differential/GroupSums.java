package org.virtualcell.stats.differential;

import java.util.Arrays;
import org.virtualcell.api.CsrMatrix;

/**
 * Sums of cells in count space, of their logarithms, or both, for every group and gene, and the
 * means that follow. Each sum adds its cells in their order, in double precision.
 */
final class GroupSums {
  private final CellGroups groups;
  private final FoldChange change;
  private final ComparedValues compared;
  private final StackedRows cells;
  private final double[] total;
  private final int genes;
  private final int[] sizes;
  private final boolean pooled;

  // of the groups, one after the other; the last is the reference, or all groups together
  private final double[] linear;
  private final double[] logarithmic;
  private final int[] stored;

  GroupSums(
      CellGroups groups,
      DifferentialOptions options,
      StackedRows cells,
      int[] groupOfCell,
      double[] total) {
    this.groups = groups;
    this.change = options.foldChange();
    this.compared = new ComparedValues(options);
    this.cells = cells;
    this.total = total;
    this.genes = groups.genes().size();
    this.sizes = groups.sizes();
    this.pooled = options.gate().kind() == GeneGate.Kind.POOLED_EITHER_SIDE;
    boolean arithmetic = change.mean() == FoldChange.Mean.ARITHMETIC;
    int all = Math.multiplyExact(sizes.length + 1, genes);
    this.linear = new double[pooled || arithmetic ? all : 0];
    this.logarithmic = new double[arithmetic ? 0 : all];
    this.stored = new int[groups.versusRest() ? all : 0];
    int together = sizes.length * genes;
    for (int cell : byGroup(groupOfCell, sizes.length + 1)) { // whose sums stay in a cache
      add(cell, groupOfCell[cell] * genes);
    }
    for (int cell = 0; groups.versusRest() && cell < groupOfCell.length; cell++) {
      add(cell, together);
    }
  }

  /** The cells group by group, those of a group in their order. */
  private static int[] byGroup(int[] groupOfCell, int groups) {
    int[] next = new int[groups + 1];
    for (int group : groupOfCell) {
      next[group + 1]++;
    }
    for (int group = 0; group < groups; group++) {
      next[group + 1] += next[group];
    }
    int[] cells = new int[groupOfCell.length];
    for (int cell = 0; cell < cells.length; cell++) {
      cells[next[groupOfCell[cell]]++] = cell;
    }
    return cells;
  }

  private void add(int cell, int sums) {
    CsrMatrix from = cells.matrixOf(cell);
    int row = cells.rowOf(cell);
    int begin = from.rowStart(row);
    int end = from.rowStart(row + 1);
    double ofCell = total == null ? Double.NaN : total[cell];
    if (linear.length > 0) {
      for (int k = begin; k < end; k++) {
        linear[sums + from.geneAt(k)] += compared.linear(from.valueAt(k), ofCell);
      }
    }
    if (logarithmic.length > 0) {
      for (int k = begin; k < end; k++) {
        logarithmic[sums + from.geneAt(k)] += compared.logarithmic(from.valueAt(k), ofCell);
      }
    }
    if (stored.length > 0) {
      for (int k = begin; k < end; k++) {
        stored[sums + from.geneAt(k)] += from.valueAt(k) != 0 ? 1 : 0;
      }
    }
  }

  /** Fills in the means of both sides of every test. */
  void means(GroupGeneNumbers out) {
    int together = sizes.length * genes;
    int everybody = groups.referenceCells().cells();
    double[] ofReference = new double[groups.versusRest() ? 0 : genes];
    Arrays.setAll(ofReference, gene -> mean(sum(together + gene), everybody));
    for (int group = 0; group < sizes.length; group++) {
      int others = groups.versusRest() ? everybody - sizes[group] : everybody;
      for (int gene = 0; gene < genes; gene++) {
        int at = out.at(group, gene);
        out.mean[at] = mean(sum(at), sizes[group]);
        out.referenceMean[at] =
            groups.versusRest()
                ? mean(
                    rest(change.mean() == FoldChange.Mean.ARITHMETIC ? linear : logarithmic, at),
                    others)
                : ofReference[gene];
        if (pooled) {
          out.linearMean[at] = linear[at] / sizes[group];
          out.referenceLinearMean[at] = rest(linear, at) / others;
        }
      }
    }
  }

  private double sum(int at) {
    return change.mean() == FoldChange.Mean.ARITHMETIC ? linear[at] : logarithmic[at];
  }

  private double mean(double sum, int count) {
    return change.mean() == FoldChange.Mean.ARITHMETIC
        ? sum / count
        : StrictMath.expm1(sum / count);
  }

  /** What a group is compared with; of the rest, exactly zero where the group holds all of it. */
  private double rest(double[] sums, int at) {
    int all = sizes.length * genes + at % genes;
    if (!groups.versusRest()) {
      return sums[all];
    }
    return stored[all] == stored[at] ? 0 : sums[all] - sums[at];
  }
}
