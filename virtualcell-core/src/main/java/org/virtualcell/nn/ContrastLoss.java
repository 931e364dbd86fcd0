package org.virtualcell.nn;

import java.util.Arrays;
import org.virtualcell.api.InvalidDataException;

/**
 * InfoNCE: each predicted row is to be told from the others by its own target. With c_ij the cosine
 * of x_i and y_j, the mean over i of -log(exp(c_ii / temperature) / sum over j of exp(c_ij /
 * temperature)).
 *
 * @param rows pairs of a prediction and a target; one or more
 * @param columns columns of both
 * @param temperature above zero
 */
public record ContrastLoss(int rows, int columns, double temperature) implements HostFunction {
  /** Added to a norm, so that a row of zeros has a cosine. */
  private static final double LEAST = 1e-12;

  /**
   * Checks the sizes.
   *
   * @throws InvalidDataException if one is out of range
   */
  public ContrastLoss {
    if (rows < 1 || columns < 1 || !(temperature > 0)) {
      throw new InvalidDataException(
          "A contrast is out of range",
          rows + " x " + columns + ", temperature " + temperature,
          "Pass positive sizes and a temperature above zero.");
    }
  }

  @Override
  public int predicted() {
    return rows * columns;
  }

  @Override
  public int observed() {
    return rows * columns;
  }

  @Override
  public double evaluate(double[] x, double[] y, double[] gradient) {
    Arrays.fill(gradient, 0);
    double[] norms = new double[rows];
    for (int j = 0; j < rows; j++) {
      norms[j] = Math.sqrt(dot(y, j, y, j)) + LEAST;
    }
    double loss = 0;
    double[] cosine = new double[rows];
    for (int i = 0; i < rows; i++) {
      double length = Math.sqrt(dot(x, i, x, i));
      double norm = length + LEAST;
      double most = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < rows; j++) {
        cosine[j] = dot(x, i, y, j) / (norm * norms[j]);
        most = Math.max(most, cosine[j] / temperature);
      }
      double sum = 0;
      for (int j = 0; j < rows; j++) {
        sum += Math.exp(cosine[j] / temperature - most);
      }
      loss += (most + Math.log(sum) - cosine[i] / temperature) / rows;
      for (int j = 0; j < rows; j++) {
        double share = Math.exp(cosine[j] / temperature - most) / sum - (i == j ? 1 : 0);
        double each = share / (temperature * rows);
        for (int k = 0; k < columns; k++) {
          double along = length > 0 ? cosine[j] * x[i * columns + k] / (length * norm) : 0;
          gradient[i * columns + k] += each * (y[j * columns + k] / (norm * norms[j]) - along);
        }
      }
    }
    return loss;
  }

  private double dot(double[] a, int i, double[] b, int j) {
    double sum = 0;
    for (int k = 0; k < columns; k++) {
      sum += a[i * columns + k] * b[j * columns + k];
    }
    return sum;
  }
}
