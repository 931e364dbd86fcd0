package org.virtualcell.compute;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
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

  /**
   * out[i,j] = activation(sum over g of value(i,g) w[g,j] + bias[j]); the bias counts as a term.
   *
   * @param bias [n], or null for none
   */
  public static Expected countsToHidden(
      CsrMatrix x, float[] s, float[] w, float[] bias, Activation activation, int n) {
    Expected out = multiply(x, s, w, n);
    for (int k = 0; k < out.value().length; k++) {
      if (bias != null) {
        add(out, k, bias[k % n]);
      }
      out.value()[k] = activated(activation, out.value()[k]);
      out.scale()[k] += activation == Activation.SOFTPLUS ? 1 : 0;
    }
    return out;
  }

  private static double activated(Activation activation, double x) {
    double cube = x + 0.044715 * x * x * x;
    return switch (activation) {
      case NONE -> x;
      case RELU -> Math.max(0, x);
      case GELU -> x * normal(x);
      case GELU_TANH -> x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * cube)) / 2;
      case SILU -> x / (1 + Math.exp(-x));
      case SOFTPLUS -> Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x)));
    };
  }

  /** The normal distribution function: 1/2 + density(x) (x + x^3/3 + x^5/(3 5) + ...). */
  private static double normal(double x) {
    if (Math.abs(x) > 8) {
      return x < 0 ? 0 : 1;
    }
    double sum = x;
    double term = x;
    for (int k = 3; Math.abs(term) > 1e-18 * Math.abs(sum); k += 2) {
      term *= x * x / k;
      sum += term;
    }
    return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
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

  /** Twice U and the tie term of every group and gene, [groups x genes]. */
  public record RankSums(long[] u2, long[] ties) {}

  /**
   * Rank sums by counting pairs: 2 U = sum over pairs of 2 [x > y] + [x = y], ties = sum of t^3 - t
   * over the pooled values.
   *
   * @param totals null to rank the values, else what each cell's values are divided by
   * @param reference a group, or -1 for the cells of all other groups
   */
  public static RankSums rankSums(
      CsrMatrix x, long[] totals, int[] group, int groups, int reference) {
    RankSums out = new RankSums(new long[groups * x.genes()], new long[groups * x.genes()]);
    double[][] columns = columns(x, totals);
    for (int g = 0; g < x.genes(); g++) {
      double[] value = columns[g];
      for (int c = 0; c < groups; c++) {
        double[] mine = select(value, group, c, c + 1, -1);
        double[] others =
            reference >= 0
                ? select(value, group, reference, reference + 1, -1)
                : select(value, group, 0, groups, c);
        long u2 = 0;
        for (double v : mine) {
          for (double w : others) {
            u2 += v > w ? 2 : v == w ? 1 : 0;
          }
        }
        out.u2()[c * x.genes() + g] = u2;
        out.ties()[c * x.genes() + g] = ties(mine, others);
      }
    }
    return out;
  }

  private static double[][] columns(CsrMatrix x, long[] totals) {
    double[][] value = new double[x.genes()][(int) x.rows()];
    for (int i = 0; i < x.rows(); i++) {
      for (int k = x.rowStart(i); k < x.rowStart(i + 1); k++) {
        if (x.valueAt(k) != 0) {
          value[x.geneAt(k)][i] = totals == null ? x.valueAt(k) : (double) x.valueAt(k) / totals[i];
        }
      }
    }
    return value;
  }

  private static double[] select(double[] value, int[] group, int first, int end, int without) {
    return IntStream.range(0, value.length)
        .filter(i -> group[i] >= first && group[i] < end && group[i] != without)
        .mapToDouble(i -> value[i])
        .toArray();
  }

  private static long ties(double[] a, double[] b) {
    double[] pooled = DoubleStream.concat(Arrays.stream(a), Arrays.stream(b)).sorted().toArray();
    long sum = 0;
    for (int from = 0, to; from < pooled.length; from = to) {
      to = from;
      while (to < pooled.length && pooled[to] == pooled[from]) {
        to++;
      }
      long t = to - from;
      sum += t * t * t - t;
    }
    return sum;
  }

  private static Expected zeros(int elements) {
    return new Expected(new double[elements], new double[elements]);
  }

  private static void add(Expected to, int at, double term) {
    to.value()[at] += term;
    to.scale()[at] += Math.abs(term);
  }
}
