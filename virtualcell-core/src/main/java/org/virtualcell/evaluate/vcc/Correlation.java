package org.virtualcell.evaluate.vcc;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Pearson's and Spearman's correlation; NaN where one of them is not defined. */
final class Correlation {
  private Correlation() {}

  static double pearson(double[] x, double[] y) {
    double mx = Arrays.stream(x).sum() / x.length;
    double my = Arrays.stream(y).sum() / y.length;
    double xx = 0;
    double yy = 0;
    double xy = 0;
    for (int i = 0; i < x.length; i++) {
      xx += (x[i] - mx) * (x[i] - mx);
      yy += (y[i] - my) * (y[i] - my);
      xy += (x[i] - mx) * (y[i] - my);
    }
    if (!(xx > 0) || !(yy > 0)) {
      return Double.NaN;
    }
    return Math.max(-1, Math.min(1, xy / Math.sqrt(xx) / Math.sqrt(yy)));
  }

  /** Pearson's of the average ranks; NaN ranks above infinity. */
  static double spearman(double[] x, double[] y) {
    return pearson(ranks(x), ranks(y));
  }

  private static double[] ranks(double[] x) {
    int[] order =
        IntStream.range(0, x.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> x[i] + 0.0)) // -0.0 and 0.0 tie
            .mapToInt(Integer::intValue)
            .toArray();
    double[] rank = new double[x.length];
    for (int from = 0; from < order.length; ) {
      int to = from + 1;
      while (to < order.length && Double.compare(x[order[to]] + 0.0, x[order[from]] + 0.0) == 0) {
        to++;
      }
      for (int k = from; k < to; k++) {
        rank[order[k]] = (from + to + 1) / 2.0;
      }
      from = to;
    }
    return rank;
  }
}
