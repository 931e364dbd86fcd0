package org.virtualcell.model.effect;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.decomposition.CholeskyDecomposition_F64;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * What a mixed model expects once items have been measured: {@code y_g ~ N(0, tau_g K + N)}, with
 * the amplitude tau_g of each gene from a grid. Genes that never respond get amplitude 0, so that
 * their noise is not taken for an effect; the shares of the amplitudes are estimated from all genes
 * (empirical Bayes), and expectations are mixtures over them. Immutable.
 */
final class Posterior {
  /** The amplitudes a gene may have. Zero: it never responds. */
  static final double[] GRID = {0, .01, .03, .1, .3, 1, 3, 10, 30};

  /** One amplitude: a ridge. */
  static final double[] RIDGE = {1};

  private static final double LEAST_SHARE = 0.05;
  private static final int SHARE_STEPS = 30;
  private static final int BLOCK = 256; // genes at a time
  static final double NO_PART = 1e-14; // of a mixture

  private final double[] grid;
  private final int items;
  private final int genes;
  private final double[][][] inverse; // grid x items x items: (tau K + N)^-1
  private final double[][] y; // items x genes
  private final double[][] logLikelihood; // grid x genes
  private final double[] logShare;
  private final double[][] loading; // items x genes: expectation per unit of covariance
  private final double[][] responsibility; // grid x genes

  Posterior(double[] grid, double[][] kernel, double[][] noise, double[][] y) {
    this.grid = grid;
    this.items = y.length;
    this.genes = y[0].length;
    this.inverse = new double[grid.length][][];
    this.y = y;
    this.logLikelihood = new double[grid.length][genes];
    for (int t = 0; t < grid.length; t++) {
      factor(t, kernel, noise);
    }
    this.logShare = shares(logLikelihood);
    this.responsibility = new double[grid.length][genes];
    for (int t = 0; t < grid.length; t++) {
      responsibility[t] = logLikelihood[t].clone();
    }
    toResponsibilities(responsibility, logShare);
    this.loading = new double[items][genes];
    for (int t = 0; t < grid.length; t++) {
      if (grid[t] > 0) {
        load(t);
      }
    }
  }

  /** Adds an amplitude's part to the loadings of the genes that may have it. */
  private void load(int t) {
    int[] likely = new int[genes];
    int n = 0;
    for (int g = 0; g < genes; g++) {
      if (responsibility[t][g] > NO_PART) {
        likely[n++] = g;
      }
    }
    DMatrixRMaj whole = new DMatrixRMaj(inverse[t]);
    for (int first = 0; first < n; first += BLOCK) {
      int width = Math.min(BLOCK, n - first);
      DMatrixRMaj some = new DMatrixRMaj(items, width);
      for (int i = 0; i < items; i++) {
        for (int b = 0; b < width; b++) {
          some.set(i, b, y[i][likely[first + b]]);
        }
      }
      DMatrixRMaj solved = new DMatrixRMaj(items, width);
      CommonOps_DDRM.mult(whole, some, solved);
      for (int i = 0; i < items; i++) {
        for (int b = 0; b < width; b++) {
          int g = likely[first + b];
          loading[i][g] += responsibility[t][g] * grid[t] * solved.get(i, b);
        }
      }
    }
  }

  private void factor(int t, double[][] kernel, double[][] noise) {
    DMatrixRMaj sum = new DMatrixRMaj(items, items);
    for (int i = 0; i < items; i++) {
      for (int j = 0; j < items; j++) {
        sum.set(i, j, grid[t] * kernel[i][j] + noise[i][j]);
      }
    }
    LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.chol(items);
    if (!solver.setA(sum)) {
      throw new IllegalStateException(
          "the covariance of measured effects is not positive definite");
    }
    double determinant = logDeterminant(solver, items);
    CholeskyDecomposition_F64<DMatrixRMaj> cholesky = solver.getDecomposition();
    DMatrixRMaj triangle = cholesky.getT(null);
    for (int first = 0; first < genes; first += BLOCK) {
      double[] square = squares(triangle, first, Math.min(BLOCK, genes - first));
      for (int b = 0; b < square.length; b++) {
        logLikelihood[t][first + b] = -(determinant + square[b]) / 2;
      }
    }
    DMatrixRMaj whole = new DMatrixRMaj(items, items);
    solver.invert(whole);
    inverse[t] = rows(whole, items, items);
  }

