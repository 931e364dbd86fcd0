package org.virtualcell.evaluate.report;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.virtualcell.api.GeneProfile;
import org.virtualcell.evaluate.report.HeldOutCases.Case;
import org.virtualcell.evaluate.report.HeldOutCases.Measured;

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
   * @param held what was held out
   * @param genes how many genes there are
   */
  static GeneCut of(HeldOutCases held, int genes) {
    double[][] largest = new double[held.measured.size()][genes];
    for (Case scored : held.cases) {
      if (scored.effects != null) {
        double[] reach = largest[scored.measured];
        widen(reach, scored.effects.measured());
        scored.effects.predicted().values().forEach(predicted -> widen(reach, predicted));
      }
    }
    int[][] ranked = new int[largest.length][];
    for (int m = 0; m < ranked.length; m++) {
      Measured measured = held.measured.get(m);
      ranked[m] = measured.effects == null ? new int[0] : rank(measured, largest[m]);
    }
    return new GeneCut(ranked, genes);
  }

  private static void widen(double[] reach, GeneProfile effect) {
    for (int g = 0; g < reach.length; g++) {
      reach[g] = Math.max(reach[g], Math.abs(effect.get(g)));
    }
  }

  private static int[] rank(Measured measured, double[] reach) {
    boolean[] changed = measured.significance.changed;
    return IntStream.range(0, reach.length)
        .boxed()
        .sorted(
            Comparator.comparing((Integer g) -> !measured.effects.ownTargets().contains(g))
                .thenComparing(g -> !changed[g])
                .thenComparing(g -> -reach[g])
                .thenComparing(Comparator.naturalOrder()))
        .limit(MOST)
        .mapToInt(Integer::intValue)
        .toArray();
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
