package org.virtualcell.model.effect;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.CholeskyDecomposition_F64;

/**
 * The inverse of {@code tau K + N} of some items at one amplitude, by Woodbury's identity: {@code A
 * = B^-1 - B^-1 P H (L L')^-1 H' P' B^-1} with {@code L L' = I + H' P' B^-1 P H}, whose smallest
 * eigenvalue is one. Immutable.
 */
final class StructuredFactor {
  private static final int SMALL = 64; // columns; beyond, blocked decompositions

  private final Structure structure;
  private final double rootOfAmplitude;
  private final int[][] block; // items of each block that are there
  private final double[][] inverse; // per block, b x b, row after row
  private final int[] placeOf; // of an item in its block, -1: not there
  private final int[] blockOf;
  private final Structure.Sparse[] gram; // S = P' B^-1 P
  private final double[][] lower; // L
  private final double logDeterminant;

  /**
   * Factors.
   *
   * @param gone items that are not there
   */
  StructuredFactor(Structure structure, double amplitude, boolean[] gone) {
    this.structure = structure;
    this.rootOfAmplitude = Math.sqrt(amplitude);
    this.block = new int[structure.blocks()][];
    this.inverse = new double[structure.blocks()][];
    this.placeOf = new int[structure.items()];
    this.blockOf = new int[structure.items()];
    Arrays.fill(placeOf, -1);
    double log = 0;
    for (int k = 0; k < block.length; k++) {
      log += factorBlock(k, amplitude, gone);
    }
    int m = structure.columns();
    double[][] dense = new double[m][m];
    for (int k = 0; k < block.length; k++) {
      addGram(k, dense);
    }
    this.gram = new Structure.Sparse[m];
    for (int c = 0; c < m; c++) {
      gram[c] = sparse(dense[c]);
    }
    this.lower = capacitance(dense);
    for (int c = 0; c < m; c++) {
      log += 2 * StrictMath.log(lower[c][c]);
    }
    this.logDeterminant = log;
  }

  private double factorBlock(int k, double amplitude, boolean[] gone) {
    int[] all = structure.block(k);
    int[] place = new int[all.length];
    int b = 0;
    for (int i = 0; i < all.length; i++) {
      if (!gone[all[i]]) {
        placeOf[all[i]] = b;
        blockOf[all[i]] = k;
        place[b++] = i;
      }
    }
    block[k] = new int[b];
    double[][] l = new double[b][b];
    double[][] core = structure.core(k);
    double log = 0;
    for (int i = 0; i < b; i++) {
      block[k][i] = all[place[i]];
      for (int j = 0; j <= i; j++) {
        double sum = amplitude * core[place[i]][place[j]];
        sum += i == j ? structure.noise(all[place[i]]) : 0;
        for (int c = 0; c < j; c++) {
          sum -= l[i][c] * l[j][c];
        }
        if (i == j && !(sum > 0)) {
          throw new IllegalStateException(
              "the covariance of measured effects is not positive definite");
        }
        l[i][j] = i == j ? Math.sqrt(sum) : sum / l[j][j];
      }
      log += 2 * StrictMath.log(l[i][i]);
    }
    inverse[k] = inverseOf(l);
    return log;
  }

