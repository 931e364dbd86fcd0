package org.virtualcell.nn;

import java.util.Arrays;
import org.virtualcell.api.InvalidDataException;

/**
 * The maximum mean discrepancy of two sets, half of the usual square: mean k(x, x') / 2 + mean k(y,
 * y') / 2 - mean k(x, y), pairs of a cell with itself included (a V-statistic).
 *
 * @param sets the shape
 * @param gaussian whether k = exp(-|x - y|^2 / (2 blur^2)), else the Laplacian exp(-|x - y| /
 *     blur), whose slope counts as 0 where cells coincide
 * @param blur the width of the kernel; above zero
 */
public record KernelLoss(SetPair sets, boolean gaussian, double blur) implements HostFunction {
  /**
   * Checks the width.
   *
   * @throws InvalidDataException if it is not above zero
   */
  public KernelLoss {
    if (!(blur > 0)) {
      throw new InvalidDataException(
          "A kernel has no width", "blur " + blur, "Pass a number above zero.");
    }
  }

  @Override
  public int predicted() {
    return sets.cells() * sets.columns();
  }

  @Override
  public int observed() {
    return sets.targets() * sets.columns();
  }

  @Override
  public double evaluate(double[] x, double[] y, double[] gradient) {
    Arrays.fill(gradient, 0);
    int s = sets.cells();
    int t = sets.targets();
    double inside = sum(x, s, x, s, 1.0 / ((double) s * s), gradient);
    double between = sum(x, s, y, t, -1.0 / ((double) s * t), gradient);
    double outside = sum(y, t, y, t, 0, null);
    return inside / (2.0 * s * s) + outside / (2.0 * t * t) - between / ((double) s * t);
  }

  /** The sum of the kernel; adds each times its gradient by a. */
  private double sum(double[] a, int n, double[] b, int m, double each, double[] gradient) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < m; j++) {
        double square = sets.square(a, i, b, j);
        double distance = Math.sqrt(square);
        double k = gaussian ? Math.exp(-square / (2 * blur * blur)) : Math.exp(-distance / blur);
        sum += k;
        if (gradient != null && distance > 0) {
          double slope = gaussian ? -k / (blur * blur) : -k / (blur * distance);
          sets.pull(gradient, each * slope, a, i, b, j);
        }
      }
    }
    return sum;
  }
}
