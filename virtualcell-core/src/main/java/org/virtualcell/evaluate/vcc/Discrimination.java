package org.virtualcell.evaluate.vcc;

import java.util.Arrays;
import java.util.List;

/**
 * Perturbation discrimination: how near the predicted effect of a perturbation is to its own
 * measured effect among those of the whole panel, {@code 1 - k / (n - 1)} with k the number of
 * nearer ones, ties counted half. The target genes of the whole panel are left out of every effect.
 */
final class Discrimination {
  private final List<GroupBulk> real;
  private final double[] control;
  private final int[] excluded;
  private final double[] norm;

  /**
   * A panel of measured effects. They are computed anew for each prediction, because for thousands
   * of perturbations they would take as much memory as the profiles.
   *
   * @param real the measured groups
   * @param control the profile of the measured controls
   * @param excluded the genes to leave out, ascending
   */
  Discrimination(List<GroupBulk> real, double[] control, int... excluded) {
    this.real = List.copyOf(real);
    this.control = control;
    this.excluded = excluded;
    this.norm =
        real.stream()
            .map(group -> without(group.profile(), control, excluded))
            .mapToDouble(effect -> Math.sqrt(dot(effect, effect)))
            .toArray();
  }

  /** Distances between profiles. */
  enum Distance {
    COSINE,
    L1,
    L2
  }

  /** Effects without the columns of some genes. */
  static double[] without(double[] profile, double[] control, int... genes) {
    double[] kept = new double[profile.length - genes.length];
    fill(kept, profile, control, genes);
    return kept;
  }

  private static void fill(double[] kept, double[] profile, double[] control, int... genes) {
    int next = 0;
    int skip = 0;
    for (int g = 0; g < profile.length; g++) {
      if (skip < genes.length && genes[skip] == g) {
        skip++;
      } else {
        kept[next++] = profile[g] - control[g];
      }
    }
  }

  /**
   * The scores of one perturbation; 1 in a panel of one.
   *
   * @param own its place in the panel
   * @param predicted its predicted effect
   * @param distances which distances to use
   * @return a score per distance
   */
  double[] scores(int own, double[] predicted, List<Distance> distances) {
    double[][] all = new double[distances.size()][norm.length];
    double[] effect = new double[predicted.length];
    double predictedNorm = Math.sqrt(dot(predicted, predicted));
    for (int q = 0; q < norm.length; q++) {
      fill(effect, real.get(q).profile(), control, excluded);
      for (int d = 0; d < all.length; d++) {
        all[d][q] =
            switch (distances.get(d)) {
              case COSINE -> cosine(predicted, predictedNorm, effect, norm[q]);
              case L1 -> absolute(predicted, effect);
              case L2 -> Math.sqrt(squared(predicted, effect));
            };
      }
    }
    return Arrays.stream(all)
        .mapToDouble(d -> d.length == 1 ? 1 : 1 - nearer(own, d) / (d.length - 1))
        .toArray();
  }

  /** How many of the distances are nearer than the own one, ties half; NaN is the farthest. */
  static double nearer(int own, double... distance) {
    int less = 0;
    int equal = -1;
    for (double d : distance) {
      boolean tie = d == distance[own] || Double.isNaN(d) && Double.isNaN(distance[own]);
      equal += tie ? 1 : 0;
      less += d < distance[own] || Double.isNaN(distance[own]) && !Double.isNaN(d) ? 1 : 0;
    }
    return less + equal / 2.0;
  }

  /** 1 - cosine, between 0 and 2; 1 where a profile is zero. */
  static double cosine(double[] x, double xNorm, double[] y, double yNorm) {
    if (xNorm == 0 || yNorm == 0) {
      return 1;
    }
    return Math.max(0, Math.min(2, 1 - dot(x, y) / (xNorm * yNorm)));
  }

  /** Four running sums in a fixed order. */
  static double dot(double[] x, double[] y) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int g = 0;
    for (; g + 3 < x.length; g += 4) {
      a += x[g] * y[g];
      b += x[g + 1] * y[g + 1];
      c += x[g + 2] * y[g + 2];
      d += x[g + 3] * y[g + 3];
    }
    for (; g < x.length; g++) {
      a += x[g] * y[g];
    }
    return (a + b) + (c + d);
  }

  private static double absolute(double[] x, double[] y) {
    double sum = 0;
    for (int g = 0; g < x.length; g++) {
      sum += Math.abs(x[g] - y[g]);
    }
    return sum;
  }

  private static double squared(double[] x, double[] y) {
    double sum = 0;
    for (int g = 0; g < x.length; g++) {
      sum += (x[g] - y[g]) * (x[g] - y[g]);
    }
    return sum;
  }
}
