package org.virtualcell.evaluate.celleval;

import java.util.Arrays;
import java.util.List;
import org.virtualcell.api.InvalidDataException;

/**
 * The discrimination score: the predicted effect of p is compared with the real effects of all n
 * perturbations; with r of them nearer than the own one the score is 1 - r / n. The best is 1, the
 * worst 1 / n. The gene named p is left out; in the strict reading those of all perturbations.
 */
final class Discrimination {
  /** A distance of two effects, without one gene (-1 for none). */
  private interface Distance {
    double of(double[] a, double[] b, int without);
  }

  private final double[][] predicted;
  private final double[][] real;
  private final int[] ownGene;
  private final boolean shareTies;

  /**
   * Effects to compare.
   *
   * @param ownGene the gene each perturbation is named after, -1 for none
   * @param strict whether equal distances share their rank, else the alphabet decides; and whether
   *     the genes of all perturbations are left out, not only the own one: otherwise raising those
   *     of the others makes every prediction the farthest from them
   * @throws InvalidDataException if no gene is left
   */
  Discrimination(double[][] predicted, double[][] real, int[] ownGene, boolean strict) {
    this.predicted = strict ? without(predicted, ownGene) : predicted;
    this.real = strict ? without(real, ownGene) : real;
    this.ownGene = ownGene;
    this.shareTies = strict;
    long named = Arrays.stream(ownGene).filter(g -> g >= 0).distinct().count();
    if (strict && real.length > 0 && named == real[0].length) {
      throw new InvalidDataException(
          "Every gene is the target of a perturbation, so that none is left to tell them apart",
          named + " genes",
          "Measure other genes as well.");
    }
  }

  /** The rows with zeros in place of some genes (-1 for none). */
  private static double[][] without(double[][] rows, int... genes) {
    double[][] others = new double[rows.length][];
    for (int r = 0; r < rows.length; r++) {
      others[r] = rows[r].clone();
      for (int gene : genes) {
        if (gene >= 0) {
          others[r][gene] = 0;
        }
      }
    }
    return others;
  }

  /** The gene each label names. */
  static int[] ownGenes(List<String> labels, List<String> genes) {
    return labels.stream().mapToInt(genes::indexOf).toArray();
  }

  double[] scores(CellEvalMetric metric) {
    Distance distance =
        switch (metric) {
          case DISCRIMINATION_L1 -> Discrimination::manhattan;
          case DISCRIMINATION_L2 -> Discrimination::squared;
          default -> Discrimination::cosine;
        };
    int n = real.length;
    double[] scores = new double[n];
    for (int p = 0; p < n; p++) {
      double own = distance.of(predicted[p], real[p], ownGene[p]);
      double nearer = 0;
      for (int q = 0; q < n; q++) {
        double other = q == p ? own : distance.of(predicted[p], real[q], ownGene[p]);
        if (other < own) {
          nearer++;
        } else if (other == own && q != p) {
          nearer += shareTies ? 0.5 : q < p ? 1 : 0;
        }
      }
      scores[p] = 1 - nearer / n;
    }
    return scores;
  }

  private static double manhattan(double[] a, double[] b, int without) {
    double sum = 0;
    for (int g = 0; g < a.length; g++) {
      sum += g == without ? 0 : Math.abs(a[g] - b[g]);
    }
    return sum;
  }

  /** Squared: the order is that of Euclidean distances. */
  private static double squared(double[] a, double[] b, int without) {
    double sum = 0;
    for (int g = 0; g < a.length; g++) {
      double d = g == without ? 0 : a[g] - b[g];
      sum += d * d;
    }
    return sum;
  }

  /** 1 minus the cosine; 1 where a vector is zero. */
  private static double cosine(double[] a, double[] b, int without) {
    double aa = 0;
    double bb = 0;
    double ab = 0;
    for (int g = 0; g < a.length; g++) {
      if (g != without) {
        aa += a[g] * a[g];
        bb += b[g] * b[g];
        ab += a[g] * b[g];
      }
    }
    return aa == 0 || bb == 0 ? 1 : 1 - ab / StrictMath.sqrt(aa) / StrictMath.sqrt(bb);
  }
}
