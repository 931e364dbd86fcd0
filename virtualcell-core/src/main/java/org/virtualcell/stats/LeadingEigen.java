package org.virtualcell.stats;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The largest eigenvalues of a small symmetric matrix and their vectors, where few of many are
 * wanted: to tridiagonal form by reflections, values by bisection, vectors by inverse iteration
 * (Golub and Van Loan, Matrix Computations, 8.3 and 8.4). Costs about 2 n^3 operations, an eighth
 * of all vectors by rotations. Loops run over neighbouring elements, so that they compile to vector
 * code.
 */
final class LeadingEigen {
  private final int n;
  private final double[] diagonal;
  private final double[] beside; // beside[i] is between i and i + 1
  private final double[][] mirror; // the reflection of step i, elements from i + 1 on
  private final double[] strength;
  private final double size; // a bound of all eigenvalues

  private LeadingEigen(double[] a, int n) {
    this.n = n;
    this.diagonal = new double[n];
    this.beside = new double[n];
    this.mirror = new double[n][];
    this.strength = new double[n];
    tridiagonal(a);
    double most = 0;
    for (int i = 0; i < n; i++) {
      double here = Math.abs(diagonal[i]) + Math.abs(beside[i]);
      most = Math.max(most, here + (i > 0 ? Math.abs(beside[i - 1]) : 0));
    }
    this.size = most;
  }

