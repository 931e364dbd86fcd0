package org.virtualcell.model.cells;

import java.util.Arrays;

/**
 * The distribution of control scores of mean 0 and deviation 1, smoothed by a Gaussian kernel of
 * Silverman's width and scaled back to deviation 1; with tails no thinner than a little of a wide
 * Gaussian. Kept on a grid.
 */
final class ControlDensity {
  private static final double REACH = 12;
  private static final double STEP = 0.02;
  private static final double TAIL = 1e-4;

  private final double[] grid = new double[(int) (2 * REACH / STEP) + 1];

  ControlDensity(double[] scores) {
    double width = 1.06 * Math.pow(scores.length, -0.2);
    double shrink = 1 / Math.sqrt(1 + width * width);
    double w = width * shrink;
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    for (int i = 0; i < grid.length; i++) {
      double at = -REACH + i * STEP;
      double sum = 0;
      for (double score : sorted) {
        double z = (at - score * shrink) / w;
        if (Math.abs(z) < 8) {
          sum += StrictMath.exp(-z * z / 2);
        }
      }
      double wide = StrictMath.exp(-at * at / 18) / 3;
      grid[i] = ((1 - TAIL) * sum / scores.length / w + TAIL * wide) / Math.sqrt(2 * Math.PI);
    }
  }

  double at(double score) {
    double place = (Math.max(-REACH, Math.min(REACH, score)) + REACH) / STEP;
    int i = Math.min((int) place, grid.length - 2);
    double part = place - i;
    return Math.max(1e-12, grid[i] * (1 - part) + grid[i + 1] * part);
  }
}