  /** Per gene {@code y' (L L')^-1 y}, by forward substitution. */
  private double[] squares(DMatrixRMaj triangle, int first, int width) {
    double[] square = new double[width];
    double[][] white = new double[items][];
    for (int i = 0; i < items; i++) {
      double[] row = Arrays.copyOfRange(y[i], first, first + width);
      for (int j = 0; j < i; j++) {
        double l = triangle.get(i, j);
        double[] before = white[j];
        for (int b = 0; b < width; b++) {
          row[b] -= l * before[b];
        }
      }
      double diagonal = triangle.get(i, i);
      for (int b = 0; b < width; b++) {
        row[b] /= diagonal;
        square[b] += row[b] * row[b];
      }
      white[i] = row;
    }
    return square;
  }

  private static double logDeterminant(LinearSolverDense<DMatrixRMaj> solver, int n) {
    CholeskyDecomposition_F64<DMatrixRMaj> cholesky = solver.getDecomposition();
    DMatrixRMaj triangle = cholesky.getT(null);
    double determinant = 0;
    for (int i = 0; i < n; i++) {
      determinant += 2 * StrictMath.log(triangle.get(i, i));
    }
    return determinant;
  }

  private static double[][] rows(DMatrixRMaj matrix, int rows, int columns) {
    double[][] all = new double[rows][];
    for (int i = 0; i < rows; i++) {
      all[i] = Arrays.copyOfRange(matrix.data, i * columns, (i + 1) * columns);
    }
    return all;
  }

  /**
   * Shares of amplitudes by expectation maximisation, none quite zero; their logarithms.
   *
   * @param logLikelihood amplitudes x genes
   */
  static double[] shares(double[][] logLikelihood) {
    int amplitudes = logLikelihood.length;
    int genes = logLikelihood[0].length;
    double[] log = new double[amplitudes];
    Arrays.fill(log, -StrictMath.log(amplitudes));
    double[][] r = new double[amplitudes][];
    for (int step = 0; step < SHARE_STEPS && amplitudes > 1; step++) {
      for (int t = 0; t < amplitudes; t++) {
        r[t] = logLikelihood[t].clone();
      }
      toResponsibilities(r, log);
      double sum = 0;
      double[] share = new double[amplitudes];
      for (int t = 0; t < amplitudes; t++) {
        for (double v : r[t]) {
          share[t] += v / genes;
        }
        share[t] = Math.max(LEAST_SHARE / amplitudes, share[t]);
        sum += share[t];
      }
      for (int t = 0; t < amplitudes; t++) {
        log[t] = StrictMath.log(share[t] / sum);
      }
    }
    return log;
  }

  /** Turns log likelihoods, amplitudes x genes, into responsibilities in place. */
  static void toResponsibilities(double[][] log, double[] logShare) {
    for (int g = 0; g < log[0].length; g++) {
      double most = Double.NEGATIVE_INFINITY;
      for (int t = 0; t < log.length; t++) {
        log[t][g] += logShare[t];
        most = Math.max(most, log[t][g]);
      }
      double sum = 0;
      for (int t = 0; t < log.length; t++) {
        log[t][g] = StrictMath.exp(log[t][g] - most);
        sum += log[t][g];
      }
      for (int t = 0; t < log.length; t++) {
        log[t][g] /= sum;
      }
    }
  }

  /** The share of genes at each amplitude. */
  double[] amplitudeShares() {
    double[] shares = new double[grid.length];
    for (int t = 0; t < shares.length; t++) {
      shares[t] = StrictMath.exp(logShare[t]);
    }
    return shares;
  }

