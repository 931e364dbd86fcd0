package org.virtualcell.evaluate.celleval;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Whether predicted perturbations group as the real ones do: the centroids' graphs of 15 nearest
 * neighbours, communities of the real ones at resolution 1 and of the predicted ones at several,
 * the best adjusted mutual information, at least 0.
 */
final class ClusteringAgreement {
  private static final int NEIGHBOURS = 15;
  private static final double[] RESOLUTIONS = {0.2, 0.4, 0.6, 0.8, 1, 1.5, 2};

  private ClusteringAgreement() {}

  static double of(double[][] real, double[][] predicted) {
    if (real.length < 3) {
      return Double.NaN;
    }
    int[] truth = Communities.of(graph(real), 1);
    double[][] guess = graph(predicted);
    double best = 0;
    for (double resolution : RESOLUTIONS) {
      best = Math.max(best, MutualInformation.adjusted(truth, Communities.of(guess, resolution)));
    }
    return best;
  }

  /**
   * The graph: j is joined to i when either is among the nearest of the other, the weight falling
   * with the distance in units of the nearest neighbour's, {@code exp(-(d - nearest) / width)},
   * both directions united as {@code a + b - ab}.
   */
  static double[][] graph(double[][] points) {
    int n = points.length;
    int k = Math.min(NEIGHBOURS, n - 1);
    double[][] directed = new double[n][n];
    for (int i = 0; i < n; i++) {
      int centre = i;
      double[] distance = new double[n];
      Arrays.setAll(distance, j -> StrictMath.sqrt(squared(points[centre], points[j])));
      int[] nearest =
          IntStream.range(0, n)
              .filter(j -> j != centre)
              .boxed()
              .sorted(Comparator.comparingDouble(j -> distance[j]))
              .limit(k)
              .mapToInt(j -> j)
              .toArray();
      double least = distance[nearest[0]];
      double width = 0;
      for (int j : nearest) {
        width += (distance[j] - least) / k;
      }
      for (int j : nearest) {
        directed[i][j] = width == 0 ? 1 : StrictMath.exp(-(distance[j] - least) / width);
      }
    }
    double[][] united = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        united[i][j] = directed[i][j] + directed[j][i] - directed[i][j] * directed[j][i];
      }
    }
    return united;
  }

  private static double squared(double[] a, double[] b) {
    double sum = 0;
    for (int g = 0; g < a.length; g++) {
      sum += (a[g] - b[g]) * (a[g] - b[g]);
    }
    return sum;
  }
}
