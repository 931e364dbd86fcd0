package org.virtualcell.evaluate.celleval;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Correlations of two vectors; NaN where one of them is constant or shorter than two. */
final class Correlation {
  private Correlation() {}

  static double pearson(double[] x, double[] y) {
    int n = x.length;
    if (n < 2) {
      return Double.NaN;
    }
    double meanX = Arrays.stream(x).sum() / n;
    double meanY = Arrays.stream(y).sum() / n;
    double xx = 0;
    double yy = 0;
    double xy = 0;
    for (int i = 0; i < n; i++) {
      double dx = x[i] - meanX;
      double dy = y[i] - meanY;
      xx += dx * dx;
      yy += dy * dy;
      xy += dx * dy;
    }
    if (constant(x) || constant(y) || Double.isNaN(xy)) {
      return Double.NaN;
    }
    return Math.max(-1, Math.min(1, xy / StrictMath.sqrt(xx) / StrictMath.sqrt(yy)));
  }

  private static boolean constant(double... x) {
    for (double value : x) {
      if (value != x[0]) {
        return false;
      }
    }
    return true;
  }

  static double spearman(double[] x, double[] y) {
    for (int i = 0; i < x.length; i++) {
      if (Double.isNaN(x[i]) || Double.isNaN(y[i])) {
        return Double.NaN;
      }
    }
    return pearson(ranks(x), ranks(y));
  }

  /** Ranks from 1; equal values share their mean rank. */
  static double[] ranks(double... x) {
    Integer[] order = IntStream.range(0, x.length).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(i -> x[i]));
    double[] ranks = new double[x.length];
    for (int from = 0, to; from < order.length; from = to) {
      to = from + 1;
      while (to < order.length && x[order[to]] == x[order[from]]) {
        to++;
      }
      for (int k = from; k < to; k++) {
        ranks[order[k]] = (from + 1 + to) / 2.0;
      }
    }
    return ranks;
  }
}
