package org.virtualcell.compute;

/** The oracle of {@link DenseOps}: double precision, written as the formulas read. */
final class DenseReference {
  private DenseReference() {}

  /** A row-major matrix of doubles. */
  record Matrix(double[] value, int rows, int columns) {
    double at(int i, int j) {
      return value[i * columns + j];
    }

    Matrix transposed() {
      double[] turned = new double[value.length];
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          turned[j * rows + i] = at(i, j);
        }
      }
      return new Matrix(turned, columns, rows);
    }
  }

  /**
   * z = factor A B + old + bias, with the sum of magnitudes of its terms as scale.
   *
   * @param old what is accumulated, or null
   * @param bias of each column, or null
   */
  static Reference.Expected product(
      Matrix a, Matrix b, double factor, double[] old, double[] bias) {
    double[] value = new double[a.rows() * b.columns()];
    double[] scale = new double[value.length];
    for (int i = 0; i < a.rows(); i++) {
      for (int j = 0; j < b.columns(); j++) {
        int at = i * b.columns() + j;
        for (int x = 0; x < a.columns(); x++) {
          double term = factor * a.at(i, x) * b.at(x, j);
          value[at] += term;
          scale[at] += Math.abs(term);
        }
        if (old != null) {
          value[at] += old[at];
          scale[at] += Math.abs(old[at]);
        }
        if (bias != null) {
          value[at] += bias[j];
          scale[at] += Math.abs(bias[j]);
        }
      }
    }
    return new Reference.Expected(value, scale);
  }

  /** An activation, from its definition. */
  static double activation(Activation activation, double x) {
    return switch (activation) {
      case NONE -> x;
      case RELU -> Math.max(0, x);
      case GELU -> x * normal(x);
      case GELU_TANH ->
          x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))) / 2;
      case SILU -> x / (1 + Math.exp(-x));
      case SOFTPLUS -> Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x)));
    };
  }

  /** The normal distribution function by its series, exact to 1e-12 for the |x| of these tests. */
  private static double normal(double x) {
    if (Math.abs(x) > 7) {
      return x > 0 ? 1 : 0;
    }
    double term = x;
    double sum = x;
    for (int i = 1; i < 300; i++) {
      term *= x * x / (2 * i + 1);
      sum += term;
    }
    return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }
}
