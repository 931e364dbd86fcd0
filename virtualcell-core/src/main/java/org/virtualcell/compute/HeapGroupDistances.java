package org.virtualcell.compute;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.compute.spi.ChunkTask;
import org.virtualcell.compute.spi.Memory;
import org.virtualcell.compute.spi.TensorData;
import org.virtualcell.compute.spi.Workers;

/**
 * Mean and energy distances of all pairs of groups. A chunk is up to 256 cells of one group, whose
 * distances to that group and to all later ones are summed; chunks leave their sums in the scratch,
 * and those of a group are added by rising chunk. A group's distances to itself are taken in full.
 */
final class HeapGroupDistances implements ChunkTask {
  private static final int SIDE = HeapDistanceTile.SIDE;
  private static final int CELLS = 256;
  private static final VarHandle DOUBLE =
      MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.nativeOrder());
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final Workers workers;
  private final HeapDistanceTile[] tiles;

  private float[] x;
  private long[] start;
  private byte[] scratch;
  private int columns;
  private int groups;

  HeapGroupDistances(Workers workers, HeapDistanceTile[] tiles) {
    this.workers = workers;
    this.tiles = tiles;
  }

  // The scratch: where the chunks of each group begin, as longs; then a row of sums a chunk.
  static long scratchBytes(TensorData x, TensorData start) {
    long count = start.size(0) - 1;
    long mostChunks = x.size(0) / CELLS + count;
    return Math.multiplyExact(
        Math.addExact(count + 1, Math.multiplyExact(mostChunks, count)), Double.BYTES);
  }

  void run(TensorData cells, TensorData starts, TensorData means, TensorData energy, Memory room) {
    x = HeapMemory.floats(cells.memory());
    start = HeapMemory.longs(starts.memory());
    scratch = HeapMemory.bytes(room);
    columns = (int) cells.size(1);
    groups = (int) starts.size(0) - 1;
    try {
      workers.run(cut(cells.size(0)), this);
      write(HeapMemory.floats(means.memory()), HeapMemory.floats(energy.memory()));
    } finally {
      x = null;
      start = null;
      scratch = null;
    }
  }

  /** Notes where the chunks of each group begin; returns how many there are. */
  private int cut(long rows) {
    long chunks = 0;
    for (int g = 0; g < groups; g++) {
      if (start[g] < 0 || start[g + 1] < start[g] || start[g + 1] > rows) {
        throw new InvalidDataException(
            "A group of cells begins or ends out of order or out of range",
            "group " + g + ", rows " + start[g] + " to " + start[g + 1] + " of " + rows,
            "Pass starts that rise from 0 to the number of rows.");
      }
      LONG.set(scratch, g * Long.BYTES, chunks);
      chunks += (start[g + 1] - start[g] + CELLS - 1) / CELLS;
    }
    LONG.set(scratch, groups * Long.BYTES, chunks);
    return (int) chunks;
  }

  @Override
  public void run(int chunk, int worker) {
    HeapDistanceTile tile = tiles[worker];
    int g = groupOf(chunk);
    int first = (int) start[g] + (chunk - (int) firstChunk(g)) * CELLS;
    int end = (int) Math.min(start[g + 1], first + CELLS);
    for (int h = g; h < groups; h++) {
      double sum = 0;
      for (int i = first; i < end; i += SIDE) {
        int rows = Math.min(SIDE, end - i);
        for (int j = (int) start[h]; j < start[h + 1]; j += SIDE) {
          int others = (int) Math.min(SIDE, start[h + 1] - j);
          tile.run(x, i, rows, x, j, others, columns);
          sum += tile.sum(rows, others);
        }
      }
      DOUBLE.set(scratch, sumAt(chunk, h), sum);
    }
  }

  private int groupOf(int chunk) {
    int low = 0;
    int high = groups;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (firstChunk(middle) <= chunk) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private long firstChunk(int group) {
    return (long) LONG.get(scratch, group * Long.BYTES);
  }

  private int sumAt(int chunk, int group) {
    return (groups + 1 + chunk * groups + group) * Double.BYTES;
  }

  private void write(float[] means, float[] energy) {
    for (int g = 0; g < groups; g++) {
      for (int h = g; h < groups; h++) {
        // of a group with itself exactly 0, and not a number where its mean is none
        double value = 2 * mean(g, h) - mean(g, g) - mean(h, h);
        means[g * groups + h] = (float) mean(g, h);
        means[h * groups + g] = means[g * groups + h];
        energy[g * groups + h] = (float) value;
        energy[h * groups + g] = energy[g * groups + h];
      }
    }
  }

  private double mean(int g, int h) {
    double sum = 0;
    for (long chunk = firstChunk(g); chunk < firstChunk(g + 1); chunk++) {
      sum += (double) DOUBLE.get(scratch, sumAt((int) chunk, h));
    }
    return sum / ((double) (start[g + 1] - start[g]) * (start[h + 1] - start[h]));
  }
}
