package org.virtualcell.accelerator;

import org.virtualcell.compute.DType;
import org.virtualcell.compute.DenseBatch;
import org.virtualcell.compute.DenseProduct;
import org.virtualcell.compute.Precision;
import org.virtualcell.compute.spi.DenseKernels;
import org.virtualcell.compute.spi.Memory;
import org.virtualcell.compute.spi.PackedData;
import org.virtualcell.compute.spi.TensorData;

/**
 * The dense kernels of one queue; each call enqueues and returns. A packed matrix is row-major: of
 * bfloat16 where its numbers are or may be rounded, else of single precision.
 */
final class CudaDenseKernels extends DenseKernels {
  private final long queue;
  private final int inner;
  private final long[] fields = new long[DenseFields.COUNT];

  CudaDenseKernels(long queue, Precision precision) {
    this.queue = queue;
    this.inner = precision == Precision.FAST ? DenseFields.BF16 : DenseFields.F32;
  }

  @Override
  public long packedElements(boolean rounded, long rows, long columns) {
    return rows * columns * (rounded ? DType.BF16 : DType.F32).bytes();
  }

  @Override
  public void pack(TensorData b, boolean transposed, PackedData to) {
    long stored = b.size(1);
    CudaBackend.check(
        CudaKernels.vc_cuda_dense_copy(
            queue,
            Address.of(b.memory()),
            DenseFields.type(b.type()),
            to.rows(),
            to.columns(),
            transposed ? 1 : stored,
            transposed ? stored : 1,
            Address.of(to.memory()),
            to.rounded() ? DenseFields.BF16 : DenseFields.F32));
  }

  @Override
  public void multiply(
      DenseProduct how,
      TensorData a,
      TensorData b,
      PackedData packed,
      TensorData out,
      Memory scratch) {
    DenseFields.write(how, a, b, out, inner, fields);
    if (packed != null) {
      DenseFields.writeRowMajor(packed, fields);
    }
    CudaBackend.check(CudaKernels.vc_cuda_dense_multiply(queue, fields));
  }

  @Override
  public void multiplyBatch(
      DenseBatch how, TensorData a, TensorData b, TensorData out, Memory scratch) {
    DenseFields.write(how, a, b, out, inner, fields);
    CudaBackend.check(CudaKernels.vc_cuda_dense_multiply(queue, fields));
  }

  @Override
  public void convert(TensorData from, TensorData to) {
    CudaBackend.check(
        CudaKernels.vc_cuda_dense_copy(
            queue,
            Address.of(from.memory()),
            DenseFields.type(from.type()),
            1,
            from.elements(),
            from.elements(),
            1,
            Address.of(to.memory()),
            DenseFields.type(to.type())));
  }

  @Override
  public void allFinite(TensorData x, TensorData out) {
    CudaBackend.check(
        CudaKernels.vc_cuda_dense_finite(
            queue,
            Address.of(x.memory()),
            DenseFields.type(x.type()),
            x.elements(),
            Address.of(out.memory())));
  }
}
