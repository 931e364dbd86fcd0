package org.virtualcell.model.effect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What a {@link Posterior} says, from the {@link Structure} of the covariance instead of the
 * covariance itself: time and memory grow with the number of conditions, not with its cube and
 * square. Genes are worked on in blocks of fixed width, each of its own, so that the number of
 * threads changes nothing. Immutable.
 */
final class StructuredPosterior implements Expectation {
  private static final int WIDTH = 64; // genes at a time
  private static final long MOST_KEPT = 32L << 20; // numbers of P' B^-1 y
  private static final int FEW = 64; // items left out that are cheaper to correct than to refit

  /** Measured values. */
  interface Values {
    /** Values of an item from a gene on, as many as there is room for up to a width. */
    void read(int item, int firstGene, double[] to, int at, int width);
  }

  private final Structure structure;
  private final double[] grid;
  private final Values values;
  private final int genes;
  private final ToDoubleFunction<Question> prior;
  private final StructuredFactor[] factor;
  private final double[][] logLikelihood; // grid x genes
  private final double[] logShare;
  private final double[][] responsibility; // grid x genes
  private final double[][][] columns; // grid x columns x genes: P' B^-1 y; empty if too large
  private final GeneRows rows; // columns and readings: expectation per unit of coefficient

  StructuredPosterior(
      Structure structure,
      double[] grid,
      Values values,
      int genes,
      ToDoubleFunction<Question> prior) {
    this.structure = structure;
    this.grid = grid;
    this.values = values;
    this.genes = genes;
    this.prior = prior;
    this.factor = factors(new boolean[structure.items()]);
    int m = structure.columns();
    boolean kept = (long) grid.length * m * genes <= MOST_KEPT;
    this.columns = new double[kept ? grid.length : 0][m][genes];
    this.logLikelihood = new double[grid.length][genes];
    eachBlock(
        first -> {
          int width = Math.min(WIDTH, genes - first);
          Sweep sweep = new Sweep(factor, first, width);
          for (int t = 0; t < grid.length; t++) {
            sweep.run(t);
            for (int c = 0; c < m && kept; c++) {
              System.arraycopy(sweep.columns[c], 0, columns[t][c], first, width);
            }
            double[] log = sweep.logLikelihood(t);
            System.arraycopy(log, 0, logLikelihood[t], first, width);
          }
        });
    this.logShare = Posterior.shares(logLikelihood);
    this.responsibility = new double[grid.length][];
    for (int t = 0; t < grid.length; t++) {
      responsibility[t] = logLikelihood[t].clone();
    }
    Posterior.toResponsibilities(responsibility, logShare);
    this.rows = new GeneRows(m + structure.readings(), genes);
    eachBlock(this::load);
  }

  private StructuredFactor[] factors(boolean[] gone) {
    StructuredFactor[] all = new StructuredFactor[grid.length];
    IntStream.range(0, grid.length)
        .parallel()
        .forEach(t -> all[t] = new StructuredFactor(structure, grid[t], gone));
    return all;
  }

  private void eachBlock(IntConsumer work) {
    IntStream.range(0, (genes + WIDTH - 1) / WIDTH).parallel().forEach(k -> work.accept(k * WIDTH));
  }

  /** Some genes of all items against the blocks. */
  private final class Sweep {
    private final StructuredFactor[] factor;
    private final int first;
    private final int width;
    private final double[] y;
    private final double[][] columns = new double[structure.columns()][WIDTH];
    private final double[] square = new double[WIDTH];
    private final double[] solved = new double[WIDTH];

    Sweep(StructuredFactor[] factor, int first, int width) {
      this.factor = factor;
      this.first = first;
      this.width = width;
      this.y = new double[structure.items() * WIDTH];
      for (int i = 0; i < structure.items(); i++) {
        values.read(i, first, y, i * WIDTH, width);
      }
    }

    /** Fills P' B^-1 y and y' B^-1 y. */
    void run(int t) {
      for (double[] column : columns) {
        Arrays.fill(column, 0);
      }
      Arrays.fill(square, 0);
      for (int k = 0; k < structure.blocks(); k++) {
        int[] block = factor[t].block(k);
        double[] inverse = factor[t].inverse(k);
        for (int i = 0; i < block.length; i++) {
          solve(block, inverse, i);
          int at = block[i] * WIDTH;
          for (int b = 0; b < WIDTH; b++) {
            square[b] += solved[b] * y[at + b];
          }
          Structure.Sparse row = structure.row(block[i]);
          for (int x = 0; x < row.at().length; x++) {
            StructuredFactor.add(row.value()[x], solved, columns[row.at()[x]], WIDTH);
          }
        }
      }
    }

