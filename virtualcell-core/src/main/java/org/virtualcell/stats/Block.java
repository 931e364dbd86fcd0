package org.virtualcell.stats;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.virtualcell.api.InvalidDataException;

/**
 * A tall matrix of a few directions, genes x columns, row-major, in double; its operations cost
 * genes x columns^2. Loops run over neighbouring columns, so that they compile to vector code.
 */
final class Block {
  private final int genes;
  private final int columns;
  private final double[] values;

  /**
   * Takes the array over.
   *
   * @param genes rows
   * @param columns columns
   * @param values genes x columns
   */
  Block(int genes, int columns, double[] values) {
    this.genes = genes;
    this.columns = columns;
    this.values = values;
  }

  int columns() {
    return columns;
  }

  /** The elements themselves, no copy. */
  double[] values() {
    return values;
  }

  /** Directions whose squared length is below this share of the longest count as none. */
  private static final double LOST = 1e-13;

  /** Eigenvalues, falling, and their vectors: vector[i * n + j] is element i of vector j. */
  static final class Eigen {
    private final double[] value;
    private final double[] vector;

    Eigen(double[] value, double[] vector) {
      this.value = value;
      this.vector = vector;
    }

    double[] value() {
      return value;
    }

    double[] vector() {
      return vector;
    }
  }

  /**
   * An orthonormal block.
   *
   * @param block of as many columns as the original had independent ones
   * @param smallest the smallest singular value of the original, 0 if columns were dependent
   */
  record Orthonormal(Block block, double smallest) {}

  /** this' other: columns x other.columns. */
  double[] dot(Block other) {
    int m = other.columns;
    double[] out = new double[columns * m];
    for (int g = 0; g < genes; g++) {
      for (int i = 0; i < columns; i++) {
        add(out, i * m, values[g * columns + i], other.values, g * m, m);
      }
    }
    return out;
  }

  /** this x the first {@code wanted} columns of a square matrix with rows of {@code stride}. */
  Block times(double[] square, int stride, int wanted) {
    double[] out = new double[genes * wanted];
    for (int g = 0; g < genes; g++) {
      for (int i = 0; i < columns; i++) {
        add(out, g * wanted, values[g * columns + i], square, i * stride, wanted);
      }
    }
    return new Block(genes, wanted, out);
  }

  private static void add(double[] out, int at, double factor, double[] from, int start, int n) {
    for (int j = 0; j < n; j++) {
      out[at + j] += factor * from[start + j];
    }
  }

  /** 2 this - other: the Chebyshev step from two products and none. */
  Block chebyshev(Block other) {
    double[] out = new double[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = 2 * values[i] - other.values[i];
    }
    return new Block(genes, columns, out);
  }

  /** The span of the columns, from the eigenvectors of their products. */
  Orthonormal orthonormal() {
    Eigen eigen = eigen(dot(this), columns);
    int rank = 0;
    while (rank < columns && eigen.value[rank] > LOST * eigen.value[0]) {
      rank++;
    }
    double[] to = new double[columns * columns];
    for (int i = 0; i < columns; i++) {
      for (int j = 0; j < rank; j++) {
        to[i * columns + j] = eigen.vector[i * columns + j] / Math.sqrt(eigen.value[j]);
      }
    }
    double smallest = rank < columns ? 0 : Math.sqrt(eigen.value[rank - 1]);
    return new Orthonormal(times(to, columns, rank), smallest);
  }

  /** The eigenvectors of the symmetric part of a matrix. */
  static Eigen eigen(double[] square, int n) {
    DMatrixRMaj matrix = new DMatrixRMaj(n, n);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        matrix.set(i, j, (square[i * n + j] + square[j * n + i]) / 2);
      }
    }
    EigenDecomposition_F64<DMatrixRMaj> decomposition =
        DecompositionFactory_DDRM.eig(n, true, true);
    if (!decomposition.decompose(matrix)) {
      throw new InvalidDataException(
          "The products of the cells have no eigenvectors",
          n + " directions",
          "Pass finite values.");
    }
    Integer[] order = new Integer[n];
    for (int j = 0; j < n; j++) {
      order[j] = j;
    }
    java.util.Arrays.sort(
        order,
        (a, b) ->
            Double.compare(
                decomposition.getEigenvalue(b).getReal(),
                decomposition.getEigenvalue(a).getReal()));
    double[] value = new double[n];
    double[] vector = new double[n * n];
    for (int j = 0; j < n; j++) {
      value[j] = decomposition.getEigenvalue(order[j]).getReal();
      DMatrixRMaj column = decomposition.getEigenVector(order[j]);
      for (int i = 0; i < n; i++) {
        vector[i * n + j] = column.get(i, 0);
      }
    }
    return new Eigen(value, vector);
  }

  /**
   * Turns each column so that its element of largest magnitude, the first of equals, is positive.
   */
  void turnSigns() {
    for (int j = 0; j < columns; j++) {
      double largest = 0;
      for (int g = 0; g < genes; g++) {
        double v = values[g * columns + j];
        largest = Math.abs(v) > Math.abs(largest) ? v : largest;
      }
      for (int g = 0; largest < 0 && g < genes; g++) {
        values[g * columns + j] = -values[g * columns + j];
      }
    }
  }
}
