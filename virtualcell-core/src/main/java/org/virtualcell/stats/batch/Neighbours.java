package org.virtualcell.stats.batch;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** The nearest neighbours of every point, by Euclidean distance; ties go to the earlier point. */
final class Neighbours {
  private final int[][] nearest;
  private final double[][] distance;

  private Neighbours(int[][] nearest, double[][] distance) {
    this.nearest = nearest;
    this.distance = distance;
  }

  /** The k nearest other points of each. */
  static Neighbours of(double[][] points, int k) {
    int n = points.length;
    int[][] nearest = new int[n][];
    double[][] distance = new double[n][];
    for (int i = 0; i < n; i++) {
      int centre = i;
      double[] all = new double[n];
      Arrays.setAll(all, j -> distance(points[centre], points[j]));
      nearest[i] =
          IntStream.range(0, n)
              .filter(j -> j != centre)
              .boxed()
              .sorted(Comparator.comparingDouble(j -> all[j]))
              .limit(k)
              .mapToInt(j -> j)
              .toArray();
      distance[i] = Arrays.stream(nearest[i]).mapToDouble(j -> all[j]).toArray();
    }
    return new Neighbours(nearest, distance);
  }

  static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += (a[d] - b[d]) * (a[d] - b[d]);
    }
    return StrictMath.sqrt(sum);
  }

  int points() {
    return nearest.length;
  }

  int count(int point) {
    return nearest[point].length;
  }

  int neighbour(int point, int rank) {
    return nearest[point][rank];
  }

  double distance(int point, int rank) {
    return distance[point][rank];
  }
}