    private void solve(int[] block, double[] inverse, int i) {
      Arrays.fill(solved, 0);
      for (int j = 0; j < block.length; j++) {
        double a = inverse[i * block.length + j];
        int from = block[j] * WIDTH;
        for (int b = 0; b < WIDTH; b++) {
          solved[b] += a * y[from + b];
        }
      }
    }

    /** After a run; leaves what it was in the columns. */
    double[] logLikelihood(int t) {
      double[][] white = new double[columns.length][];
      for (int c = 0; c < white.length; c++) {
        white[c] = columns[c].clone();
      }
      factor[t].whiten(white, WIDTH);
      double[] log = new double[width];
      for (int b = 0; b < width; b++) {
        double taken = 0;
        for (double[] w : white) {
          taken += w[b] * w[b];
        }
        log[b] = -(factor[t].logDeterminant() + square[b] - taken) / 2;
      }
      return log;
    }
  }

  /** What answers are made of, for a block of genes: P' and the readings of the loadings. */
  private void load(int first) {
    int width = Math.min(WIDTH, genes - first);
    int m = structure.columns();
    Sweep sweep = new Sweep(factor, first, width);
    double[][] sum = new double[m + structure.readings()][WIDTH];
    for (int t = 0; t < grid.length; t++) {
      double[] weight = new double[WIDTH];
      boolean any = false;
      for (int b = 0; b < width; b++) {
        weight[b] = responsibility[t][first + b] * grid[t];
        any |= responsibility[t][first + b] > Posterior.NO_PART && grid[t] > 0;
      }
      if (!any) {
        continue;
      }
      double[][] before = columns(sweep, t);
      double[][] explained = new double[m][];
      for (int c = 0; c < m; c++) {
        explained[c] = before[c].clone();
      }
      factor[t].whiten(explained, WIDTH);
      factor[t].colour(explained, WIDTH);
      for (int c = structure.populations(); c < m; c++) {
        double[] left = before[c].clone();
        factor[t].subtractGram(c, explained, left, WIDTH);
        addWeighted(weight, left, sum[c]);
      }
      readings(t, sweep, explained, weight, sum);
    }
    for (int c = 0; c < sum.length; c++) {
      rows.set(c, first, sum[c], width);
    }
  }

  private double[][] columns(Sweep sweep, int t) {
    if (columns.length == 0) {
      sweep.run(t);
      return sweep.columns;
    }
    double[][] part = new double[structure.columns()][WIDTH];
    for (int c = 0; c < part.length; c++) {
      System.arraycopy(columns[t][c], sweep.first, part[c], 0, sweep.width);
    }
    return part;
  }

  private void readings(int t, Sweep sweep, double[][] explained, double[] weight, double[][] sum) {
    double[] left = new double[WIDTH];
    double[] read = new double[WIDTH];
    for (int r = 0; r < structure.readings(); r++) {
      int k = structure.blockOf(r);
      int[] block = factor[t].block(k);
      Structure.Sparse entries = structure.reading(r);
      Arrays.fill(read, 0);
      for (int j = 0; j < block.length; j++) {
        double a = 0; // R' B^-1
        for (int x = 0; x < entries.at().length; x++) {
          a += entries.value()[x] * factor[t].inverse(entries.at()[x], block[j]);
        }
        System.arraycopy(sweep.y, block[j] * WIDTH, left, 0, WIDTH);
        Structure.Sparse row = structure.row(block[j]);
        for (int x = 0; x < row.at().length; x++) {
          StructuredFactor.add(-row.value()[x], explained[row.at()[x]], left, WIDTH);
        }
        StructuredFactor.add(a, left, read, WIDTH);
      }
      addWeighted(weight, read, sum[structure.columns() + r]);
    }
  }

  private static void addWeighted(double[] weight, double[] from, double[] to) {
    for (int b = 0; b < WIDTH; b++) {
      to[b] += weight[b] * from[b];
    }
  }

  @Override
  public double[] mean(Question question) {
    Structure.Sparse coefficients = structure.of(question);
    double[] mean = new double[genes];
    rows.add(coefficients, mean);
    return mean;
  }

