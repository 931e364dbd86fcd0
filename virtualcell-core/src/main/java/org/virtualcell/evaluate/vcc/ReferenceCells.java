package org.virtualcell.evaluate.vcc;

import java.util.Arrays;
import org.virtualcell.api.CsrMatrix;

/**
 * Control cells made ready for tests against them: the genes that pass the gate, and of each gene
 * the sorted values, so that a group of cells is ranked among them by searching.
 *
 * <p>Values that are ranked are the correctly rounded quotients count / total of the cell: cells
 * with the same exact ratio always tie. Means are of counts per million, summed over cells in
 * order.
 */
final class ReferenceCells {
  private final int cells;
  private final double[] mean; // CPM, per gene of the axis
  private final int[] gate; // genes of the axis, ascending
  private final int[] position; // gene of the axis -> place in the gate, -1 outside
  private final int[] start; // gate -> first of its sorted values
  private final double[] sorted;
  private final double[] ties; // gate -> sum of t^3 - t, zeros included

  private ReferenceCells(
      int cells,
      double[] mean,
      int[] gate,
      int[] position,
      int[] start,
      double[] sorted,
      double[] ties) {
    this.cells = cells;
    this.mean = mean;
    this.gate = gate;
    this.position = position;
    this.start = start;
    this.sorted = sorted;
    this.ties = ties;
  }

  /**
   * Prepares control cells.
   *
   * @param counts the cells, one row each
   * @param rules target sum of the means and the gate
   */
  static ReferenceCells of(CellCounts counts, ChallengeRules rules) {
    CsrMatrix rows = counts.rows();
    double[] mean = means(counts, rules.targetSum());
    double least = rules.gate() * rules.targetSum() / 1e6;
    int[] position = new int[rows.genes()];
    int[] gate = new int[rows.genes()];
    int kept = 0;
    for (int g = 0; g < mean.length; g++) {
      position[g] = mean[g] > least ? kept : -1;
      if (position[g] >= 0) {
        gate[kept++] = g;
      }
    }
    gate = Arrays.copyOf(gate, kept);
    int[] start = GeneValues.starts(counts, position, kept);
    double[] sorted = GeneValues.sorted(counts, position, start);
    double[] ties = new double[kept];
    for (int j = 0; j < kept; j++) {
      ties[j] = ties(sorted, start[j], start[j + 1], counts.cells());
    }
    return new ReferenceCells(counts.cells(), mean, gate, position, start, sorted, ties);
  }

  private static double[] means(CellCounts counts, double targetSum) {
    CsrMatrix rows = counts.rows();
    double[] sum = new double[rows.genes()];
    for (int r = 0; r < counts.rowCount(); r++) {
      double scale = counts.total(r) / targetSum;
      for (int k = rows.rowStart(r); k < rows.rowStart(r + 1); k++) {
        sum[rows.geneAt(k)] += rows.valueAt(k) == 0 ? 0 : rows.valueAt(k) / scale;
      }
    }
    for (int g = 0; g < sum.length; g++) {
      sum[g] /= counts.rowCount();
    }
    return sum;
  }

  private static double ties(double[] sorted, int from, int to, int cells) {
    double sum = cube(cells - (to - from));
    for (int k = from; k < to; ) {
      int next = k + 1;
      while (next < to && sorted[next] == sorted[k]) {
        next++;
      }
      sum += cube(next - k);
      k = next;
    }
    return sum;
  }

  /** t^3 - t. */
  static double cube(double t) {
    return t * (t - 1) * (t + 1);
  }

  int cells() {
    return cells;
  }

  /** The genes that pass the gate, ascending; not to be changed. */
  int[] gate() {
    return gate;
  }

  /** For each gene of the axis its place in the gate, or -1; not to be changed. */
  int[] position() {
    return position;
  }

  /** Mean CPM of a gene of the gate. */
  double mean(int j) {
    return mean[gate[j]];
  }

  double ties(int j) {
    return ties[j];
  }

  int zeros(int j) {
    return cells - (start[j + 1] - start[j]);
  }

  /** How many stored values of a gene are below a positive value; zeros not among them. */
  int below(int j, double value, int from) {
    int low = start[j] + from;
    int high = start[j + 1];
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - start[j];
  }

  /** How many stored values of a gene equal a value, given how many are below. */
  int equal(int j, double value, int below) {
    int k = start[j] + below;
    while (k < start[j + 1] && sorted[k] == value) {
      k++;
    }
    return k - start[j] - below;
  }
}
