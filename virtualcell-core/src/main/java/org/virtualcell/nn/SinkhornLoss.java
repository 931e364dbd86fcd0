package org.virtualcell.nn;

import java.util.Arrays;
import org.virtualcell.api.InvalidDataException;

/**
 * The debiased Sinkhorn divergence of two sets with equal weights and cost |x - y|^2 / 2: S = OT(x,
 * y) - OT(x, x) / 2 - OT(y, y) / 2 at epsilon = blur^2, from potentials that are annealed from the
 * diameter down by {@code scaling} and averaged with the old ones at each step; a last step that is
 * not averaged gives the value and, its inputs held, the gradient.
 *
 * @param sets the shape
 * @param blur the root of the last epsilon; above zero
 * @param scaling the factor of the blur from step to step, above 0 and below 1
 */
public record SinkhornLoss(SetPair sets, double blur, double scaling) implements HostFunction {
  /**
   * Checks the ranges.
   *
   * @throws InvalidDataException if one is left
   */
  public SinkhornLoss {
    if (!(blur > 0 && scaling > 0 && scaling < 1)) {
      throw new InvalidDataException(
          "A Sinkhorn loss is out of range",
          "blur " + blur + ", scaling " + scaling,
          "Pass a blur above zero, and a scaling above 0 and below 1.");
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
    int s = sets.cells();
    int t = sets.targets();
    double[] xy = costs(x, s, y, t);
    double[] yx = costs(y, t, x, s);
    double[] xx = costs(x, s, x, s);
    double[] yy = costs(y, t, y, t);
    double epsilon = Math.max(Math.pow(diameter(x, y), 2), blur * blur);
    double[] fba = softmin(epsilon, xy, new double[t], s);
    double[] gab = softmin(epsilon, yx, new double[s], t);
    double[] faa = softmin(epsilon, xx, new double[s], s);
    double[] gbb = softmin(epsilon, yy, new double[t], t);
    // diameter^2 once more, the steps between, blur^2
    for (double width = Math.sqrt(epsilon); ; width *= scaling) {
      double e = Math.max(width * width, blur * blur);
      double[] nextF = softmin(e, xy, gab, s);
      double[] nextG = softmin(e, yx, fba, t);
      faa = average(faa, softmin(e, xx, faa, s));
      gbb = average(gbb, softmin(e, yy, gbb, t));
      fba = average(fba, nextF);
      gab = average(gab, nextG);
      if (width <= blur) {
        break;
      }
    }
    double last = blur * blur;
    double value = 0;
    double[] f = softmin(last, xy, gab, s);
    double[] own = softmin(last, xx, faa, s);
    for (int i = 0; i < s; i++) {
      value += (f[i] - own[i]) / s;
    }
    double[] g = softmin(last, yx, fba, t);
    double[] others = softmin(last, yy, gbb, t);
    for (int j = 0; j < t; j++) {
      value += (g[j] - others[j]) / t;
    }
    Arrays.fill(gradient, 0);
    pull(last, xy, gab, f, x, s, y, t, 1.0 / s, gradient);
    pull(last, xx, faa, own, x, s, x, s, -1.0 / s, gradient);
    return value;
  }

  private double[] costs(double[] a, int n, double[] b, int m) {
    double[] costs = new double[n * m];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < m; j++) {
        costs[i * m + j] = sets.square(a, i, b, j) / 2;
      }
    }
    return costs;
  }

  /** The diagonal of the box around all cells. */
  private double diameter(double[] x, double[] y) {
    double square = 0;
    int d = sets.columns();
    for (int k = 0; k < d; k++) {
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (double[] set : new double[][] {x, y}) {
        for (int i = k; i < set.length; i += d) {
          low = Math.min(low, set[i]);
          high = Math.max(high, set[i]);
        }
      }
      square += (high - low) * (high - low);
    }
    return Math.sqrt(square);
  }

  /** -e log mean over j of exp((potential_j - cost_ij) / e). */
  private static double[] softmin(double e, double[] costs, double[] potential, int n) {
    int m = potential.length;
    double[] result = new double[n];
    for (int i = 0; i < n; i++) {
      double most = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < m; j++) {
        most = Math.max(most, (potential[j] - costs[i * m + j]) / e);
      }
      double sum = 0;
      for (int j = 0; j < m; j++) {
        sum += Math.exp((potential[j] - costs[i * m + j]) / e - most);
      }
      result[i] = -e * (most + Math.log(sum / m));
    }
    return result;
  }

  private static double[] average(double[] a, double[] b) {
    double[] mean = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      mean[i] = (a[i] + b[i]) / 2;
    }
    return mean;
  }

  /** Adds factor times the gradient of the softmin by a, b and the potentials held. */
  private void pull(
      double e,
      double[] costs,
      double[] potential,
      double[] f,
      double[] a,
      int n,
      double[] b,
      int m,
      double factor,
      double[] gradient) {
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < m; j++) {
        double share = Math.exp((potential[j] - costs[i * m + j] + f[i]) / e) / m;
        sets.pull(gradient, factor * share, a, i, b, j);
      }
    }
  }
}