  @Override
  public double[] variance(Question question) {
    Asked asked = new Asked(structure.of(question));
    double own = prior.applyAsDouble(question);
    double[] variance = new double[genes];
    for (int t = 0; t < grid.length; t++) {
      if (grid[t] > 0) {
        double v = Math.max(0, grid[t] * own - grid[t] * grid[t] * asked.explained(factor[t]));
        StructuredFactor.add(v, responsibility[t], variance, genes);
      }
    }
    return variance;
  }

  @Override
  public double[] priorVariance(Question question) {
    double own = prior.applyAsDouble(question);
    double[] variance = new double[genes];
    for (int t = 0; t < grid.length; t++) {
      StructuredFactor.add(grid[t] * own, responsibility[t], variance, genes);
    }
    return variance;
  }

  /** A question's covariance with all items: by columns, and by the items that readings touch. */
  private final class Asked {
    private final double[] byColumn = new double[structure.columns()];
    private final Map<Integer, Double> byItem = new TreeMap<>();
    private final TreeSet<Integer> blocks = new TreeSet<>();

    Asked(Structure.Sparse coefficients) {
      for (int x = 0; x < coefficients.at().length; x++) {
        int c = coefficients.at()[x];
        if (c < byColumn.length) {
          byColumn[c] += coefficients.value()[x];
        } else {
          Structure.Sparse reading = structure.reading(c - byColumn.length);
          blocks.add(structure.blockOf(c - byColumn.length));
          for (int i = 0; i < reading.at().length; i++) {
            byItem.merge(
                reading.at()[i], coefficients.value()[x] * reading.value()[i], Double::sum);
          }
        }
      }
    }

    /** B^-1 times what readings touch. */
    Map<Integer, Double> solved(StructuredFactor f) {
      Map<Integer, Double> solved = new TreeMap<>();
      for (int k : blocks) {
        for (int i : f.block(k)) {
          double sum = 0;
          for (int j : f.block(k)) {
            sum += f.inverse(i, j) * byItem.getOrDefault(j, 0.0);
          }
          solved.put(i, sum);
        }
      }
      return solved;
    }

    /** P' B^-1 of the whole covariance. */
    double[] toColumns(StructuredFactor f, Map<Integer, Double> solved) {
      double[] all = f.gram(byColumn);
      solved.forEach((i, v) -> f.addItem(i, v, all));
      return all;
    }

    /** k' A k. */
    double explained(StructuredFactor f) {
      Map<Integer, Double> solved = solved(f);
      double[] all = toColumns(f, solved);
      return explained(f, solved, all, f.whiten(all));
    }

    double explained(
        StructuredFactor f, Map<Integer, Double> solved, double[] all, double[] white) {
      double sum = 0;
      double[] bySolved = new double[byColumn.length];
      for (Map.Entry<Integer, Double> e : solved.entrySet()) {
        sum += byItem.getOrDefault(e.getKey(), 0.0) * e.getValue();
        f.addItem(e.getKey(), e.getValue(), bySolved);
      }
      for (int c = 0; c < byColumn.length; c++) {
        sum += byColumn[c] * (all[c] + bySolved[c]);
        sum -= white[c] * white[c];
      }
      return sum;
    }
  }

  @Override
  public Posterior.Without without(int[] left, List<Question> questions) {
    if (left.length <= FEW) {
      return new Leaving(factor, left, questions).answers(true);
    }
    boolean[] gone = new boolean[structure.items()];
    for (int i : left) {
      gone[i] = true;
    }
    return new Leaving(factors(gone), new int[0], questions).answers(false);
  }

  /**
   * Answers with items left out. With {@code A = (tau K + N)^-1} of all, the prediction errors of
   * left-out items given the others are {@code e = A_II^-1 (A y)_I}; where these stand in for what
   * was measured, everything is as if they had never been.
   */
  private final class Leaving {
    private final StructuredFactor[] factor;
    private final int[] left;
    private final Asked[] asked;
    private final Correction[] correction;
    private final double[][] variance; // grid x questions
    private final double[][][] response; // grid x questions x populations
    private final double[][][] onColumns; // grid x questions x columns
    private final double[][][] onLeft; // grid x questions x left
    private final List<List<Map<Integer, Double>>> onItems;

