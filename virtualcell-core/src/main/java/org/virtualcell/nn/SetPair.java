package org.virtualcell.nn;

import org.virtualcell.api.InvalidDataException;

/**
 * The shape of a pair of sets a loss compares.
 *
 * @param cells predicted cells; two or more
 * @param targets observed cells; two or more
 * @param columns columns of both
 */
public record SetPair(int cells, int targets, int columns) {
  /**
   * Checks the sizes.
   *
   * @throws InvalidDataException if a set has fewer than two cells, or there is no column
   */
  public SetPair {
    if (cells < 2 || targets < 2 || columns < 1) {
      throw new InvalidDataException(
          "Sets cannot be compared",
          cells + " and " + targets + " cells, " + columns + " columns",
          "Pass sets of two cells or more, and a column.");
    }
  }

  /** |a_i - b_j|^2. */
  double square(double[] a, int i, double[] b, int j) {
    double sum = 0;
    for (int k = 0; k < columns; k++) {
      double difference = a[i * columns + k] - b[j * columns + k];
      sum += difference * difference;
    }
    return sum;
  }

  /** gradient_i += factor (a_i - b_j). */
  void pull(double[] gradient, double factor, double[] a, int i, double[] b, int j) {
    for (int k = 0; k < columns; k++) {
      gradient[i * columns + k] += factor * (a[i * columns + k] - b[j * columns + k]);
    }
  }
}
