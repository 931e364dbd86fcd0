package org.virtualcell.accelerator;

import org.virtualcell.compute.Activation;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Op;
import org.virtualcell.compute.Precision;
import org.virtualcell.compute.spi.CsrData;
import org.virtualcell.compute.spi.Memory;
import org.virtualcell.compute.spi.SparseKernels;
import org.virtualcell.compute.spi.TensorData;

/** The sparse kernels of one queue; each call enqueues and returns. */
final class CudaSparseKernels extends SparseKernels {
  /** {@code VC_F32}. */
  private static final int F32 = 0;

  /** {@code VC_BF16}. */
  private static final int BF16 = 1;

  private final long queue;

  /** {@code VC_EXACT} or {@code VC_FAST}. */
  private final int precision;

  private final long[] fields = new long[CsrFields.COUNT];

  CudaSparseKernels(long queue, Precision precision) {
    this.queue = queue;
    this.precision = precision == Precision.FAST ? 1 : 0;
  }

  @Override
  public long scratchBytes(Op op, CsrData x, long columns) {
    return switch (op) {
      case TRANSPOSED_MULTIPLY, TRANSPOSED_LOG_MULTIPLY ->
          CudaKernels.vc_cuda_csr_transposed_scratch(x.rows(), x.genes(), columns);
      case GROUP_SUMS, LOG_GROUP_SUMS -> CudaKernels.vc_cuda_group_sums_scratch(x.rows(), columns);
      default -> 0;
    };
  }

  @Override
  public void rowScale(CsrData x, float total, TensorData out, Memory scratch) {
    CudaBackend.check(CudaKernels.vc_cuda_row_scale(queue, write(x), total, address(out)));
  }

  @Override
  public void copyStructure(CsrData x, CsrData out) {
    CudaBackend.check(
        CudaKernels.vc_cuda_copy_structure(
            queue, write(x), Address.of(out.rowStart()), Address.of(out.gene())));
  }

  @Override
  public void logNormalize(CsrData x, TensorData scale, CsrData out, Memory scratch) {
    CudaBackend.check(
        CudaKernels.vc_cuda_log_normalize(
            queue, write(x), address(scale), Address.of(out.value())));
  }

  @Override
  public void multiply(CsrData x, TensorData scale, TensorData w, TensorData out, Memory scratch) {
    countsToHidden(x, scale, w, null, Activation.NONE, out, scratch);
  }

  @Override
  public void countsToHidden(
      CsrData x,
      TensorData scale,
      TensorData w,
      TensorData bias,
      Activation activation,
      TensorData out,
      Memory scratch) {
    CudaBackend.check(
        CudaKernels.vc_cuda_csr_dense(
            queue,
            write(x),
            address(scale),
            w.size(1),
            address(w),
            w.type() == DType.BF16 ? BF16 : F32,
            address(bias),
            activation.number(),
            precision,
            address(out)));
  }

  @Override
  public void transposedMultiply(
      CsrData x, TensorData scale, TensorData d, TensorData out, Memory scratch) {
    CudaBackend.check(
        CudaKernels.vc_cuda_csr_transposed(
            queue,
            write(x),
            address(scale),
            d.size(1),
            address(d),
            precision,
            Address.of(scratch),
            address(out)));
  }

  @Override
  public void groupSums(
      CsrData x,
      TensorData scale,
      TensorData group,
      TensorData sums,
      TensorData squares,
      TensorData detections,
      Memory scratch) {
    CudaBackend.check(
        CudaKernels.vc_cuda_group_sums(
            queue,
            write(x),
            address(scale),
            sums.size(0),
            address(group),
            sums.type() == DType.I64 ? 1 : 0,
            Address.of(scratch),
            address(sums),
            address(squares),
            address(detections)));
  }

  private long[] write(CsrData x) {
    CsrFields.write(x, fields);
    return fields;
  }

  private static long address(TensorData tensor) {
    return tensor == null ? 0 : Address.of(tensor.memory());
  }
}
