package org.virtualcell.compute;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.virtualcell.compute.spi.ChunkTask;
import org.virtualcell.compute.spi.Memory;
import org.virtualcell.compute.spi.TensorData;
import org.virtualcell.compute.spi.Workers;

/**
 * Mean distances, energy distances and their gradient over a batch of pairs of sets. A chunk is 64
 * cells of x or of y of one pair; it leaves a sum of distances to x and one to y in the scratch,
 * which are added by rising chunk. Distances inside a set are taken once for two, but where the
 * gradient needs each.
 */
final class HeapEnergy implements ChunkTask {
  private static final int SIDE = HeapDistanceTile.SIDE;
  private static final VarHandle DOUBLE =
      MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.nativeOrder());

  private final Workers workers;
  private final HeapDistanceTile[] tiles;

  private float[] x;
  private float[] y;
  private float[] weight;
  private float[] gradient;
  private byte[] sums;
  private int s;
  private int t;
  private int columns;
  private int xChunks;
  private int chunks;
  private boolean inside;

  HeapEnergy(Workers workers, HeapDistanceTile[] tiles) {
    this.workers = workers;
    this.tiles = tiles;
  }

  static long scratchBytes(TensorData x, TensorData y) {
    long chunksOfSet = chunks(x.size(1)) + chunks(y.size(1));
    return Math.multiplyExact(x.size(0), Math.multiplyExact(chunksOfSet, 2L * Double.BYTES));
  }

  private static long chunks(long rows) {
    return (rows + SIDE - 1) / SIDE;
  }

  /**
   * Computes the mean distance or the energy distance of each pair.
   *
   * @param energy false for the mean distance between the sets alone
   * @param factor the weight of each pair, null for no gradient
   * @param slope the gradient, null for none
   */
  void run(
      TensorData a,
      TensorData b,
      boolean energy,
      TensorData factor,
      TensorData result,
      TensorData slope,
      Memory scratch) {
    int batch = (int) a.size(0);
    s = (int) a.size(1);
    t = (int) b.size(1);
    columns = (int) a.size(2);
    x = HeapMemory.floats(a.memory());
    y = HeapMemory.floats(b.memory());
    weight = factor == null ? null : HeapMemory.floats(factor.memory());
    gradient = slope == null ? null : HeapMemory.floats(slope.memory());
    sums = scratch == null ? null : HeapMemory.bytes(scratch);
    inside = energy;
    xChunks = (int) chunks(s);
    chunks = xChunks + (energy ? (int) chunks(t) : 0);
    try {
      workers.run(Math.toIntExact((long) batch * chunks), this);
      float[] out = HeapMemory.floats(result.memory());
      for (int set = 0; set < batch; set++) {
        out[set] = (float) total(set);
      }
    } finally {
      x = null;
      y = null;
      weight = null;
      gradient = null;
      sums = null;
    }
  }

  /** The mean or energy distance of a pair of sets from the sums of its chunks. */
  private double total(int set) {
    double xx = 0;
    double xy = 0;
    double yy = 0;
    for (int c = 0; c < chunks; c++) {
      double toX = sum(set * chunks + c, 0);
      double toY = sum(set * chunks + c, 1);
      if (c < xChunks) {
        xx += toX;
        xy += toY;
      } else {
        yy += toY;
      }
    }
    double between = xy / ((double) s * t);
    return inside ? between - xx / (2.0 * s * s) - yy / (2.0 * t * t) : between;
  }

  private double sum(int chunk, int which) {
    return (double) DOUBLE.get(sums, (2 * chunk + which) * Double.BYTES);
  }

  @Override
  public void run(int chunk, int worker) {
    int set = chunk / chunks;
    int c = chunk % chunks;
    HeapDistanceTile tile = tiles[worker];
    double toX = 0;
    double toY = 0;
    if (c < xChunks) {
      int first = c * SIDE;
      if (gradient != null) {
        clear(set, first);
      }
      toX = inside ? inside(tile, x, set * s, s, first, gradient == null ? -1 : set) : 0;
      toY = between(tile, set, first);
    } else {
      toY = inside(tile, y, set * t, t, (c - xChunks) * SIDE, -1);
    }
    DOUBLE.set(sums, 2 * chunk * Double.BYTES, toX);
    DOUBLE.set(sums, (2 * chunk + 1) * Double.BYTES, toY);
  }

  /** The sum of distances of a chunk of x to all of y. */
  private double between(HeapDistanceTile tile, int set, int first) {
    int rows = Math.min(SIDE, s - first);
    double sum = 0;
    for (int j = 0; j < t; j += SIDE) {
      int others = Math.min(SIDE, t - j);
      tile.run(x, set * s + first, rows, y, set * t + j, others, columns);
      sum += tile.sum(rows, others);
      if (gradient != null) {
        double each = weight[set] / ((double) s * t);
        pull(tile, set * s + first, rows, y, set * t + j, others, each);
      }
    }
    return sum;
  }

  /**
   * The sum of distances of a chunk to its set: to all of it where the gradient of the pair of sets
   * {@code slopeOf} is wanted, else to itself and twice to what comes after.
   */
  private double inside(
      HeapDistanceTile tile, float[] z, int base, int cells, int first, int slopeOf) {
    int rows = Math.min(SIDE, cells - first);
    double sum = 0;
    for (int j = slopeOf >= 0 ? 0 : first; j < cells; j += SIDE) {
      int others = Math.min(SIDE, cells - j);
      tile.run(z, base + first, rows, z, base + j, others, columns);
      sum += (slopeOf >= 0 || j == first ? 1 : 2) * tile.sum(rows, others);
      if (slopeOf >= 0) {
        double each = -weight[slopeOf] / ((double) s * s);
        pull(tile, base + first, rows, z, base + j, others, each);
      }
    }
    return sum;
  }

  /** gradient[i] += sum over j of each / d_ij (x_i - z_j). */
  private void pull(
      HeapDistanceTile tile, int i0, int rows, float[] z, int j0, int others, double each) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < others; j++) {
        float square = tile.square[i * SIDE + j];
        if (square != 0) {
          float v = (float) (each / Math.sqrt(square));
          pull(gradient, x, (i0 + i) * columns, z, (j0 + j) * columns, v, columns);
        }
      }
    }
  }

  private static void pull(float[] g, float[] x, int at, float[] z, int from, float v, int n) {
    for (int k = 0; k < n; k++) {
      g[at + k] += v * (x[at + k] - z[from + k]);
    }
  }

  /** Zero, or no number where y has no cell. */
  private void clear(int set, int first) {
    int rows = Math.min(SIDE, s - first);
    int from = (set * s + first) * columns;
    Arrays.fill(gradient, from, from + rows * columns, t == 0 ? Float.NaN : 0);
  }
}
