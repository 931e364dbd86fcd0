package org.virtualcell.compute;

import org.virtualcell.compute.spi.CsrData;
import org.virtualcell.compute.spi.TensorData;
import org.virtualcell.compute.spi.Workers;

/**
 * Scales and logarithms of cells: the factors of {@code rowScale}, the values of {@code
 * logNormalize}.
 */
final class HeapNormalize extends HeapKernel {
  private static final int ROWS = 128;

  private float[] out;
  private double total;

  HeapNormalize(Workers workers) {
    super(workers);
  }

  void rowScale(CsrData sparse, float wanted, TensorData factors) {
    total = wanted;
    out = HeapMemory.floats(factors.memory());
    run(sparse, null, sparse.rows(), ROWS);
    out = null;
  }

  void logNormalize(CsrData sparse, TensorData scale, CsrData result) {
    total = 0;
    out = HeapMemory.floats(result.value());
    run(sparse, scale, sparse.rows(), ROWS);
    out = null;
  }

  @Override
  public void run(int chunk, int worker) {
    HeapRow row = reader(worker);
    int end = (int) Math.min(x.rows(), (chunk + 1L) * ROWS);
    for (int i = chunk * ROWS; i < end; i++) {
      int count = row.read(i);
      if (total > 0) {
        out[i] = factor(row.value, count);
      } else {
        System.arraycopy(row.value, 0, out, row.offset, count);
      }
    }
  }

  private float factor(float[] value, int count) {
    double sum = 0; // exact for counts
    for (int k = 0; k < count; k++) {
      sum += value[k];
    }
    return sum > 0 ? (float) (total / sum) : 0;
  }
}