  /** The expected value per gene, measurement errors left out. */
  double[] mean(double[] covariance) {
    double[] mean = new double[genes];
    for (int i = 0; i < items; i++) {
      if (covariance[i] != 0) {
        double c = covariance[i];
        double[] row = loading[i];
        for (int g = 0; g < genes; g++) {
          mean[g] += c * row[g];
        }
      }
    }
    return mean;
  }

  /**
   * The variance of what is expected, per amplitude of the grid.
   *
   * @param covariance of the question with each item
   * @param prior its own variance
   */
  private double[] variances(double[] covariance, double prior) {
    double[] variance = new double[grid.length];
    for (int t = 0; t < grid.length; t++) {
      double explained = 0;
      for (int i = 0; i < items; i++) {
        if (covariance[i] != 0) {
          for (int j = 0; j < items; j++) {
            explained += covariance[i] * inverse[t][i][j] * covariance[j];
          }
        }
      }
      variance[t] = Math.max(0, grid[t] * prior - grid[t] * grid[t] * explained);
    }
    return variance;
  }

  /** The variance of what is expected, per gene. */
  double[] variance(double[] covariance, double prior) {
    return mixed(variances(covariance, prior), responsibility);
  }

  private double[] mixed(double[] perAmplitude, double[][] weight) {
    double[] mixed = new double[genes];
    for (int t = 0; t < grid.length; t++) {
      for (int g = 0; g < genes; g++) {
        mixed[g] += weight[t][g] * perAmplitude[t];
      }
    }
    return mixed;
  }

  /**
   * What is expected of questions with some items never seen.
   *
   * @param mean questions x genes
   * @param variance questions x genes
   * @param response questions x directions x genes: how much the answer changes when each item
   *     changes by its entry of the direction
   */
  @SuppressWarnings("ArrayRecordComponent") // large, never compared
  record Without(double[][] mean, double[][] variance, double[][][] response) {}

  /**
   * Answers with items left out, in closed form: with {@code A = (tau K + N)^-1}, the prediction
   * errors of left-out items given the others are {@code e = A_II^-1 (A y)_I}, and the others'
   * solution without them is {@code A y - A_:I e}. The amplitudes of genes are judged anew without
   * them, too.
   *
   * @param left the items left out
   * @param covariance questions x items
   * @param prior per question its own variance
   * @param directions each with one entry per item
   */
  Without without(int[] left, double[][] covariance, double[] prior, double[][] directions) {
    double[][] log = new double[grid.length][];
    double[][][] means = new double[grid.length][covariance.length][genes];
    double[][] variances = new double[grid.length][covariance.length];
    double[][][] moves = new double[grid.length][covariance.length][directions.length];
    for (int t = 0; t < grid.length; t++) {
      log[t] = logLikelihood[t].clone();
      DMatrixRMaj block = new DMatrixRMaj(left.length, left.length);
      for (int i = 0; i < left.length; i++) {
        for (int j = 0; j < left.length; j++) {
          block.set(i, j, inverse[t][left[i]][left[j]]);
        }
      }
      double[][] error = errors(t, left, block, log[t]);
      DMatrixRMaj blockInverse = new DMatrixRMaj(left.length, left.length);
      CommonOps_DDRM.invert(block, blockInverse);
      for (int q = 0; q < covariance.length; q++) {
        double[] kept = covariance[q].clone();
        for (int i : left) {
          kept[i] = 0;
        }
        double[] towards = towards(t, kept);
        variances[t][q] =
            expect(t, left, kept, towards, error, blockInverse, prior[q], means[t][q]);
        double[] weight = weights(t, left, towards, blockInverse);
        for (int d = 0; d < directions.length; d++) {
          for (int i = 0; i < items; i++) {
            moves[t][q][d] += weight[i] * directions[d][i];
          }
        }
      }
    }
    toResponsibilities(log, logShare);
    double[][] mean = new double[covariance.length][genes];
    double[][] variance = new double[covariance.length][genes];
    double[][][] response = new double[covariance.length][directions.length][genes];
    for (int t = 0; t < grid.length; t++) {
      for (int q = 0; q < covariance.length; q++) {
        for (int d = 0; d < directions.length; d++) {
          for (int g = 0; g < genes; g++) {
            response[q][d][g] += log[t][g] * moves[t][q][d];
          }
        }
        for (int g = 0; g < genes; g++) {
          mean[q][g] += log[t][g] * means[t][q][g];
          variance[q][g] += log[t][g] * variances[t][q];
        }
      }
    }
    return new Without(mean, variance, response);
  }

