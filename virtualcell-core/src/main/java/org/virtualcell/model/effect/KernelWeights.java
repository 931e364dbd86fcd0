package org.virtualcell.model.effect;

import java.util.Arrays;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.CholeskyDecomposition_F64;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * How much each part of a mixed model weighs: {@code y_g ~ N(0, tau_g sum_k w_k K_k + N)}, the
 * weights that maximise the likelihood of all genes with a log-normal prior, the amplitudes tau_g
 * being mixed over (see {@link Posterior}). Deterministic.
 *
 * <p>Everything happens in coordinates in which N is the identity and K diagonal: with {@code N = L
 * L'} and {@code L^-1 K L^-T = U D U'}, the coordinates {@code z_g = U' L^-1 y_g} are independent
 * with variances {@code 1 + tau_g d_j}.
 */
final class KernelWeights {
  private static final double PRIOR_MEAN = StrictMath.log(0.3);
  private static final double PRIOR_VARIANCE = 4;
  private static final double LEAST_SHARE = 0.05 / Posterior.GRID.length;
  private static final int SHARE_STEPS = 30;
  private static final int ROUNDS = 2;
  private static final double NO_PART = 1e-12; // of a mixture

  private final int items;
  private final int genes;
  private final DMatrixRMaj whitening; // L^-1
  private final DMatrixRMaj y; // whitened
  private final DMatrixRMaj[] kernels; // whitened
  private final double[] shares = new double[Posterior.GRID.length];

  /** Coordinates at some weights. */
  private static final class Point {
    private double[] values;
    private DMatrixRMaj vectors;
    private DMatrixRMaj z;
  }

  /**
   * Estimates the weights.
   *
   * @param y items x genes, scaled so that noise variances are about 1
   * @param noise items x items, the covariance of the measurement errors, positive definite
   * @param kernels covariances between items, items x items each, positive semi-definite
   * @param steps of the optimiser in all
   * @return one positive weight per kernel
   */
  static double[] estimate(double[][] y, double[][] noise, List<double[][]> kernels, int steps) {
    KernelWeights fit = new KernelWeights(y, noise, kernels);
    double[] log = new double[kernels.size()];
    Arrays.fill(log, PRIOR_MEAN);
    for (int round = 0; round < ROUNDS; round++) {
      fit.estimateShares(fit.at(log));
      log = QuasiNewton.maximise(fit::objective, log, (steps + ROUNDS - 1) / ROUNDS);
    }
    return fit.exp(log);
  }

  private KernelWeights(double[][] y, double[][] noise, List<double[][]> kernels) {
    this.items = y.length;
    this.genes = y[0].length;
    CholeskyDecomposition_F64<DMatrixRMaj> cholesky = DecompositionFactory_DDRM.chol(items, true);
    if (!cholesky.decompose(new DMatrixRMaj(noise))) {
      throw new IllegalStateException("the covariance of the noise is not positive definite");
    }
    this.whitening = new DMatrixRMaj(items, items);
    CommonOps_DDRM.invert(cholesky.getT(null), whitening);
    this.y = new DMatrixRMaj(items, genes);
    CommonOps_DDRM.mult(whitening, new DMatrixRMaj(y), this.y);
    this.kernels = kernels.stream().map(this::whiten).toArray(DMatrixRMaj[]::new);
    Arrays.fill(shares, 1.0 / Posterior.GRID.length);
  }

  private DMatrixRMaj whiten(double[][] kernel) {
    DMatrixRMaj half = new DMatrixRMaj(items, items);
    CommonOps_DDRM.mult(whitening, new DMatrixRMaj(kernel), half);
    DMatrixRMaj whole = new DMatrixRMaj(items, items);
    CommonOps_DDRM.multTransB(half, whitening, whole);
    return whole;
  }

  private double[] exp(double[] log) {
    double[] w = new double[log.length];
    for (int k = 0; k < w.length; k++) {
      w[k] = StrictMath.exp(log[k]);
    }
    return w;
  }

  private Point at(double[] log) {
    DMatrixRMaj sum = new DMatrixRMaj(items, items);
    double[] w = exp(log);
    for (int k = 0; k < w.length; k++) {
      CommonOps_DDRM.addEquals(sum, w[k], kernels[k]);
    }
    EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(items, true, true);
    if (!eigen.decompose(sum)) {
      throw new IllegalStateException("the eigenvalues of a symmetric matrix did not converge");
    }
    Point point = new Point();
    point.values = new double[items];
    point.vectors = new DMatrixRMaj(items, items);
    for (int j = 0; j < items; j++) {
      point.values[j] = Math.max(0, eigen.getEigenvalue(j).getReal());
      DMatrixRMaj v = eigen.getEigenVector(j);
      for (int i = 0; i < items; i++) {
        point.vectors.set(i, j, v.get(i, 0));
      }
    }
    point.z = new DMatrixRMaj(items, genes);
    CommonOps_DDRM.multTransA(point.vectors, y, point.z);
    return point;
  }

  /** Log likelihoods, grid x genes, without what does not depend on the amplitude. */
  private double[][] logLikelihoods(Point point) {
    double[][] log = new double[Posterior.GRID.length][genes];
    for (int t = 0; t < Posterior.GRID.length; t++) {
      double determinant = 0;
      for (int j = 0; j < items; j++) {
        double v = 1 + Posterior.GRID[t] * point.values[j];
        determinant += StrictMath.log(v);
        for (int g = 0; g < genes; g++) {
          double z = point.z.get(j, g);
          log[t][g] -= z * z / v / 2;
        }
      }
      for (int g = 0; g < genes; g++) {
        log[t][g] -= determinant / 2;
      }
    }
    return log;
  }

  /** Turns log likelihoods into responsibilities in place; returns the log likelihood of all. */
  private double normalise(double[][] log) {
    double total = 0;
    for (int g = 0; g < genes; g++) {
      double most = Double.NEGATIVE_INFINITY;
      for (int t = 0; t < Posterior.GRID.length; t++) {
        log[t][g] += StrictMath.log(shares[t]);
        most = Math.max(most, log[t][g]);
      }
      double sum = 0;
      for (int t = 0; t < Posterior.GRID.length; t++) {
        log[t][g] = StrictMath.exp(log[t][g] - most);
        sum += log[t][g];
      }
      for (int t = 0; t < Posterior.GRID.length; t++) {
        log[t][g] /= sum;
      }
      total += most + StrictMath.log(sum);
    }
    return total;
  }

  private void estimateShares(Point point) {
    double[][] fixed = logLikelihoods(point);
    double[][] r = new double[Posterior.GRID.length][];
    for (int step = 0; step < SHARE_STEPS; step++) {
      for (int t = 0; t < Posterior.GRID.length; t++) {
        r[t] = fixed[t].clone();
      }
      normalise(r);
      double sum = 0;
      for (int t = 0; t < Posterior.GRID.length; t++) {
        double share = 0;
        for (double v : r[t]) {
          share += v;
        }
        shares[t] = Math.max(LEAST_SHARE, share / genes);
        sum += shares[t];
      }
      for (int t = 0; t < Posterior.GRID.length; t++) {
        shares[t] /= sum;
      }
    }
  }

  private double objective(double[] log, double[] gradient) {
    Point point = at(log);
    double[][] r = logLikelihoods(point);
    double value = normalise(r);
    DMatrixRMaj inner = innerGradient(point, r);
    DMatrixRMaj half = new DMatrixRMaj(items, items);
    CommonOps_DDRM.mult(point.vectors, inner, half);
    DMatrixRMaj outer = new DMatrixRMaj(items, items);
    CommonOps_DDRM.multTransB(half, point.vectors, outer);
    for (int k = 0; k < log.length; k++) {
      double sum = 0;
      for (int e = 0; e < outer.data.length; e++) {
        sum += outer.data[e] * kernels[k].data[e];
      }
      double off = log[k] - PRIOR_MEAN;
      value -= off * off / (2 * PRIOR_VARIANCE);
      gradient[k] = StrictMath.exp(log[k]) * sum - off / PRIOR_VARIANCE;
    }
    return value;
  }

  /** The derivative of the likelihood by the whitened covariance, in its eigenvectors. */
  private DMatrixRMaj innerGradient(Point point, double[][] r) {
    DMatrixRMaj sum = new DMatrixRMaj(items, items);
    DMatrixRMaj product = new DMatrixRMaj(items, items);
    for (int t = 1; t < Posterior.GRID.length; t++) {
      int[] likely = new int[genes];
      int n = 0;
      double all = 0;
      for (int g = 0; g < genes; g++) {
        all += r[t][g];
        if (r[t][g] > NO_PART) {
          likely[n++] = g;
        }
      }
      for (int j = 0; j < items; j++) {
        sum.add(j, j, -Posterior.GRID[t] / 2 * all / (1 + Posterior.GRID[t] * point.values[j]));
      }
      if (n > 0) {
        CommonOps_DDRM.multOuter(scaled(point, t, r[t], Arrays.copyOf(likely, n)), product);
        CommonOps_DDRM.addEquals(sum, product);
      }
    }
    return sum;
  }

  private DMatrixRMaj scaled(Point point, int t, double[] r, int[] some) {
    DMatrixRMaj scaled = new DMatrixRMaj(items, some.length);
    for (int j = 0; j < items; j++) {
      double v = 1 + Posterior.GRID[t] * point.values[j];
      for (int b = 0; b < some.length; b++) {
        scaled.set(
            j, b, Math.sqrt(r[some[b]] * Posterior.GRID[t] / 2) / v * point.z.get(j, some[b]));
      }
    }
    return scaled;
  }
}
