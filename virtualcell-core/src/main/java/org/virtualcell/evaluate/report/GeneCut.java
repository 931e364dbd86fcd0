package org.virtualcell.evaluate.report;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.virtualcell.evaluate.report.ReportModel.Case;
import org.virtualcell.evaluate.report.ReportModel.Measured;

/**
 * Which genes of a measurement the page carries. Order: the perturbed genes, then genes changed
 * beyond noise, then the rest; within each by the larger of measured and predicted change; ties by
 * gene order.
 */
final class GeneCut {
  /** The most genes a perturbation may have in the page. */
  static final int MOST = 2000;

  private final int[][] ranked;
  private final int genes;

  private GeneCut(int[][] ranked, int genes) {
    this.ranked = ranked;
    this.genes = genes;
  }

  /**
   * Ranks the genes of every measurement.
   *
   * @param report the report
   * @param significance one per measurement
   */
  static GeneCut of(ReportModel report, List<Significance> significance) {
    int genes = report.genes().size();
    double[][] largest = new double[report.measured().size()][];
    for (int m = 0; m < largest.length; m++) {
      largest[m] = Arrays.stream(report.measured().get(m).effect()).map(Math::abs).toArray();
    }
    for (Case scored : report.cases()) {
      double[] reach = largest[scored.measured()];
      for (double[] predicted : scored.predicted().values()) {
        for (int g = 0; g < genes; g++) {
          reach[g] = Math.max(reach[g], Math.abs(predicted[g]));
        }
      }
    }
    int[][] ranked = new int[largest.length][];
    for (int m = 0; m < ranked.length; m++) {
      Measured measured = report.measured().get(m);
      boolean[] changed = significance.get(m).changed;
      double[] reach = largest[m];
      ranked[m] =
          IntStream.range(0, genes)
              .boxed()
              .sorted(
                  Comparator.comparing((Integer g) -> !measured.ownTargets().contains(g))
                      .thenComparing(g -> !changed[g])
                      .thenComparing(g -> -reach[g])
                      .thenComparing(Comparator.naturalOrder()))
              .limit(MOST)
              .mapToInt(Integer::intValue)
              .toArray();
    }
    return new GeneCut(ranked, genes);
  }

  /** The most genes any measurement can show. */
  int most() {
    return Math.min(genes, MOST);
  }

  /**
   * The genes to show, in the order of the vocabulary.
   *
   * @param measured index of the measurement
   * @param limit how many
   */
  int[] genes(int measured, int limit) {
    int[] kept = Arrays.copyOf(ranked[measured], Math.min(limit, ranked[measured].length));
    Arrays.sort(kept);
    return kept;
  }
}
