package org.virtualcell.stats;

import java.util.Arrays;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.compute.CsrTensor;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.DenseBatch;
import org.virtualcell.compute.DenseProduct;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.Packing;
import org.virtualcell.compute.Precision;
import org.virtualcell.compute.Tensor;

/**
 * The covariance of genes as a dense matrix on a device, made in one pass over sparse cells. A
 * product with it is many times cheaper than two products with the cells.
 *
 * <p>A quarter of the genes holds most values. These are made dense and centred, in blocks of
 * cells, and multiplied by one another as dense matrices, only the upper half; the products of the
 * others with them are a transposed sparse product; the products of the others among themselves are
 * added up value by value on the host. Sums are in single precision per block of cells, and since
 * the genes with large means are centred before, nothing cancels.
 */
final class CovarianceMatrix implements AutoCloseable {
  /** Genes of more than this many have a matrix that is costlier than what it saves. */
  private static final int MOST_GENES = 4096;

  private static final int MOST_VALUES = 1 << 26; // they are copied to the host, 8 bytes each

  private static final int BLOCK_CELLS = 16_384;
  private static final int STEP_CELLS = 512; // cells whose dense rows stay in the cache
  private static final int LISTED_CELLS = 4096; // cells whose other values stay in the cache
  private static final int PANEL = 112; // columns of dense genes that are multiplied at once

  private final Lane lane;
  private final int genes;
  private final int[] order; // gene at a place of the matrix
  private final Tensor matrix;

  private CovarianceMatrix(Lane lane, int[] order, Tensor matrix) {
    this.lane = lane;
    this.genes = order.length;
    this.order = order;
    this.matrix = matrix;
  }

  /**
   * Whether making the matrix of these cells saves work: not on a graphics card, whose products
   * with the cells take less time than the part done on the host.
   */
  static boolean pays(Lane lane, CsrTensor cells) {
    return !lane.device().info().family().equals("cuda")
        && cells.genes() <= MOST_GENES
        && cells.rows() >= 2L * cells.genes()
        && cells.nonZeros() <= MOST_VALUES
        && lane.options().precision() == Precision.EXACT;
  }

  /**
   * Makes the matrix.
   *
   * @param x cells x genes in log1p units
   * @param mean of each gene
   * @param spread what each gene is divided by
   */
  static CovarianceMatrix of(Lane lane, CsrMatrix x, double[] mean, double[] spread) {
    int genes = x.genes();
    long[] stored = new long[genes];
    for (int k = 0; k < x.nonZeros(); k++) {
      stored[x.geneAt(k)]++;
    }
    int dense = denseGenes(stored, x.rows());
    int[] order = order(stored, dense);
    float[] sums = new float[Math.multiplyExact(genes, genes)];
    try (Blocks blocks = new Blocks(lane, x, order, dense, mean, sums)) {
      blocks.run();
    }
    finish(sums, order, dense, mean, spread, x.rows());
    Tensor matrix = lane.tensor(DType.F32, genes, genes);
    try {
      lane.upload(sums, matrix);
    } catch (RuntimeException failed) {
      matrix.close();
      throw failed;
    }
    return new CovarianceMatrix(lane, order, matrix);
  }

  /** How many genes to make dense: the least estimated time, in nanoseconds of one core. */
  private static int denseGenes(long[] stored, long cells) {
    long[] falling = stored.clone();
    Arrays.sort(falling);
    long left = Arrays.stream(stored).sum();
    int best = 0;
    double least = Double.MAX_VALUE;
    for (int d = 0; d <= stored.length; d++) {
      double rest = left / (double) Math.max(1, cells);
      double half = 0.5 * d * (d + PANEL);
      double time = cells * (0.025 * half + 0.13 * rest * d + 1.5 * rest * rest + 12 * rest + d);
      if (d % PANEL == 0 && time < least) {
        least = time;
        best = d;
      }
      left -= d < stored.length ? falling[stored.length - 1 - d] : 0;
    }
    return best;
  }

  /** The genes with most values, then the others, both by rising position. */
  private static int[] order(long[] stored, int dense) {
    Integer[] byCount = new Integer[stored.length];
    Arrays.setAll(byCount, g -> g);
    Arrays.sort(byCount, (a, b) -> Long.compare(stored[b], stored[a]));
    int[] order = new int[stored.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = byCount[i];
    }
    Arrays.sort(order, 0, dense);
    Arrays.sort(order, dense, order.length);
    return order;
  }

