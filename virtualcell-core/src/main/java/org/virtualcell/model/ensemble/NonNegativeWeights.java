package org.virtualcell.model.ensemble;

import java.util.Arrays;

/**
 * Least squares with weights of zero or more whose sum is at most one: minimises {@code w'Gw -
 * 2b'w}. Active set after Lawson and Hanson (1974) on the normal equations; where the sum is above
 * one, the price per unit of weight that brings it there is found by halving.
 */
final class NonNegativeWeights {
  private static final double RIDGE = 1e-9; // of the mean diagonal: equal members share
  private static final int HALVINGS = 60;

  private final double[][] gram;
  private final int size;

  private NonNegativeWeights(double[][] gram) {
    this.size = gram.length;
    this.gram = new double[size][];
    double trace = 0;
    for (int i = 0; i < size; i++) {
      this.gram[i] = gram[i].clone();
      trace += gram[i][i];
    }
    for (int i = 0; i < size; i++) {
      this.gram[i][i] += RIDGE * trace / size + Double.MIN_NORMAL;
    }
  }

  /** The weights; {@code gram} is symmetric, and both are left as they are. */
  static double[] of(double[][] gram, double[] product) {
    if (product.length == 0) {
      return new double[0];
    }
    NonNegativeWeights problem = new NonNegativeWeights(gram);
    double[] free = problem.solve(product, 0);
    if (sum(free) <= 1) {
      return free;
    }
    double low = 0;
    double high = Arrays.stream(product).max().orElse(0); // from here on all weights are zero
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (sum(problem.solve(product, middle)) > 1) {
        low = middle;
      } else {
        high = middle;
      }
    }
    double[] weights = problem.solve(product, high);
    double sum = sum(weights);
    for (int i = 0; sum > 1 && i < weights.length; i++) {
      weights[i] /= sum;
    }
    return weights;
  }

  static double sum(double[] weights) {
    double sum = 0;
    for (double w : weights) {
      sum += w;
    }
    return sum;
  }

  private double[] solve(double[] product, double price) {
    double[] target = new double[size];
    double scale = 0;
    for (int i = 0; i < size; i++) {
      target[i] = product[i] - price;
      scale = Math.max(scale, Math.abs(product[i]));
    }
    double tolerance = 1e-12 * scale;
    double[] weights = new double[size];
    boolean[] active = new boolean[size];
    for (int step = 0; step < 3 * size + 3; step++) {
      int entering = steepest(target, weights, active, tolerance);
      if (entering < 0) {
        break;
      }
      active[entering] = true;
      double[] wanted = unconstrained(target, active);
      while (retreat(weights, wanted, active)) {
        wanted = unconstrained(target, active);
      }
      weights = wanted;
    }
    return weights;
  }

  private int steepest(double[] target, double[] weights, boolean[] active, double tolerance) {
    int best = -1;
    double most = tolerance;
    for (int i = 0; i < size; i++) {
      double slope = target[i];
      for (int j = 0; j < size; j++) {
        slope -= gram[i][j] * weights[j];
      }
      if (!active[i] && slope > most) {
        most = slope;
        best = i;
      }
    }
    return best;
  }

  /** Goes from the weights towards the wanted ones until the first is zero, which then leaves. */
  private static boolean retreat(double[] weights, double[] wanted, boolean[] active) {
    double share = 1;
    boolean blocked = false;
    for (int i = 0; i < weights.length; i++) {
      if (active[i] && wanted[i] <= 0) {
        blocked = true;
        share = Math.min(share, weights[i] / (weights[i] - wanted[i] + Double.MIN_NORMAL));
      }
    }
    if (!blocked) {
      return false;
    }
    int leaving = -1;
    for (int i = 0; i < weights.length; i++) {
      if (active[i]) {
        boolean first =
            wanted[i] <= 0 && weights[i] / (weights[i] - wanted[i] + Double.MIN_NORMAL) <= share;
        weights[i] += share * (wanted[i] - weights[i]);
        leaving = first ? i : leaving;
      }
    }
    for (int i = 0; i < weights.length; i++) {
      if (active[i] && (i == leaving || weights[i] <= 0)) {
        active[i] = false;
        weights[i] = 0;
      }
    }
    return true;
  }

  /** The solution over the active weights by Gaussian elimination; the matrix is definite. */
  private double[] unconstrained(double[] target, boolean[] active) {
    int[] index = java.util.stream.IntStream.range(0, size).filter(i -> active[i]).toArray();
    int n = index.length;
    double[][] a = new double[n][n + 1];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        a[i][j] = gram[index[i]][index[j]];
      }
      a[i][n] = target[index[i]];
    }
    for (int p = 0; p < n; p++) {
      for (int i = p + 1; i < n; i++) {
        double factor = a[i][p] / a[p][p];
        for (int j = p; j <= n; j++) {
          a[i][j] -= factor * a[p][j];
        }
      }
    }
    double[] solution = new double[size];
    for (int i = n - 1; i >= 0; i--) {
      double rest = a[i][n];
      for (int j = i + 1; j < n; j++) {
        rest -= a[i][j] * solution[index[j]];
      }
      solution[index[i]] = rest / a[i][i];
    }
    return solution;
  }
}
