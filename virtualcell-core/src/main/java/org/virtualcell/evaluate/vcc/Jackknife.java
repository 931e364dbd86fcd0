package org.virtualcell.evaluate.vcc;

import org.virtualcell.api.CsrMatrix;

/**
 * The delete-one jackknife of a pseudobulk profile. With l_i the total of cell i and r_i = S - l_i,
 * {@code v_ig = ln(1 + T (P_g - y_ig) / r_i)} and {@code C = (n - 1) / n sum_g sum_i (v_ig - mean_i
 * v_ig)^2}.
 *
 * <p>Sums run over the deviations d = v - b, so that nothing cancels. With a = T P_g / S and w = a
 * / (1 + a), a cell without the gene has {@code d = ln(1 + w l_i / r_i)}: a power series in w whose
 * coefficients are moments of l_i / r_i, the same for all genes. Only cells that hold the gene need
 * a logarithm of their own, which makes the work proportional to the stored values, not to cells
 * times genes. Where one cell holds more than a twentieth of the others' counts the series is not
 * used.
 */
final class Jackknife {
  private static final double LARGEST = 0.05;

  /** 0.05 to this power is below the rounding error of a double. */
  private static final int TERMS = 14;

  /** Coefficients of ln(1 + x)^2: c_k = (-1)^k 2 H_(k-1) / k. */
  private static final double[] SQUARE = square();

  private Jackknife() {}

  private static double[] square() {
    double[] c = new double[TERMS + 1];
    double harmonic = 0;
    for (int k = 2; k <= TERMS; k++) {
      harmonic += 1.0 / (k - 1);
      c[k] = (k % 2 == 0 ? 2 : -2) * harmonic / k;
    }
    return c;
  }

  /**
   * The correction of a group.
   *
   * @param counts its cells
   * @param sums P
   * @param all S
   * @param targetSum T
   * @return C; 0 for fewer than two cells or no counts
   */
  static double of(CellCounts counts, double[] sums, double all, double targetSum) {
    int n = counts.rowCount();
    if (n < 2 || all == 0) {
      return 0; // copies of one cell have no scatter either
    }
    double[] rest = new double[n];
    double largest = 0;
    for (int i = 0; i < n; i++) {
      rest[i] = all - counts.total(i);
      largest = Math.max(largest, rest[i] > 0 ? counts.total(i) / rest[i] : Double.MAX_VALUE);
    }
    double[] first = new double[sums.length];
    double[] second = new double[sums.length];
    if (largest <= LARGEST) {
      bySeries(counts, sums, all, targetSum, rest, first, second);
    } else {
      directly(counts, sums, all, targetSum, rest, first, second);
    }
    double sum = 0;
    for (int g = 0; g < first.length; g++) {
      sum += second[g] - first[g] * first[g] / n;
    }
    return Math.max(0, (n - 1.0) / n * sum);
  }

  private static void bySeries(
      CellCounts counts,
      double[] sums,
      double all,
      double targetSum,
      double[] rest,
      double[] first,
      double[] second) {
    double[] moments = moments(counts, rest);
    double[] weight = new double[sums.length]; // w
    double[] shrink = new double[sums.length]; // T / (1 + a)
    for (int g = 0; g < sums.length; g++) {
      double a = targetSum * sums[g] / all;
      weight[g] = a / (1 + a);
      shrink[g] = targetSum / (1 + a);
      double w = weight[g];
      double log = 0;
      double squared = 0;
      for (int k = TERMS; k >= 1; k--) {
        log = log * w + (k % 2 == 1 ? moments[k] : -moments[k]) / k;
        squared = squared * w + SQUARE[k] * moments[k];
      }
      first[g] = log * w;
      second[g] = squared * w;
    }
    CsrMatrix rows = counts.rows();
    for (int i = 0; i < rest.length; i++) {
      double ratio = counts.total(i) / rest[i];
      double inverse = 1 / rest[i];
      for (int k = rows.rowStart(i); k < rows.rowStart(i + 1); k++) {
        int g = rows.geneAt(k);
        double absent = weight[g] * ratio;
        double without = log1p(absent);
        double with = log1p(absent - shrink[g] * rows.valueAt(k) * inverse);
        first[g] += with - without;
        second[g] += (with - without) * (with + without);
      }
    }
  }

  private static double[] moments(CellCounts counts, double[] rest) {
    double[] moments = new double[TERMS + 1];
    for (int i = 0; i < rest.length; i++) {
      double ratio = counts.total(i) / rest[i];
      double power = 1;
      for (int k = 1; k <= TERMS; k++) {
        power *= ratio;
        moments[k] += power;
      }
    }
    return moments;
  }

  /** ln(1 + x), by its series where that is as exact as the library's function. */
  private static double log1p(double x) {
    if (Math.abs(x) > LARGEST) {
      return StrictMath.log1p(x);
    }
    double sum = 0;
    for (int k = TERMS; k >= 1; k--) {
      sum = sum * x + (k % 2 == 1 ? 1.0 : -1.0) / k;
    }
    return sum * x;
  }

  private static void directly(
      CellCounts counts,
      double[] sums,
      double all,
      double targetSum,
      double[] rest,
      double[] first,
      double[] second) {
    double[] row = new double[sums.length];
    CsrMatrix rows = counts.rows();
    for (int i = 0; i < rest.length; i++) {
      for (int k = rows.rowStart(i); k < rows.rowStart(i + 1); k++) {
        row[rows.geneAt(k)] = rows.valueAt(k);
      }
      for (int g = 0; g < row.length; g++) {
        double profile = StrictMath.log1p(targetSum * sums[g] / all);
        double left =
            rest[i] > 0 ? StrictMath.log1p(targetSum * Math.max(0, sums[g] - row[g]) / rest[i]) : 0;
        double d = left - profile;
        first[g] += d;
        second[g] += d * d;
        row[g] = 0;
      }
    }
  }
}