  /** Sums of products to covariances, the lower half from the upper. */
  private static void finish(
      float[] sums, int[] order, int dense, double[] mean, double[] spread, long cells) {
    int genes = order.length;
    double[] scale = new double[genes];
    double[] shift = new double[genes];
    for (int i = 0; i < genes; i++) {
      scale[i] = 1 / spread[order[i]];
      shift[i] = i < dense ? 0 : mean[order[i]];
    }
    for (int i = 0; i < genes; i++) {
      double factor = scale[i] / (cells - 1.0);
      double off = cells * shift[i];
      for (int j = i; j < genes; j++) {
        int at = i * genes + j;
        sums[at] = (float) ((sums[at] - off * shift[j]) * factor * scale[j]);
      }
    }
    int tile = 32;
    for (int i0 = 0; i0 < genes; i0 += tile) {
      for (int j0 = 0; j0 <= i0; j0 += tile) {
        for (int i = i0; i < Math.min(genes, i0 + tile); i++) {
          for (int j = j0; j < Math.min(i, j0 + tile); j++) {
            sums[i * genes + j] = sums[j * genes + i];
          }
        }
      }
    }
  }

  /** out = C in, both genes x columns, rows in the order of this matrix. */
  void multiply(Tensor in, Tensor out) {
    lane.dense().multiply(DenseProduct.plain(), matrix, in, out);
  }

  /** Rows in the order of this matrix back in the order of the genes. */
  Block ordered(Block block) {
    int columns = block.columns();
    double[] values = new double[genes * columns];
    for (int i = 0; i < genes; i++) {
      System.arraycopy(block.values(), i * columns, values, order[i] * columns, columns);
    }
    return new Block(genes, columns, values);
  }

  @Override
  public void close() {
    matrix.close();
  }

  /** The pass over the cells: adds their products to the upper half of the sums. */
  private static final class Blocks implements AutoCloseable {
    private final Lane lane;
    private final CsrMatrix x;
    private final int dense;
    private final int genes;
    private final int[] place;
    private final float[] lift; // minus the mean of each dense gene
    private final float[] sums;
    private final float[] rows;
    private final int block; // cells of a block; the last one may have fewer
    private final Tensor filled; // block x dense
    private final Tensor among; // dense x dense

    Blocks(Lane lane, CsrMatrix x, int[] order, int dense, double[] mean, float[] sums) {
      this.lane = lane;
      this.x = x;
      this.dense = dense;
      this.genes = order.length;
      this.sums = sums;
      this.place = new int[genes];
      for (int i = 0; i < genes; i++) {
        place[order[i]] = i;
      }
      this.lift = new float[dense];
      for (int i = 0; i < dense; i++) {
        lift[i] = (float) -mean[order[i]];
      }
      this.rows = new float[STEP_CELLS * dense];
      long blocks = Math.max(1, (x.rows() + BLOCK_CELLS - 1) / BLOCK_CELLS);
      this.block = (int) ((x.rows() + blocks - 1) / blocks);
      this.filled = lane.tensor(DType.F32, block, dense);
      this.among = lane.tensor(DType.F32, dense, dense);
    }

    void run() {
      for (int first = 0; first < x.rows(); first += block) {
        add(first, (int) Math.min(x.rows(), (long) first + block));
      }
    }

    private void add(int first, int end) {
      int cells = end - first;
      int[] start = new int[block + 1]; // cells there are none of have no values
      int stored = x.rowStart(end) - x.rowStart(first);
      int[] gene = new int[stored];
      float[] value = new float[stored];
      for (int from = first; from < end; from += STEP_CELLS) {
        int to = Math.min(end, from + STEP_CELLS);
        fill(first, from, to, start, gene, value);
        lane.upload(rows, 0, filled, (long) (from - first) * dense, (to - from) * dense);
        multiplyDense(from - first, to - from);
      }
      addDense();
      int rest = start[cells];
      Arrays.fill(start, cells, block + 1, rest);
      multiplyMixed(
          CsrMatrix.wrap(
              block, genes - dense, start, Arrays.copyOf(gene, rest), Arrays.copyOf(value, rest)));
      multiplySparse(start, gene, value);
    }

