package org.virtualcell.compute;

import org.virtualcell.compute.Reference.Expected;

/** The oracle of {@link DistanceOps}: double precision, as the formulas read. */
public final class DistanceReference {
  private DistanceReference() {}

  /**
   * A set of cells inside an array: {@code rows} rows of {@code columns} from row {@code first}.
   */
  public record Cells(double[] values, int first, int rows, int columns) {
    /** Of single precision. */
    public Cells(float[] values, int first, int rows, int columns) {
      this(widened(values), first, rows, columns);
    }

    private static double[] widened(float[] values) {
      double[] wide = new double[values.length];
      for (int i = 0; i < wide.length; i++) {
        wide[i] = values[i];
      }
      return wide;
    }

    double at(int row, int column) {
      return values[(first + row) * columns + column];
    }
  }

  /** |x_i - y_j|. */
  public static double distance(Cells x, int i, Cells y, int j) {
    double square = 0;
    for (int k = 0; k < x.columns; k++) {
      double difference = x.at(i, k) - y.at(j, k);
      square += difference * difference;
    }
    return Math.sqrt(square);
  }

  /** All distances, or their squares. */
  public static Expected distances(Cells x, Cells y, boolean squared) {
    double[] out = new double[x.rows * y.rows];
    for (int i = 0; i < x.rows; i++) {
      for (int j = 0; j < y.rows; j++) {
        double d = distance(x, i, y, j);
        out[i * y.rows + j] = squared ? d * d : d;
      }
    }
    return new Expected(out, out);
  }

  /** The mean of all distances; not a number for an empty set. */
  public static double mean(Cells x, Cells y) {
    double sum = 0;
    for (double d : distances(x, y, false).value()) {
      sum += d;
    }
    return sum / ((double) x.rows * y.rows);
  }

  /** mean d(x, y) - mean d(x, x') / 2 - mean d(y, y') / 2. */
  public static double energy(Cells x, Cells y) {
    return mean(x, y) - mean(x, x) / 2 - mean(y, y) / 2;
  }

  /** The sum of the magnitudes of the terms of {@link #energy}. */
  public static double energyScale(Cells x, Cells y) {
    return mean(x, y) + mean(x, x) / 2 + mean(y, y) / 2;
  }

  /** weight times the gradient of {@link #energy} by the cells of x, with its scale. */
  public static Expected energyGradient(Cells x, Cells y, double weight) {
    double[] mean = new double[x.columns];
    for (int k = 0; k < x.columns; k++) {
      for (int i = 0; i < x.rows; i++) {
        mean[k] += x.at(i, k) / (x.rows + y.rows);
      }
      for (int j = 0; j < y.rows; j++) {
        mean[k] += y.at(j, k) / (x.rows + y.rows);
      }
    }
    Expected out = new Expected(new double[x.rows * x.columns], new double[x.rows * x.columns]);
    for (int i = 0; i < x.rows; i++) {
      pull(out, x, i, y, weight / ((double) x.rows * y.rows), mean);
      pull(out, x, i, x, -weight / ((double) x.rows * x.rows), mean);
    }
    return out;
  }

  private static void pull(Expected out, Cells x, int i, Cells z, double each, double[] mean) {
    for (int j = 0; j < z.rows; j++) {
      double d = distance(x, i, z, j);
      for (int k = 0; d > 0 && k < x.columns; k++) {
        double a = x.at(i, k);
        double b = z.at(j, k);
        out.value()[i * x.columns + k] += each / d * (a - b);
        out.scale()[i * x.columns + k] +=
            Math.abs(each) / d * (Math.abs(a - mean[k]) + Math.abs(b - mean[k]));
      }
    }
  }
}
