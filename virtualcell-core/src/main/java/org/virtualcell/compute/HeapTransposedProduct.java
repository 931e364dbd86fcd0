package org.virtualcell.compute;

import java.util.Arrays;
import org.virtualcell.compute.spi.CsrData;
import org.virtualcell.compute.spi.TensorData;
import org.virtualcell.compute.spi.Workers;

/**
 * out[g,:] = sum over i of x[i,g] d[i,:]. A chunk is 128 genes, whose rows of the output one worker
 * owns; each is added up cell by cell in ascending order.
 */
final class HeapTransposedProduct extends HeapKernel {
  private static final int GENES = 128;

  private float[] d;
  private float[] out;
  private int n;

  HeapTransposedProduct(Workers workers) {
    super(workers);
  }

  void multiply(CsrData sparse, TensorData scale, TensorData dense, TensorData result) {
    d = HeapMemory.floats(dense.memory());
    out = HeapMemory.floats(result.memory());
    n = (int) dense.size(1);
    try {
      run(sparse, scale, sparse.genes(), GENES);
    } finally {
      d = null;
      out = null;
    }
  }

  @Override
  public void run(int chunk, int worker) {
    HeapRow row = reader(worker);
    int firstGene = chunk * GENES;
    int lastGene = (int) Math.min(x.genes(), firstGene + (long) GENES);
    Arrays.fill(out, firstGene * n, lastGene * n, 0);
    int rows = (int) x.rows();
    for (int i = 0; i < rows; i++) {
      int count = row.read(i, firstGene, lastGene);
      for (int k = 0; k < count; k++) {
        HeapProduct.add(row.value[k], d, i * n, out, row.gene[k] * n, n);
      }
    }
  }
}
