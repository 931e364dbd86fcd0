package org.virtualcell.stats.batch;

import org.ejml.simple.SimpleEVD;
import org.ejml.simple.SimpleMatrix;

/**
 * Principal components of points of few dimensions, exact and in double: scores and variances (n -
 * 1), largest first. Those of cells over genes are found on a device, see {@link
 * org.virtualcell.stats.PrincipalComponents}.
 */
final class PointComponents {
  private final double[][] score;
  private final double[] variance;

  private PointComponents(double[][] score, double[] variance) {
    this.score = score;
    this.variance = variance;
  }

  static PointComponents of(double[][] points, int most) {
    int n = points.length;
    int d = points[0].length;
    double[] mean = new double[d];
    for (double[] point : points) {
      for (int j = 0; j < d; j++) {
        mean[j] += point[j] / n;
      }
    }
    SimpleMatrix covariance = new SimpleMatrix(d, d);
    for (double[] point : points) {
      for (int j = 0; j < d; j++) {
        for (int k = 0; k <= j; k++) {
          covariance.set(
              j, k, covariance.get(j, k) + (point[j] - mean[j]) * (point[k] - mean[k]) / (n - 1));
        }
      }
    }
    for (int j = 0; j < d; j++) {
      for (int k = 0; k < j; k++) {
        covariance.set(k, j, covariance.get(j, k));
      }
    }
    SimpleEVD<SimpleMatrix> eigen = covariance.eig();
    Integer[] order = java.util.stream.IntStream.range(0, d).boxed().toArray(Integer[]::new);
    java.util.Arrays.sort(
        order, java.util.Comparator.comparingDouble(k -> -eigen.getEigenvalue(k).getReal()));
    int kept = Math.min(most, d);
    double[] variance = new double[kept];
    double[][] score = new double[kept][n];
    for (int k = 0; k < kept; k++) {
      variance[k] = Math.max(0, eigen.getEigenvalue(order[k]).getReal());
      SimpleMatrix axis = eigen.getEigenVector(order[k]);
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < d; j++) {
          score[k][i] += (points[i][j] - mean[j]) * axis.get(j);
        }
      }
    }
    return new PointComponents(score, variance);
  }

  int count() {
    return variance.length;
  }

  double variance(int component) {
    return variance[component];
  }

  /** Between-group over total sum of squares of a component's scores. */
  double explained(int component, Membership groups) {
    double[] scores = score[component];
    double[] sum = new double[groups.count()];
    int[] sizes = groups.sizes();
    double total = 0;
    double mean = 0;
    for (double s : scores) {
      mean += s / scores.length;
    }
    for (int i = 0; i < scores.length; i++) {
      sum[groups.of(i)] += scores[i] - mean;
      total += (scores[i] - mean) * (scores[i] - mean);
    }
    double between = 0;
    for (int g = 0; g < sum.length; g++) {
      between += sum[g] * sum[g] / sizes[g];
    }
    return total == 0 ? 0 : between / total;
  }
}
