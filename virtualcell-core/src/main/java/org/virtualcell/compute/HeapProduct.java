package org.virtualcell.compute;

import java.util.Arrays;
import org.virtualcell.compute.spi.CsrData;
import org.virtualcell.compute.spi.TensorData;
import org.virtualcell.compute.spi.Workers;

/**
 * out[i,:] = sum over g of x[i,g] w[g,:]. A chunk is 32 rows, each added up gene by gene in
 * ascending order, four at a time: out + (v0 w0 + v1 w1 + v2 w2 + v3 w3), from left to right.
 */
final class HeapProduct extends HeapKernel {
  private static final int ROWS = 32;

  private float[] w;
  private float[] out;
  private int n;

  HeapProduct(Workers workers) {
    super(workers);
  }

  void multiply(CsrData sparse, TensorData scale, TensorData dense, TensorData result) {
    w = HeapMemory.floats(dense.memory());
    out = HeapMemory.floats(result.memory());
    n = (int) dense.size(1);
    try {
      run(sparse, scale, sparse.rows(), ROWS);
    } finally {
      w = null;
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
      int k = 0;
      for (; k + 4 <= count; k += 4) {
        addFour(row, k, at);
      }
      for (; k < count; k++) {
        add(row.value[k], w, row.gene[k] * n, out, at, n);
      }
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
