package org.virtualcell.stats;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.DenseBatch;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.Tensor;

/**
 * The leading directions of a covariance matrix from the span of all products with a random block
 * of 16 (block Lanczos: Golub and Underwood, Mathematical Software III, 1977). Every block is made
 * orthogonal to all before it, twice, so that single precision suffices; the covariance within the
 * span is diagonalised in double. It needs a third of the products that filtering a block of all
 * wanted directions does, but keeps them all, seven to sixteen for each wanted one.
 */
final class KrylovSpace implements AutoCloseable {
  private static final int WIDTH = 16;

  /** Shorter than this share of the largest variance, what is left of a product is rounding. */
  private static final double LOST = 3e-6;

  /**
   * Largest part of its image, as a share of the variance, by which a direction may miss; of the
   * variance itself about the square of it over the relative distance to the next is left out.
   */
  private static final double MISS = 0.02;

  private final Lane lane;
  private final CovarianceMatrix matrix;
  private final int genes;
  private final int wanted;
  private final int most; // directions of the span
  private final Tensor span; // a direction a row
  private final Tensor block; // genes x WIDTH
  private final Tensor image; // genes x WIDTH
  private final Tensor share; // directions x WIDTH
  private final double[] inside; // the covariance within the span, most x most
  private double[][] rows; // the next block
  private int made;

  private KrylovSpace(Lane lane, CovarianceMatrix matrix, int genes, int wanted) {
    this.lane = lane;
    this.matrix = matrix;
    this.genes = genes;
    this.wanted = wanted;
    this.most = (int) Math.min(genes, 16L * wanted + 64);
    this.inside = new double[most * most];
    this.span = lane.tensor(DType.F32, most, genes);
    this.block = lane.tensor(DType.F32, genes, WIDTH);
    this.image = lane.tensor(DType.F32, genes, WIDTH);
    this.share = lane.tensor(DType.F32, most, WIDTH);
  }

  /** Variances, falling, fewer than wanted where the matrix has fewer, and their directions. */
  static final class Leading {
    private final double[] variance;
    private final Block direction;

    Leading(double[] variance, Block direction) {
      this.variance = variance;
      this.direction = direction;
    }

    double[] variance() {
      return variance;
    }

    Block direction() {
      return direction;
    }
  }

  static Leading of(Lane lane, CovarianceMatrix matrix, int genes, int wanted, long seed) {
    try (KrylovSpace space = new KrylovSpace(lane, matrix, genes, wanted)) {
      return space.run(seed);
    }
  }

