package org.virtualcell.compute;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.virtualcell.compute.spi.CsrData;
import org.virtualcell.compute.spi.Memory;
import org.virtualcell.compute.spi.TensorData;
import org.virtualcell.compute.spi.Workers;

/**
 * Sums, squares and detections over groups of cells. A chunk is 128 genes of all groups; cells are
 * added in ascending order: as whole numbers, or in single precision with Kahan's compensation,
 * which stands in the scratch, first of the sums, then of the squares.
 */
final class HeapGroupSums extends HeapKernel {
  private static final int GENES = 128;
  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.nativeOrder());

  private int groups;
  private int[] group;
  private long[] wholeSums;
  private long[] wholeSquares;
  private float[] sums;
  private float[] squares;
  private int[] detections;
  private byte[] lost;
  private int squaresLost;

  HeapGroupSums(Workers workers) {
    super(workers);
  }

  static long scratchBytes(CsrData x, long groups) {
    return Math.multiplyExact(groups, 2L * Float.BYTES * x.genes());
  }

  void sum(
      CsrData sparse,
      TensorData scale,
      TensorData groupOfCell,
      TensorData sum,
      TensorData square,
      TensorData detected,
      Memory scratch) {
    groups = (int) sum.size(0);
    group = HeapMemory.ints(groupOfCell.memory());
    detections = HeapMemory.ints(detected.memory());
    if (sum.type() == DType.I64) {
      wholeSums = HeapMemory.longs(sum.memory());
      wholeSquares = HeapMemory.longs(square.memory());
    } else {
      sums = HeapMemory.floats(sum.memory());
      squares = HeapMemory.floats(square.memory());
      lost = HeapMemory.bytes(scratch);
      squaresLost = (int) sum.elements() * Float.BYTES;
    }
    try {
      run(sparse, scale, sparse.genes(), GENES);
    } finally {
      group = null;
      detections = null;
      wholeSums = null;
      wholeSquares = null;
      sums = null;
      squares = null;
      lost = null;
    }
  }

  @Override
  public void run(int chunk, int worker) {
    HeapRow row = reader(worker);
    int firstGene = chunk * GENES;
    int lastGene = (int) Math.min(x.genes(), firstGene + (long) GENES);
    clear(firstGene, lastGene);
    int rows = (int) x.rows();
    for (int i = 0; i < rows; i++) {
      if (group[i] >= 0 && group[i] < groups) {
        int count = row.read(i, firstGene, lastGene);
        int base = group[i] * x.genes();
        if (wholeSums != null) {
          addWhole(row, count, base);
        } else {
          add(row, count, base);
        }
      }
    }
  }

  private void clear(int firstGene, int lastGene) {
    for (int c = 0; c < groups; c++) {
      int from = c * x.genes() + firstGene;
      int to = c * x.genes() + lastGene;
      Arrays.fill(detections, from, to, 0);
      if (wholeSums != null) {
        Arrays.fill(wholeSums, from, to, 0);
        Arrays.fill(wholeSquares, from, to, 0);
      } else {
        Arrays.fill(sums, from, to, 0);
        Arrays.fill(squares, from, to, 0);
        Arrays.fill(lost, from * Float.BYTES, to * Float.BYTES, (byte) 0);
        Arrays.fill(
            lost, squaresLost + from * Float.BYTES, squaresLost + to * Float.BYTES, (byte) 0);
      }
    }
  }

  private void addWhole(HeapRow row, int count, int base) {
    for (int k = 0; k < count; k++) {
      int at = base + row.gene[k];
      long v = (long) row.value[k];
      wholeSums[at] += v;
      wholeSquares[at] += v * v;
      detections[at] += row.stored[k] != 0 ? 1 : 0;
    }
  }

  private void add(HeapRow row, int count, int base) {
    for (int k = 0; k < count; k++) {
      int at = base + row.gene[k];
      float v = row.value[k];
      addCompensated(sums, at, v, at * Float.BYTES);
      addCompensated(squares, at, v * v, squaresLost + at * Float.BYTES);
      detections[at] += row.stored[k] != 0 ? 1 : 0;
    }
  }

  /** Kahan: what an addition loses is taken from the next term. */
  private void addCompensated(float[] sum, int at, float term, int lostAt) {
    float corrected = term - (float) FLOAT.get(lost, lostAt);
    float next = sum[at] + corrected;
    FLOAT.set(lost, lostAt, (next - sum[at]) - corrected);
    sum[at] = next;
  }
}
