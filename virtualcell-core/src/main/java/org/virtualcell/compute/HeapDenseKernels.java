package org.virtualcell.compute;

import org.virtualcell.compute.spi.ChunkTask;
import org.virtualcell.compute.spi.DenseKernels;
import org.virtualcell.compute.spi.Memory;
import org.virtualcell.compute.spi.PackedData;
import org.virtualcell.compute.spi.TensorData;
import org.virtualcell.compute.spi.Workers;

/**
 * The dense kernels of one lane of the Java device: single precision throughout, on a fast lane
 * too. A packed matrix is row-major floats.
 */
final class HeapDenseKernels extends DenseKernels {
  private static final int ELEMENTS = 1 << 16;

  private final Workers workers;
  private final HeapDenseProduct product;
  private final ChunkTask convert = this::convert;
  private final HeapNumbers from = new HeapNumbers();
  private final HeapNumbers to = new HeapNumbers();
  private int count;

  HeapDenseKernels(Workers workers) {
    this.workers = workers;
    this.product = new HeapDenseProduct(workers);
  }

  @Override
  public DType packedType() {
    return DType.F32;
  }

  @Override
  public long packedElements(boolean rounded, long rows, long columns) {
    return rows * columns;
  }

  @Override
  public void pack(TensorData b, boolean transposed, PackedData packed) {
    product.pack(b, transposed, packed);
  }

  @Override
  public void multiply(
      DenseProduct how,
      TensorData a,
      TensorData b,
      PackedData packed,
      TensorData out,
      Memory scratch) {
    product.multiply(how, a, b, packed, out);
  }

  @Override
  public void multiplyBatch(
      DenseBatch how, TensorData a, TensorData b, TensorData out, Memory scratch) {
    product.multiplyBatch(how, a, b, out);
  }

  @Override
  public void convert(TensorData source, TensorData target) {
    from.open(source);
    to.open(target);
    count = (int) source.elements();
    try {
      workers.run((int) ((count + ELEMENTS - 1L) / ELEMENTS), convert);
    } finally {
      from.close();
      to.close();
    }
  }

  private void convert(int chunk, int worker) {
    int end = (int) Math.min(count, (chunk + 1L) * ELEMENTS);
    for (int i = chunk * ELEMENTS; i < end; i++) {
      to.set(i, from.get(i));
    }
  }

  @Override
  public void allFinite(TensorData x, TensorData out) {
    from.open(x);
    try {
      int[] answer = HeapMemory.ints(out.memory());
      answer[0] = 1;
      for (int i = 0; i < x.elements() && answer[0] == 1; i++) {
        answer[0] = Float.isFinite(from.get(i)) ? 1 : 0;
      }
    } finally {
      from.close();
    }
  }
}
