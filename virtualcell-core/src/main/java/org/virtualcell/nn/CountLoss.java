package org.virtualcell.nn;

import org.virtualcell.api.InvalidDataException;

/**
 * The mean negative logarithm of the negative binomial probability of counts. A row of the
 * prediction holds the means of its columns, then their inverse dispersions theta (variance = mean
 * + mean^2 / theta), both above zero; 1e-6 is added to each.
 *
 * @param rows rows
 * @param columns columns of the counts
 */
public record CountLoss(int rows, int columns) implements HostFunction {
  private static final double LEAST = 1e-6;

  /**
   * Checks the sizes.
   *
   * @throws InvalidDataException if one is not positive
   */
  public CountLoss {
    if (rows < 1 || columns < 1) {
      throw new InvalidDataException(
          "A loss of counts has no counts", rows + " x " + columns, "Pass positive sizes.");
    }
  }

  @Override
  public int predicted() {
    return 2 * rows * columns;
  }

  @Override
  public int observed() {
    return rows * columns;
  }

  @Override
  public double evaluate(double[] x, double[] y, double[] gradient) {
    double loss = 0;
    double each = 1.0 / ((double) rows * columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        int at = 2 * i * columns + j;
        double count = y[i * columns + j];
        double mean = x[at] + LEAST;
        double theta = x[at + columns] + LEAST;
        double both = mean + theta;
        loss +=
            LogGamma.of(theta)
                + LogGamma.of(count + 1)
                - LogGamma.of(count + theta)
                - theta * Math.log(theta / both)
                - count * Math.log(mean / both);
        gradient[at] = each * ((theta + count) / both - count / mean);
        gradient[at + columns] =
            each
                * (LogGamma.slope(theta)
                    - LogGamma.slope(count + theta)
                    - Math.log(theta / both)
                    - 1
                    + (theta + count) / both);
      }
    }
    return loss * each;
  }
}