  /**
   * The leading pairs.
   *
   * @param square n x n, row-major; its symmetric part is meant
   * @param wanted how many, n at most
   * @return values, falling, and vectors: vector[i * wanted + j] is element i of vector j
   */
  static Block.Eigen of(double[] square, int n, int wanted) {
    double[] a = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        a[i * n + j] = (square[i * n + j] + square[j * n + i]) / 2;
      }
    }
    LeadingEigen eigen = new LeadingEigen(a, n);
    double[] value = new double[wanted];
    for (int j = 0; j < wanted; j++) {
      value[j] = eigen.value(j);
    }
    return new Block.Eigen(value, eigen.vectors(value));
  }

  private void tridiagonal(double[] a) {
    double[] p = new double[n];
    for (int s = 0; s < n; s++) {
      diagonal[s] = a[s * n + s];
      if (s + 1 >= n) {
        break;
      }
      double[] v = Arrays.copyOfRange(a, s * n, (s + 1) * n);
      double square = 0;
      for (int i = s + 1; i < n; i++) {
        square += v[i] * v[i];
      }
      double length = Math.sqrt(square);
      beside[s] = v[s + 1] > 0 ? -length : length;
      mirror[s] = v;
      double rest = square - v[s + 1] * v[s + 1];
      if (rest <= 0) { // tridiagonal already
        beside[s] = v[s + 1];
        continue;
      }
      v[s + 1] -= beside[s];
      double beta = 2 / (rest + v[s + 1] * v[s + 1]);
      strength[s] = beta;
      Arrays.fill(p, s + 1, n, 0);
      for (int i = s + 1; i < n; i++) {
        double factor = beta * v[i];
        int row = i * n;
        for (int j = s + 1; j < n; j++) {
          p[j] += factor * a[row + j];
        }
      }
      double along = 0;
      for (int i = s + 1; i < n; i++) {
        along += p[i] * v[i];
      }
      along *= beta / 2;
      for (int i = s + 1; i < n; i++) {
        p[i] -= along * v[i];
      }
      for (int i = s + 1; i < n; i++) {
        double x = v[i];
        double y = p[i];
        int row = i * n;
        for (int j = s + 1; j < n; j++) {
          a[row + j] -= x * p[j] + y * v[j];
        }
      }
    }
  }

  /** How many eigenvalues are above x: the signs of the pivots of x - T. */
  private int above(double x) {
    int count = 0;
    double pivot = 1;
    double tiny = size * 1e-300 + Double.MIN_NORMAL;
    for (int i = 0; i < n; i++) {
      double b = i > 0 ? beside[i - 1] : 0;
      pivot = diagonal[i] - x - b * b / pivot;
      if (Math.abs(pivot) < tiny) {
        pivot = -tiny;
      }
      count += pivot > 0 ? 1 : 0;
    }
    return count;
  }

  /** The eigenvalue with {@code rank} larger ones. */
  private double value(int rank) {
    double low = -size;
    double high = size;
    while (high - low > 4e-16 * size) {
      double middle = (low + high) / 2;
      if (middle <= low || middle >= high) {
        break;
      }
      if (above(middle) > rank) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  private double[] vectors(double[] value) {
    int wanted = value.length;
    double[][] found = new double[wanted][];
    SplittableRandom random = new SplittableRandom(1);
    for (int j = 0; j < wanted; j++) {
      double[] x = new double[n];
      for (int i = 0; i < n; i++) {
        x[i] = random.nextDouble() - 0.5;
      }
      // equal values: a little apart, and vectors at right angles to those before
      double shift = value[j] - j * 1e-15 * size;
      for (int round = 0; round < 3; round++) {
        solve(shift, x);
        for (int turn = 0; turn < 2; turn++) {
          for (int k = 0; k < j; k++) {
            double share = dot(found[k], x);
            for (int i = 0; i < n; i++) {
              x[i] -= share * found[k][i];
            }
          }
        }
        double length = Math.sqrt(dot(x, x));
        for (int i = 0; i < n; i++) {
          x[i] /= length;
        }
      }
      found[j] = x;
    }
    double[] out = new double[n * wanted];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < wanted; j++) {
        out[i * wanted + j] = found[j][i];
      }
    }
    reflect(out, wanted);
    return out;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** x becomes (T - shift)^-1 x, by elimination with exchange of rows; never infinite. */
  private void solve(double shift, double[] x) {
    double[] d = new double[n];
    double[] first = new double[n]; // above the diagonal
    double[] second = new double[n];
    for (int i = 0; i < n; i++) {
      d[i] = diagonal[i] - shift;
      first[i] = beside[i];
    }
    double tiny = 1e-16 * size + Double.MIN_NORMAL;
    for (int i = 0; i + 1 < n; i++) {
      double below = beside[i];
      if (Math.abs(below) > Math.abs(d[i])) {
        double factor = d[i] / below;
        double next = first[i];
        d[i] = below;
        first[i] = d[i + 1];
        second[i] = first[i + 1];
        d[i + 1] = next - factor * first[i];
        first[i + 1] = -factor * second[i];
        double keep = x[i];
        x[i] = x[i + 1];
        x[i + 1] = keep - factor * x[i];
      } else {
        if (Math.abs(d[i]) < tiny) {
          d[i] = tiny;
        }
        double factor = below / d[i];
        d[i + 1] -= factor * first[i];
        x[i + 1] -= factor * x[i];
      }
    }
    if (Math.abs(d[n - 1]) < tiny) {
      d[n - 1] = tiny;
    }
    double largest = 0;
    for (int i = n - 1; i >= 0; i--) {
      double sum = x[i];
      if (i + 1 < n) {
        sum -= first[i] * x[i + 1];
      }
      if (i + 2 < n) {
        sum -= second[i] * x[i + 2];
      }
      x[i] = sum / d[i];
      largest = Math.max(largest, Math.abs(x[i]));
    }
    for (int i = 0; largest > 0 && i < n; i++) {
      x[i] /= largest;
    }
  }

  /** Back from the tridiagonal form: the reflections, the last one first. */
  private void reflect(double[] x, int columns) {
    double[] share = new double[columns];
    for (int s = n - 2; s >= 0; s--) {
      double beta = strength[s];
      if (beta == 0) {
        continue;
      }
      double[] v = mirror[s];
      Arrays.fill(share, 0);
      for (int i = s + 1; i < n; i++) {
        double factor = v[i];
        int row = i * columns;
        for (int j = 0; j < columns; j++) {
          share[j] += factor * x[row + j];
        }
      }
      for (int i = s + 1; i < n; i++) {
        double factor = beta * v[i];
        int row = i * columns;
        for (int j = 0; j < columns; j++) {
          x[row + j] -= factor * share[j];
        }
      }
    }
  }
}