  private Leading run(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] start = new double[Math.min(WIDTH, most)][genes];
    for (double[] row : start) {
      for (int g = 0; g < genes; g++) {
        row[g] = random.nextGaussian();
      }
    }
    rows = orthonormal(start, 0);
    int check = Math.min(most, 7 * wanted + 34);
    double largest = 0;
    while (true) {
      int first = made;
      append();
      matrix.multiply(block, image);
      project(true, first);
      project(false, first);
      for (int i = first; i < made; i++) {
        largest = Math.max(largest, inside[i * most + i]);
      }
      double[][] left = download(made - first);
      rows = orthonormal(copy(left), LOST * largest);
      if (rows.length > most - made) {
        rows = Arrays.copyOf(rows, most - made);
      }
      if (made < check && rows.length > 0) {
        continue;
      }
      double[] square = new double[made * made];
      for (int i = 0; i < made; i++) {
        System.arraycopy(inside, i * most, square, i * made, made);
      }
      int count = Math.min(wanted, made);
      Block.Eigen eigen = LeadingEigen.of(square, made, count);
      if (rows.length == 0 || miss(left, eigen, count, first) < MISS) {
        return leading(eigen, count);
      }
      check = Math.min(most, made + 2 * wanted);
    }
  }

  /** The rows become the last directions of the span, and the block. */
  private void append() {
    float[] flat = new float[rows.length * genes];
    float[] turned = new float[genes * WIDTH];
    for (int i = 0; i < rows.length; i++) {
      for (int g = 0; g < genes; g++) {
        float v = (float) rows[i][g];
        flat[i * genes + g] = v;
        turned[g * WIDTH + i] = v;
      }
    }
    lane.upload(flat, 0, span, (long) made * genes, flat.length);
    lane.upload(turned, block);
    made += rows.length;
  }

  /** Takes the share of all directions off the image; the first time it is the covariance. */
  private void project(boolean keep, int first) {
    DenseBatch.View narrow = new DenseBatch.View(0, WIDTH, false, 0, 0);
    DenseBatch.View across = new DenseBatch.View(0, genes, false, 0, 0);
    lane.dense()
        .multiplyBatch(
            new DenseBatch(1, 1, made, WIDTH, genes, across, narrow, narrow, 1, false),
            span,
            image,
            share);
    if (keep) {
      float[] values = new float[made * WIDTH];
      lane.download(share, 0, values, 0, values.length);
      for (int i = 0; i < made; i++) {
        for (int j = first; j < made; j++) {
          inside[i * most + j] = values[i * WIDTH + j - first];
          inside[j * most + i] = inside[i * most + j];
        }
      }
    }
    lane.dense()
        .multiplyBatch(
            new DenseBatch(1, 1, genes, WIDTH, made, across.turned(), narrow, narrow, -1, true),
            span,
            share,
            image);
  }

  private double[][] download(int columns) {
    float[] values = new float[genes * WIDTH];
    lane.download(image, values);
    double[][] out = new double[columns][genes];
    for (int g = 0; g < genes; g++) {
      for (int j = 0; j < columns; j++) {
        out[j][g] = values[g * WIDTH + j];
      }
    }
    return out;
  }

  /** The largest share by which the image of a direction leaves the span. */
  private static double miss(double[][] left, Block.Eigen eigen, int count, int first) {
    int width = left.length;
    double[] products = new double[width * width];
    for (int i = 0; i < width; i++) {
      for (int j = 0; j < width; j++) {
        products[i * width + j] = dot(left[i], left[j]);
      }
    }
    double worst = 0;
    for (int c = 0; c < count; c++) {
      double square = 0;
      for (int i = 0; i < width; i++) {
        for (int j = 0; j < width; j++) {
          square +=
              eigen.vector()[(first + i) * count + c]
                  * products[i * width + j]
                  * eigen.vector()[(first + j) * count + c];
        }
      }
      double variance = Math.max(eigen.value()[c], 1e-6 * eigen.value()[0]);
      worst = Math.max(worst, Math.sqrt(Math.max(0, square)) / variance);
    }
    return worst;
  }

  private Leading leading(Block.Eigen eigen, int count) {
    int rank = 0;
    double floor = Math.max(0, eigen.value()[0]) * 1e-6; // rounding of single precision
    while (rank < count && eigen.value()[rank] > floor) {
      rank++;
    }
    if (rank == 0) {
      return new Leading(new double[0], new Block(genes, 0, new double[0]));
    }
    float[] turn = new float[made * rank];
    for (int i = 0; i < made; i++) {
      for (int j = 0; j < rank; j++) {
        turn[i * rank + j] = (float) eigen.vector()[i * count + j];
      }
    }
    float[] found = new float[genes * rank];
    try (Tensor by = lane.tensor(DType.F32, made, rank);
        Tensor out = lane.tensor(DType.F32, genes, rank)) {
      lane.upload(turn, by);
      DenseBatch.View narrow = new DenseBatch.View(0, rank, false, 0, 0);
      DenseBatch.View across = new DenseBatch.View(0, genes, true, 0, 0);
      lane.dense()
          .multiplyBatch(
              new DenseBatch(1, 1, genes, rank, made, across, narrow, narrow, 1, false),
              span,
              by,
              out);
      lane.download(out, found);
    }
    double[][] directions = new double[rank][genes];
    for (int g = 0; g < genes; g++) {
      for (int j = 0; j < rank; j++) {
        directions[j][g] = found[g * rank + j];
      }
    }
    directions = orthonormal(directions, 0);
    double[] values = new double[genes * rank];
    for (int g = 0; g < genes; g++) {
      for (int j = 0; j < rank; j++) {
        values[g * rank + j] = directions[j][g];
      }
    }
    return new Leading(Arrays.copyOf(eigen.value(), rank), new Block(genes, rank, values));
  }

  private static double[][] copy(double[][] rows) {
    double[][] out = new double[rows.length][];
    Arrays.setAll(out, i -> rows[i].clone());
    return out;
  }

  /** Rows at right angles and of length 1, without those of which no more than lost is left. */
  private static double[][] orthonormal(double[][] rows, double lost) {
    int count = 0;
    for (double[] row : rows) {
      for (int turn = 0; turn < 2; turn++) {
        for (int k = 0; k < count; k++) {
          subtract(row, dot(rows[k], row), rows[k]);
        }
      }
      double length = Math.sqrt(dot(row, row));
      if (length > lost) {
        subtract(row, 1 - 1 / length, row);
        rows[count++] = row;
      }
    }
    return Arrays.copyOf(rows, count);
  }

  private static void subtract(double[] row, double factor, double[] other) {
    for (int g = 0; g < row.length; g++) {
      row[g] -= factor * other[g];
    }
  }

  /** Four sums, so that the processor need not wait for each addition. */
  private static double dot(double[] a, double[] b) {
    double s = 0;
    double t = 0;
    double u = 0;
    double v = 0;
    int g = 0;
    for (; g + 4 <= a.length; g += 4) {
      s += a[g] * b[g];
      t += a[g + 1] * b[g + 1];
      u += a[g + 2] * b[g + 2];
      v += a[g + 3] * b[g + 3];
    }
    for (; g < a.length; g++) {
      s += a[g] * b[g];
    }
    return (s + t) + (u + v);
  }

  @Override
  public void close() {
    span.close();
    block.close();
    image.close();
    share.close();
  }
}
