package org.virtualcell.model.cells;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The controls as one gene sees them: so many cells of about this depth with about this count.
 * Counts up to 8 are kept, larger ones fall in classes a quarter wide; depths in classes of equal
 * numbers of cells.
 */
final class GeneAtoms {
  private static final int DEPTHS = 5;
  private static final int EXACT = 8;

  /**
   * Cells alike.
   *
   * @param share of all cells
   * @param count molecules, the mean of the class
   * @param unit what one molecule weighs, the geometric mean of the class
   */
  record Atom(double share, double count, double unit) {}

  private final int cells;
  private final double[] unit; // of each depth class
  private final double[] share; // of all cells
  private final List<Map<Integer, double[]>> perGene; // class -> cells, counts
  private final Map<Integer, List<Atom>> made = new HashMap<>();

  GeneAtoms(Molecules[] cells, int genes) {
    Molecules[] byDepth = Arrays.stream(cells).filter(c -> c.unit() > 0).toArray(Molecules[]::new);
    Arrays.sort(byDepth, (a, b) -> Double.compare(a.unit(), b.unit()));
    int depths = Math.min(DEPTHS, byDepth.length);
    this.unit = new double[depths];
    this.share = new double[depths];
    this.perGene = new ArrayList<>(genes);
    for (int g = 0; g < genes; g++) {
      perGene.add(new TreeMap<>());
    }
    for (int d = 0; d < depths; d++) {
      int from = d * byDepth.length / depths;
      int to = (d + 1) * byDepth.length / depths;
      double logs = 0;
      for (int i = from; i < to; i++) {
        Molecules cell = byDepth[i];
        logs += StrictMath.log(cell.unit());
        for (int k = 0; k < cell.size(); k++) {
          if (cell.count(k) > 0) {
            double[] sums =
                perGene
                    .get(cell.gene(k))
                    .computeIfAbsent(classOf(cell.count(k)) * DEPTHS + d, any -> new double[2]);
            sums[0]++;
            sums[1] += cell.count(k);
          }
        }
      }
      unit[d] = StrictMath.exp(logs / (to - from));
      share[d] = (double) (to - from) / cells.length;
    }
    this.cells = cells.length;
  }

  private static int classOf(long count) {
    return count <= EXACT
        ? (int) count
        : EXACT + 1 + (int) (StrictMath.log((double) count / EXACT) / StrictMath.log(1.25));
  }

  /** The atoms of a gene, those without a molecule first. Not thread-safe. */
  List<Atom> of(int gene) {
    return made.computeIfAbsent(gene, any -> make(gene));
  }

  private List<Atom> make(int gene) {
    double[] empty = share.clone();
    List<Atom> atoms = new ArrayList<>();
    perGene
        .get(gene)
        .forEach(
            (key, sums) -> {
              int d = key % DEPTHS;
              empty[d] -= sums[0] / cells;
              atoms.add(new Atom(sums[0] / cells, sums[1] / sums[0], unit[d]));
            });
    for (int d = 0; d < empty.length; d++) {
      if (empty[d] > 1e-12) {
        atoms.add(d, new Atom(empty[d], 0, unit[d]));
      }
    }
    return atoms;
  }
}