    Leaving(StructuredFactor[] factor, int[] left, List<Question> questions) {
      this.factor = factor;
      this.left = left;
      this.asked = questions.stream().map(q -> new Asked(structure.of(q))).toArray(Asked[]::new);
      int n = asked.length;
      this.correction = new Correction[grid.length];
      this.variance = new double[grid.length][n];
      this.response = new double[grid.length][n][structure.populations()];
      this.onColumns = new double[grid.length][n][];
      this.onLeft = new double[grid.length][n][];
      this.onItems = new ArrayList<>();
      for (int t = 0; t < grid.length; t++) {
        correction[t] = new Correction(factor[t], left);
        List<Map<Integer, Double>> items = new ArrayList<>();
        for (int q = 0; q < n; q++) {
          items.add(ask(t, q, prior.applyAsDouble(questions.get(q))));
        }
        onItems.add(items);
      }
    }

    /** The weights of an answer; returns those of items. */
    private Map<Integer, Double> ask(int t, int q, double own) {
      StructuredFactor f = factor[t];
      Map<Integer, Double> solved = asked[q].solved(f);
      double[] all = asked[q].toColumns(f, solved);
      double[] white = f.whiten(all);
      double[] taken = f.colour(white);
      double explained = asked[q].explained(f, solved, all, white);
      double[] towards = new double[left.length]; // (A k)_I
      for (int i = 0; i < left.length; i++) {
        double sum = solved.getOrDefault(left[i], 0.0);
        for (int c = 0; c < all.length; c++) {
          sum += correction[t].columns[i][c] * (asked[q].byColumn[c] - taken[c]);
        }
        towards[i] = sum;
      }
      double[] back = correction[t].solve(towards);
      for (int i = 0; i < left.length; i++) {
        explained -= towards[i] * back[i];
      }
      variance[t][q] = Math.max(0, grid[t] * own - grid[t] * grid[t] * explained);
      double[] answer = all.clone(); // P' A k
      double[] gram = f.gram(taken);
      for (int c = 0; c < answer.length; c++) {
        answer[c] -= gram[c];
      }
      for (int p = 0; p < structure.populations(); p++) {
        double sum = answer[p];
        for (int i = 0; i < left.length; i++) {
          sum -= correction[t].towards[i][p] * back[i];
        }
        response[t][q][p] = grid[t] * sum;
      }
      onColumns[t][q] = new double[all.length];
      for (int c = 0; c < all.length; c++) {
        onColumns[t][q][c] = asked[q].byColumn[c] - taken[c];
      }
      onLeft[t][q] = towards;
      return solved;
    }

    Posterior.Without answers(boolean corrected) {
      int n = asked.length;
      double[][] mean = new double[n][genes];
      double[][] mixed = new double[n][genes];
      double[][][] moves = new double[n][structure.populations()][genes];
      eachBlock(
          first -> {
            int width = Math.min(WIDTH, genes - first);
            double[][] log = new double[grid.length][];
            double[][][] means = new double[grid.length][n][WIDTH];
            boolean sweeps = !corrected || columns.length == 0;
            Sweep sweep = sweeps ? new Sweep(factor, first, width) : null;
            for (int t = 0; t < grid.length; t++) {
              double[][] at;
              if (sweep != null) {
                sweep.run(t);
                at = sweep.columns;
              } else {
                at = new double[structure.columns()][WIDTH];
                for (int c = 0; c < at.length; c++) {
                  System.arraycopy(columns[t][c], first, at[c], 0, width);
                }
              }
              log[t] =
                  corrected
                      ? Arrays.copyOfRange(logLikelihood[t], first, first + width)
                      : sweep.logLikelihood(t);
              answer(t, first, width, at, log[t], means[t]);
            }
            Posterior.toResponsibilities(log, logShare);
            for (int t = 0; t < grid.length; t++) {
              for (int q = 0; q < n; q++) {
                for (int b = 0; b < width; b++) {
                  mean[q][first + b] += log[t][b] * means[t][q][b];
                  mixed[q][first + b] += log[t][b] * variance[t][q];
                  for (int p = 0; p < structure.populations(); p++) {
                    moves[q][p][first + b] += log[t][b] * response[t][q][p];
                  }
                }
              }
            }
          });
      return new Posterior.Without(mean, mixed, moves);
    }

