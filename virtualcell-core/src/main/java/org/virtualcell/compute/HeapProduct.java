package org.virtualcell.compute;

import java.util.Arrays;
import org.virtualcell.compute.spi.CsrData;
import org.virtualcell.compute.spi.TensorData;
import org.virtualcell.compute.spi.Workers;

/**
 * out[i,:] = activation(sum over g of x[i,g] w[g,:] + bias). A chunk is 32 rows, each added up gene
 * by gene in ascending order, four at a time: out + (v0 w0 + v1 w1 + v2 w2 + v3 w3), from left to
 * right; one at a time where w is bfloat16.
 */
final class HeapProduct extends HeapKernel {
  private static final int ROWS = 32;

  private float[] w;
  private short[] halfW;
  private float[] bias;
  private Activation activation;
  private float[] out;
  private int n;

  HeapProduct(Workers workers) {
    super(workers);
  }

  void multiply(
      CsrData sparse,
      TensorData scale,
      TensorData dense,
      TensorData offsets,
      Activation end,
      TensorData result) {
    if (dense.type() == DType.BF16) {
      halfW = HeapMemory.shorts(dense.memory());
    } else {
      w = HeapMemory.floats(dense.memory());
    }
    bias = offsets == null ? null : HeapMemory.floats(offsets.memory());
    activation = end;
    out = HeapMemory.floats(result.memory());
    n = (int) dense.size(1);
    try {
      run(sparse, scale, sparse.rows(), ROWS);
    } finally {
      w = null;
      halfW = null;
      bias = null;
      activation = null;
      out = null;
    }
  }

  @Override
  public void run(int chunk, int worker) {
    HeapRow row = reader(worker);
    int end = (int) Math.min(x.rows(), (chunk + 1L) * ROWS);
    for (int i = chunk * ROWS; i < end; i++) {
      int count = row.read(i);
      int at = i * n;
      Arrays.fill(out, at, at + n, 0);
      if (halfW == null) {
        addUp(row, count, at);
      } else {
        for (int k = 0; k < count; k++) {
          addHalf(row.value[k], halfW, row.gene[k] * n, out, at, n);
        }
      }
      if (bias != null) {
        add(1, bias, 0, out, at, n);
      }
      if (activation != Activation.NONE) {
        for (int j = at; j < at + n; j++) {
          out[j] = activation.of(out[j]);
        }
      }
    }
  }

  private void addUp(HeapRow row, int count, int at) {
    int k = 0;
    for (; k + 4 <= count; k += 4) {
      addFour(row, k, at);
    }
    for (; k < count; k++) {
      add(row.value[k], w, row.gene[k] * n, out, at, n);
    }
  }

  /** out[at + j] += v from[start + j], from in bfloat16. */
  private static void addHalf(float v, short[] from, int start, float[] out, int at, int n) {
    for (int j = 0; j < n; j++) {
      out[at + j] += v * Float.intBitsToFloat(from[start + j] << 16);
    }
  }

  private void addFour(HeapRow row, int k, int at) {
    addFour(
        w,
        row.value[k],
        row.gene[k] * n,
        row.value[k + 1],
        row.gene[k + 1] * n,
        row.value[k + 2],
        row.gene[k + 2] * n,
        row.value[k + 3],
        row.gene[k + 3] * n,
        out,
        at,
        n);
  }

  private static void addFour(
      float[] w,
      float v0,
      int w0,
      float v1,
      int w1,
      float v2,
      int w2,
      float v3,
      int w3,
      float[] out,
      int at,
      int n) {
    for (int j = 0; j < n; j++) {
      out[at + j] += v0 * w[w0 + j] + v1 * w[w1 + j] + v2 * w[w2 + j] + v3 * w[w3 + j];
    }
  }

  /** out[at + j] += v from[start + j]. */
  static void add(float v, float[] from, int start, float[] out, int at, int n) {
    for (int j = 0; j < n; j++) {
      out[at + j] += v * from[start + j];
    }
  }
}