  /** (L L')^-1 of a small triangle. */
  private static double[] inverseOf(double[][] l) {
    int b = l.length;
    double[][] t = new double[b][b]; // L^-1
    for (int j = 0; j < b; j++) {
      for (int i = j; i < b; i++) {
        double sum = i == j ? 1 : 0;
        for (int c = j; c < i; c++) {
          sum -= l[i][c] * t[c][j];
        }
        t[i][j] = sum / l[i][i];
      }
    }
    double[] inverse = new double[b * b];
    for (int i = 0; i < b; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = 0;
        for (int c = i; c < b; c++) {
          sum += t[c][i] * t[c][j];
        }
        inverse[i * b + j] = sum;
        inverse[j * b + i] = sum;
      }
    }
    return inverse;
  }

  private void addGram(int k, double[][] dense) {
    int b = block[k].length;
    for (int i = 0; i < b; i++) {
      Structure.Sparse left = structure.row(block[k][i]);
      for (int j = 0; j < b; j++) {
        Structure.Sparse right = structure.row(block[k][j]);
        double w = inverse[k][i * b + j];
        for (int x = 0; x < left.at().length; x++) {
          double wx = w * left.value()[x];
          double[] row = dense[left.at()[x]];
          for (int y = 0; y < right.at().length; y++) {
            row[right.at()[y]] += wx * right.value()[y];
          }
        }
      }
    }
  }

  private static Structure.Sparse sparse(double[] row) {
    int n = 0;
    for (double v : row) {
      n += v != 0 ? 1 : 0;
    }
    int[] at = new int[n];
    double[] value = new double[n];
    n = 0;
    for (int c = 0; c < row.length; c++) {
      if (row[c] != 0) {
        at[n] = c;
        value[n++] = row[c];
      }
    }
    return new Structure.Sparse(at, value);
  }

  /** The root of I + H' S H. */
  private double[][] capacitance(double[][] work) {
    int m = work.length;
    for (int c = 0; c < m; c++) { // S H, in place of S
      Arrays.fill(work[c], 0);
      for (int x = 0; x < gram[c].at().length; x++) {
        addRootRow(gram[c].at()[x], gram[c].value()[x], work[c]);
      }
    }
    DMatrixRMaj sum = new DMatrixRMaj(m, m);
    for (Structure.Root root : structure.roots()) {
      double scale = scale(root);
      for (int k = 0; k < root.lower().length; k++) {
        double[] from = work[root.first() + k];
        for (int i = 0; i <= k; i++) {
          int row = root.first() + i;
          axpy(scale * root.lower()[k][i], from, sum.data, row * m, row + 1);
        }
      }
    }
    for (int c = 0; c < m; c++) {
      sum.add(c, c, 1);
      for (int j = 0; j < c; j++) {
        sum.set(j, c, sum.get(c, j));
      }
    }
    CholeskyDecomposition_F64<DMatrixRMaj> cholesky =
        m > SMALL
            ? DecompositionFactory_DDRM.chol(m, true)
            : new org.ejml.dense.row.decomposition.chol.CholeskyDecompositionInner_DDRM(true);
    if (!cholesky.decompose(sum)) {
      throw new IllegalStateException(
          "the covariance of measured effects is not positive definite");
    }
    return Structure.triangle(cholesky.getT(null));
  }

  private static void axpy(double factor, double[] from, double[] to, int at, int n) {
    if (factor != 0) {
      for (int j = 0; j < n; j++) {
        to[at + j] += factor * from[j];
      }
    }
  }

  private double scale(Structure.Root root) {
    return root.first() < structure.populations() ? 1 : rootOfAmplitude;
  }

  private void addRootRow(int column, double factor, double[] to) {
    Structure.Root root = structure.rootOf(column);
    double f = factor * scale(root);
    double[] row = root.lower()[column - root.first()];
    for (int j = 0; j < row.length; j++) {
      to[root.first() + j] += f * row[j];
    }
  }

  double logDeterminant() {
    return logDeterminant;
  }

  boolean has(int item) {
    return placeOf[item] >= 0;
  }

  int[] block(int number) {
    return block[number];
  }

  /** The items in the block of an item that is there. */
  int[] blockWith(int item) {
    return block[blockOf[item]];
  }

  /** B^-1 of a block, row after row. */
  double[] inverse(int block) {
    return inverse[block];
  }

  /** B^-1 between two items. */
  double inverse(int itemA, int itemB) {
    int k = blockOf[itemA];
    return k == blockOf[itemB] ? inverse[k][placeOf[itemA] * block[k].length + placeOf[itemB]] : 0;
  }

  void addItem(int item, double factor, double[] columns) {
    Structure.Sparse row = structure.row(item);
    for (int x = 0; x < row.at().length; x++) {
      columns[row.at()[x]] += factor * row.value()[x];
    }
  }

  /** P' B^-1 of one item. */
  double[] columnsOf(int item) {
    double[] columns = new double[structure.columns()];
    int[] b = block[blockOf[item]];
    for (int j : b) {
      addItem(j, inverse(item, j), columns);
    }
    return columns;
  }

  /** S times a vector. */
  double[] gram(double[] columns) {
    double[] product = new double[columns.length];
    for (int c = 0; c < product.length; c++) {
      for (int x = 0; x < gram[c].at().length; x++) {
        product[c] += gram[c].value()[x] * columns[gram[c].at()[x]];
      }
    }
    return product;
  }

  /** Takes a row of S, times a table of columns x width, from a row. */
  void subtractGram(int column, double[][] table, double[] from, int width) {
    Structure.Sparse row = gram[column];
    for (int x = 0; x < row.at().length; x++) {
      add(-row.value()[x], table[row.at()[x]], from, width);
    }
  }

  /** L^-1 H' times a vector: its square is what Woodbury takes away. */
  double[] whiten(double[] columns) {
    double[][] table = new double[columns.length][];
    for (int c = 0; c < table.length; c++) {
      table[c] = new double[] {columns[c]};
    }
    whiten(table, 1);
    return flat(table);
  }

  /** H L^-T times a vector. */
  double[] colour(double[] columns) {
    double[][] table = new double[columns.length][];
    for (int c = 0; c < table.length; c++) {
      table[c] = new double[] {columns[c]};
    }
    colour(table, 1);
    return flat(table);
  }

  private static double[] flat(double[][] table) {
    double[] flat = new double[table.length];
    for (int c = 0; c < flat.length; c++) {
      flat[c] = table[c][0];
    }
    return flat;
  }

  /** L^-1 H' times a table, columns of P x width, in place. */
  void whiten(double[][] table, int width) {
    for (Structure.Root root : structure.roots()) {
      double scale = scale(root);
      double[][] h = root.lower();
      for (int i = 0; i < h.length; i++) { // H' is upper: row i needs rows from i on
        double[] to = table[root.first() + i];
        scale(scale * h[i][i], to, width);
        for (int k = i + 1; k < h.length; k++) {
          add(scale * h[k][i], table[root.first() + k], to, width);
        }
      }
    }
    for (int i = 0; i < table.length; i++) {
      double[] to = table[i];
      for (int j = 0; j < i; j++) {
        add(-lower[i][j], table[j], to, width);
      }
      scale(1 / lower[i][i], to, width);
    }
  }

  /** H L^-T times a table, in place. */
  void colour(double[][] table, int width) {
    for (int i = table.length - 1; i >= 0; i--) {
      double[] solved = table[i];
      scale(1 / lower[i][i], solved, width);
      for (int j = 0; j < i; j++) {
        add(-lower[i][j], solved, table[j], width);
      }
    }
    for (Structure.Root root : structure.roots()) {
      double scale = scale(root);
      double[][] h = root.lower();
      for (int i = h.length - 1; i >= 0; i--) { // H is lower: row i needs rows up to i
        double[] to = table[root.first() + i];
        scale(scale * h[i][i], to, width);
        for (int k = 0; k < i; k++) {
          add(scale * h[i][k], table[root.first() + k], to, width);
        }
      }
    }
  }

  private static void scale(double factor, double[] row, int width) {
    for (int b = 0; b < width; b++) {
      row[b] *= factor;
    }
  }

  static void add(double factor, double[] from, double[] to, int width) {
    if (factor != 0) {
      for (int b = 0; b < width; b++) {
        to[b] += factor * from[b];
      }
    }
  }
}
