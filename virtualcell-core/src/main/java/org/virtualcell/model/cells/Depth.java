package org.virtualcell.model.cells;

import java.util.function.IntToDoubleFunction;

/** Brings the number of molecules of a cell back to what it was. */
final class Depth {
  private Depth() {}

  /**
   * Takes molecules away, each with the same chance, or adds them in proportion to the rates of the
   * genes.
   *
   * @param count molecules per gene, changed in place
   * @param has their sum
   * @param wanted what they shall sum to
   * @param rate of each gene in this cell
   * @param draws the luck
   */
  static void keep(long[] count, long has, long wanted, IntToDoubleFunction rate, Draws draws) {
    if (has > wanted) {
      long molecules = has;
      long away = has - wanted;
      for (int g = 0; g < count.length && away > 0; g++) {
        // one by one, as from an urn: of the molecules not yet passed, 'away' will go
        long kept = 0;
        for (long i = count[g]; i > 0; i--) {
          if (draws.below(molecules) < away) {
            away--;
          } else {
            kept++;
          }
          molecules--;
        }
        count[g] = kept;
      }
    } else if (has < wanted) {
      double[] upTo = new double[count.length];
      double sum = 0;
      for (int g = 0; g < upTo.length; g++) {
        sum += rate.applyAsDouble(g);
        upTo[g] = sum;
      }
      for (long i = has; i < wanted && sum > 0; i++) {
        int at = java.util.Arrays.binarySearch(upTo, draws.uniform() * sum);
        // a value found exactly, or the first above; never a gene of rate 0
        int g = at >= 0 ? at + 1 : -at - 1;
        while (g < upTo.length - 1 && !(upTo[g] > (g == 0 ? 0 : upTo[g - 1]))) {
          g++;
        }
        count[Math.min(g, upTo.length - 1)]++;
      }
    }
  }
}