  /** The prediction errors of left-out items; takes their likelihood from that of all. */
  private double[][] errors(int t, int[] left, DMatrixRMaj block, double[] log) {
    int m = left.length;
    DMatrixRMaj right = new DMatrixRMaj(m, genes);
    for (int i = 0; i < m; i++) {
      double[] a = inverse[t][left[i]];
      for (int j = 0; j < items; j++) {
        for (int g = 0; g < genes; g++) {
          right.data[i * genes + g] += a[j] * y[j][g];
        }
      }
    }
    LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.chol(m);
    if (!solver.setA(block.copy())) {
      throw new IllegalStateException("an inverse covariance is not positive definite");
    }
    DMatrixRMaj error = new DMatrixRMaj(m, genes);
    solver.solve(right, error);
    double determinant = logDeterminant(solver, m);
    for (int g = 0; g < genes; g++) {
      double square = 0;
      for (int i = 0; i < m; i++) {
        square += error.get(i, g) * right.get(i, g);
      }
      log[g] -= (determinant - square) / 2;
    }
    return rows(error, m, genes);
  }

  /** {@code (tau K + N)^-1 k}. */
  private double[] towards(int t, double[] covariance) {
    double[] towards = new double[items];
    for (int i = 0; i < items; i++) {
      if (covariance[i] != 0) {
        for (int j = 0; j < items; j++) {
          towards[j] += covariance[i] * inverse[t][i][j];
        }
      }
    }
    return towards;
  }

  private double expect(
      int t,
      int[] left,
      double[] kept,
      double[] towards,
      double[][] error,
      DMatrixRMaj blockInverse,
      double prior,
      double[] mean) {
    if (grid[t] == 0) {
      return 0;
    }
    double explained = 0;
    for (int i = 0; i < items; i++) {
      explained += kept[i] * towards[i];
      double c = grid[t] * towards[i];
      for (int g = 0; g < genes; g++) {
        mean[g] += c * y[i][g];
      }
    }
    for (int j = 0; j < left.length; j++) {
      double c = grid[t] * towards[left[j]];
      for (int g = 0; g < genes; g++) {
        mean[g] -= c * error[j][g];
      }
      for (int k = 0; k < left.length; k++) {
        explained -= towards[left[j]] * blockInverse.get(j, k) * towards[left[k]];
      }
    }
    return Math.max(0, grid[t] * prior - grid[t] * grid[t] * explained);
  }

  /** The weight of each item in the answer: tau k' (tau K + N)^-1 without what is left out. */
  private double[] weights(int t, int[] left, double[] towards, DMatrixRMaj blockInverse) {
    double[] weight = new double[items];
    for (int j = 0; j < items; j++) {
      weight[j] = grid[t] * towards[j];
    }
    double[] back = new double[left.length];
    for (int k = 0; k < left.length; k++) {
      for (int l = 0; l < left.length; l++) {
        back[k] += blockInverse.get(k, l) * weight[left[l]];
      }
    }
    for (int j = 0; j < items; j++) {
      for (int k = 0; k < left.length; k++) {
        weight[j] -= inverse[t][left[k]][j] * back[k];
      }
    }
    for (int i : left) {
      weight[i] = 0;
    }
    return weight;
  }
}
