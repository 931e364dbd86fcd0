package org.virtualcell.stats.batch;

/**
 * Silhouette widths, {@code (b - a) / max(a, b)}: a the mean distance to the other cells of the own
 * cluster, b the least mean distance to the cells of another; 0 for a cell alone in its cluster.
 */
final class Silhouette {
  private Silhouette() {}

  static double[] widths(double[][] points, int[] cluster, int clusters) {
    int n = points.length;
    int[] sizes = new int[clusters];
    for (int c : cluster) {
      sizes[c]++;
    }
    double[] width = new double[n];
    double[] sum = new double[clusters];
    for (int i = 0; i < n; i++) {
      java.util.Arrays.fill(sum, 0);
      for (int j = 0; j < n; j++) {
        sum[cluster[j]] += Neighbours.distance(points[i], points[j]);
      }
      width[i] = width(sum, sizes, cluster[i]);
    }
    return width;
  }

  private static double width(double[] sum, int[] sizes, int own) {
    if (sizes[own] == 1) {
      return 0;
    }
    double a = sum[own] / (sizes[own] - 1);
    double b = Double.POSITIVE_INFINITY;
    for (int c = 0; c < sum.length; c++) {
      if (c != own && sizes[c] > 0) {
        b = Math.min(b, sum[c] / sizes[c]);
      }
    }
    double larger = Math.max(a, b);
    return larger == 0 ? 0 : (b - a) / larger;
  }
}
