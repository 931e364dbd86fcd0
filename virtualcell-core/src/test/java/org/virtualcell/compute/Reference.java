package org.virtualcell.compute;

import org.virtualcell.api.CsrMatrix;

/**
 * The oracle: every operation of the contract in double precision, written as its formula reads.
 * Each result carries its scale, the sum of the magnitudes of an element's terms, by which the
 * contract states tolerances.
 */
public final class Reference {
  private Reference() {}

  /**
   * Expected elements.
   *
   * @param value the elements, row-major
   * @param scale the sum of the magnitudes of the terms of each
   */
  public record Expected(double[] value, double[] scale) {}

  /** out[i] = total / sum of row i, 0 for an empty row. */
  public static Expected rowScale(CsrMatrix x, double total) {
    double[] out = new double[(int) x.rows()];
    for (int i = 0; i < out.length; i++) {
      double sum = 0;
      for (int k = x.rowStart(i); k < x.rowStart(i + 1); k++) {
        sum += x.valueAt(k);
      }
      out[i] = sum > 0 ? total / sum : 0;
    }
    return new Expected(out, out);
  }

  /** The stored values, as they are where {@code s} is null, else log1p(x[i,g] s[i]). */
  public static Expected values(CsrMatrix x, float[] s) {
    double[] out = new double[(int) x.nonZeros()];
    for (int i = 0; i < x.rows(); i++) {
      for (int k = x.rowStart(i); k < x.rowStart(i + 1); k++) {
        out[k] = s == null ? x.valueAt(k) : Math.log1p((double) x.valueAt(k) * s[i]);
      }
    }
    return new Expected(out, out);
  }

  /** out[i,j] = sum over g of value(i,g) w[g,j]. */
  public static Expected multiply(CsrMatrix x, float[] s, float[] w, int n) {
    double[] values = values(x, s).value();
    Expected out = zeros((int) x.rows() * n);
    for (int i = 0; i < x.rows(); i++) {
      for (int k = x.rowStart(i); k < x.rowStart(i + 1); k++) {
        for (int j = 0; j < n; j++) {
          add(out, i * n + j, values[k] * w[x.geneAt(k) * n + j]);
        }
      }
    }
    return out;
  }

  /** out[g,j] = sum over i of value(i,g) d[i,j]. */
  public static Expected transposedMultiply(CsrMatrix x, float[] s, float[] d, int n) {
    double[] values = values(x, s).value();
    Expected out = zeros(x.genes() * n);
    for (int i = 0; i < x.rows(); i++) {
      for (int k = x.rowStart(i); k < x.rowStart(i + 1); k++) {
        for (int j = 0; j < n; j++) {
          add(out, x.geneAt(k) * n + j, values[k] * d[i * n + j]);
        }
      }
    }
    return out;
  }

  /** out[c,g] = sum of value(i,g)^power over the cells i of group c; power 0 counts non-zeros. */
  public static Expected groupSums(CsrMatrix x, float[] s, int[] group, int groups, int power) {
    double[] values = values(x, s).value();
    Expected out = zeros(groups * x.genes());
    for (int i = 0; i < x.rows(); i++) {
      if (group[i] < 0 || group[i] >= groups) {
        continue;
      }
      for (int k = x.rowStart(i); k < x.rowStart(i + 1); k++) {
        if (x.valueAt(k) != 0) {
          add(out, group[i] * x.genes() + x.geneAt(k), Math.pow(values[k], power));
        }
      }
    }
    return out;
  }

  private static Expected zeros(int elements) {
    return new Expected(new double[elements], new double[elements]);
  }

  private static void add(Expected to, int at, double term) {
    to.value()[at] += term;
    to.scale()[at] += Math.abs(term);
  }
}
