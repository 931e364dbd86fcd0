package org.virtualcell.evaluate.vcc;

import org.virtualcell.api.CsrMatrix;
import org.virtualcell.stats.differential.BenjaminiHochberg;
import org.virtualcell.stats.differential.RankSum;

/**
 * Tests a group of cells against control cells: log2 fold change of mean CPM, two-sided rank-sum
 * test with ties and continuity corrected, Benjamini-Hochberg over the genes of the control's gate.
 */
final class RankSumTable {
  private RankSumTable() {}

  static TestedGenes of(CellCounts group, ReferenceCells control, ChallengeRules rules) {
    int[] gate = control.gate();
    int[] position = control.position();
    int[] start = GeneValues.starts(group, position, gate.length);
    double[] sorted = GeneValues.sorted(group, position, start);
    double[] sum = sums(group, control, rules.targetSum());
    double[] change = new double[gate.length];
    double[] p = new double[gate.length];
    for (int j = 0; j < gate.length; j++) {
      double mean = sum[j] / group.rowCount();
      change[j] =
          StrictMath.log((mean + rules.epsilon()) / (control.mean(j) + rules.epsilon()))
              / StrictMath.log(2);
      p[j] = test(group, control, j, sorted, start[j], start[j + 1]);
    }
    return TestedGenes.of(gate, position, change, p, BenjaminiHochberg.adjust(p), rules.alpha());
  }

  private static double[] sums(CellCounts group, ReferenceCells control, double targetSum) {
    CsrMatrix rows = group.rows();
    int[] position = control.position();
    double[] sum = new double[control.gate().length];
    for (int r = 0; r < group.rowCount(); r++) {
      double scale = group.total(r) / targetSum;
      for (int k = rows.rowStart(r); k < rows.rowStart(r + 1); k++) {
        int j = position[rows.geneAt(k)];
        if (j >= 0 && rows.valueAt(k) != 0) {
          sum[j] += rows.valueAt(k) / scale;
        }
      }
    }
    return sum;
  }

  private static double test(
      CellCounts group, ReferenceCells control, int j, double[] sorted, int from, int to) {
    int copies = group.copies();
    long zeros = group.cells() - (long) (to - from) * copies;
    long controlZeros = control.zeros(j);
    // twice U of the group, to be whole: cells below count 2, ties 1
    long doubled = zeros * controlZeros;
    double ties = control.ties(j);
    ties +=
        ReferenceCells.cube((double) (zeros + controlZeros))
            - ReferenceCells.cube((double) controlZeros);
    int below = 0;
    for (int k = from; k < to; ) {
      int next = k + 1;
      while (next < to && sorted[next] == sorted[k]) {
        next++;
      }
      long count = (long) (next - k) * copies;
      below = control.below(j, sorted[k], below);
      int equal = control.equal(j, sorted[k], below);
      doubled += count * (2 * (controlZeros + below) + equal);
      ties += ReferenceCells.cube((double) (count + equal)) - ReferenceCells.cube(equal);
      k = next;
    }
    return RankSum.twoSided(doubled / 2.0, group.cells(), control.cells(), ties);
  }
}