    /** Answers at one amplitude; takes the likelihood of what is left out from that of all. */
    private void answer(
        int t, int first, int width, double[][] at, double[] log, double[][] means) {
      double[][] right = new double[left.length][WIDTH]; // (A y)_I
      double[] row = new double[WIDTH];
      for (int i = 0; i < left.length; i++) {
        for (int j : factor[t].blockWith(left[i])) {
          Arrays.fill(row, 0);
          values.read(j, first, row, 0, width);
          StructuredFactor.add(factor[t].inverse(left[i], j), row, right[i], WIDTH);
        }
        for (int c = 0; c < at.length; c++) {
          StructuredFactor.add(-correction[t].taken[i][c], at[c], right[i], WIDTH);
        }
      }
      double[][] error = correction[t].solve(right);
      for (int b = 0; b < width; b++) {
        double square = 0;
        for (int i = 0; i < left.length; i++) {
          square += error[i][b] * right[i][b];
        }
        log[b] -= (correction[t].logDeterminant - square) / 2;
      }
      if (grid[t] == 0) {
        return;
      }
      for (int q = 0; q < means.length; q++) {
        double[] to = means[q];
        for (int c = 0; c < at.length; c++) {
          StructuredFactor.add(grid[t] * onColumns[t][q][c], at[c], to, WIDTH);
        }
        onItems
            .get(t)
            .get(q)
            .forEach(
                (i, v) -> {
                  Arrays.fill(row, 0);
                  values.read(i, first, row, 0, width);
                  StructuredFactor.add(grid[t] * v, row, to, WIDTH);
                });
        for (int i = 0; i < left.length; i++) {
          StructuredFactor.add(-grid[t] * onLeft[t][q][i], error[i], to, WIDTH);
        }
      }
    }
  }

  /** A_II of left-out items, and how they stand to the columns. */
  private static final class Correction {
    private final double[][] columns; // P' B^-1 of each
    private final double[][] taken; // H (L L')^-1 H' P' B^-1 of each
    private final double[][] towards; // P' A of each
    private final double[][] lower; // of A_II
    private final double logDeterminant;

    Correction(StructuredFactor f, int[] left) {
      int n = left.length;
      this.columns = new double[n][];
      this.taken = new double[n][];
      this.towards = new double[n][];
      this.lower = new double[n][n];
      double[][] white = new double[n][];
      double log = 0;
      for (int i = 0; i < n; i++) {
        columns[i] = f.columnsOf(left[i]);
        white[i] = f.whiten(columns[i]);
        taken[i] = f.colour(white[i]);
        towards[i] = columns[i].clone();
        double[] gram = f.gram(taken[i]);
        for (int c = 0; c < gram.length; c++) {
          towards[i][c] -= gram[c];
        }
        for (int j = 0; j <= i; j++) {
          double sum = f.inverse(left[i], left[j]);
          for (int c = 0; c < white[i].length; c++) {
            sum -= white[i][c] * white[j][c];
          }
          for (int k = 0; k < j; k++) {
            sum -= lower[i][k] * lower[j][k];
          }
          if (i == j && !(sum > 0)) {
            throw new IllegalStateException("an inverse covariance is not positive definite");
          }
          lower[i][j] = i == j ? Math.sqrt(sum) : sum / lower[j][j];
        }
        log += 2 * StrictMath.log(lower[i][i]);
      }
      this.logDeterminant = log;
    }

    double[] solve(double[] right) {
      double[][] table = new double[right.length][];
      for (int i = 0; i < right.length; i++) {
        table[i] = new double[] {right[i]};
      }
      double[] solved = new double[right.length];
      double[][] all = solve(table);
      for (int i = 0; i < right.length; i++) {
        solved[i] = all[i][0];
      }
      return solved;
    }

    double[][] solve(double[][] right) {
      double[][] x = new double[right.length][];
      for (int i = 0; i < x.length; i++) {
        x[i] = right[i].clone();
        for (int j = 0; j < i; j++) {
          StructuredFactor.add(-lower[i][j], x[j], x[i], x[i].length);
        }
        divide(x[i], lower[i][i]);
      }
      for (int i = x.length - 1; i >= 0; i--) {
        divide(x[i], lower[i][i]);
        for (int j = 0; j < i; j++) {
          StructuredFactor.add(-lower[i][j], x[i], x[j], x[i].length);
        }
      }
      return x;
    }

    private static void divide(double[] row, double by) {
      for (int b = 0; b < row.length; b++) {
        row[b] /= by;
      }
    }
  }
}