    /** Dense, centred rows of some cells, and their other values, places from 0. */
    private void fill(int first, int from, int to, int[] start, int[] gene, float[] value) {
      int next = start[from - first];
      for (int c = from; c < to; c++) {
        int row = (c - from) * dense;
        System.arraycopy(lift, 0, rows, row, dense);
        for (int k = x.rowStart(c); k < x.rowStart(c + 1); k++) {
          int at = place[x.geneAt(k)];
          if (at < dense) {
            rows[row + at] += x.valueAt(k);
          } else {
            gene[next] = at - dense;
            value[next++] = x.valueAt(k);
          }
        }
        start[c - first + 1] = next;
      }
    }

    private void multiplyDense(int first, int cells) {
      long at = (long) first * dense;
      for (int p = 0; p < dense; p += PANEL) {
        DenseBatch.View left = new DenseBatch.View(at + p, dense, true, 0, 0);
        DenseBatch.View right = new DenseBatch.View(at + p, dense, false, 0, PANEL);
        DenseBatch.View out = new DenseBatch.View((long) p * dense + p, dense, false, 0, PANEL);
        int items = (dense - p) / PANEL;
        boolean more = first > 0;
        lane.dense()
            .multiplyBatch(
                new DenseBatch(1, items, PANEL, PANEL, cells, left, right, out, 1, more),
                filled,
                filled,
                among);
      }
    }

    private void addDense() {
      if (dense > 0) {
        float[] made = new float[dense * dense];
        lane.download(among, made);
        for (int i = 0; i < dense; i++) {
          for (int j = i; j < dense; j++) {
            sums[i * genes + j] += made[i * dense + j];
          }
        }
      }
    }

    private void multiplyMixed(CsrMatrix others) {
      int count = genes - dense;
      if (dense == 0 || count == 0) {
        return;
      }
      float[] made = new float[count * dense];
      try (CsrTensor sparse = lane.csr(others, Packing.PLAIN);
          Tensor out = lane.tensor(DType.F32, count, dense)) {
        lane.sparse().transposedMultiply(sparse, filled, out);
        lane.download(out, made);
      }
      for (int i0 = 0; i0 < dense; i0 += 32) {
        for (int j = 0; j < count; j++) {
          for (int i = i0; i < Math.min(dense, i0 + 32); i++) {
            sums[i * genes + dense + j] += made[j * dense + i];
          }
        }
      }
    }

    /** Products of the values that were not made dense, a few cells at a time. */
    private void multiplySparse(int[] start, int[] gene, float[] value) {
      int cells = start.length - 1;
      int most = 0;
      for (int c = 0; c < cells; c += LISTED_CELLS) {
        most = Math.max(most, start[Math.min(cells, c + LISTED_CELLS)] - start[c]);
      }
      int[] from = new int[most];
      int[] to = new int[most];
      for (int c = 0; c < cells; c += LISTED_CELLS) {
        multiplySparse(start, gene, value, c, Math.min(cells, c + LISTED_CELLS), from, to);
      }
    }

    /** The same of cells first to end, gene by gene. */
    private void multiplySparse(
        int[] start, int[] gene, float[] value, int first, int end, int[] from, int[] to) {
      int count = genes - dense;
      int[] of = new int[count + 1]; // where the cells of a gene begin
      for (int k = start[first]; k < start[end]; k++) {
        of[gene[k] + 1]++;
      }
      for (int g = 0; g < count; g++) {
        of[g + 1] += of[g];
      }
      int[] next = of.clone(); // from, to by gene: where a value lies, and where its cell ends
      for (int c = first; c < end; c++) {
        for (int k = start[c]; k < start[c + 1]; k++) {
          int m = next[gene[k]]++;
          from[m] = k;
          to[m] = start[c + 1];
        }
      }
      float[] sum = new float[count];
      for (int g = 0; g < count; g++) {
        if (of[g] == of[g + 1]) {
          continue;
        }
        Arrays.fill(sum, g, count, 0);
        for (int m = of[g]; m < of[g + 1]; m++) {
          int last = to[m];
          float v = value[from[m]];
          for (int k = from[m]; k < last; k++) {
            sum[gene[k]] += v * value[k];
          }
        }
        int row = (dense + g) * genes + dense;
        for (int j = g; j < count; j++) {
          sums[row + j] += sum[j];
        }
      }
    }

    @Override
    public void close() {
      filled.close();
      among.close();
    }
  }
}
