package org.virtualcell.compute;

import static org.virtualcell.compute.OperandShape.mismatch;
import static org.virtualcell.compute.OperandShape.require;
import static org.virtualcell.compute.OperandShape.requireRank;

import org.virtualcell.api.InvalidDataException;
import org.virtualcell.compute.spi.DenseKernels;
import org.virtualcell.compute.spi.Memory;

/** Checks the operands of dense products and hands them to the kernels; see {@link DenseOps}. */
final class CoreDenseOps implements DenseOps {
  private final CoreLane lane;
  private final DenseKernels kernels;

  CoreDenseOps(CoreLane lane, DenseKernels kernels) {
    this.lane = lane;
    this.kernels = kernels;
  }

  @Override
  public void multiply(DenseProduct how, Tensor a, Tensor b, Tensor out) {
    lane.enter("multiply");
    try {
      CoreTensor left = lane.use(a, false, "a");
      CoreTensor right = lane.use(b, false, "b");
      CoreTensor result = lane.use(out, true, "out");
      check(how, left, right, null, result);
      run(how, left, right, null, result);
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("multiply", failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public void multiply(DenseProduct how, Tensor a, PackedMatrix b, Tensor out) {
    lane.enter("multiply");
    try {
      CoreTensor left = lane.use(a, false, "a");
      CorePackedMatrix right = lane.use(b, false, "b");
      CoreTensor result = lane.use(out, true, "out");
      check(how, left, null, right, result);
      run(how, left, null, right, result);
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("multiply", failed);
    } finally {
      lane.exit();
    }
  }

  private void run(
      DenseProduct how, CoreTensor a, CoreTensor b, CorePackedMatrix packed, CoreTensor out) {
    if (out.elements() == 0) {
      return;
    }
    Memory scratch = lane.scratch(kernels.scratchBytes(how, a, b, packed, out));
    if (lane.runsNow()) {
      kernels.multiply(how, a, b, packed, out, scratch);
    } else {
      lane.note(() -> kernels.multiply(how, a, b, packed, out, scratch));
    }
  }

  @Override
  public long scratchBytes(DenseProduct how, Tensor a, Tensor b, Tensor out) {
    lane.enter("scratchBytes");
    try {
      CoreTensor left = lane.use(a, false, "a");
      CoreTensor right = lane.use(b, false, "b");
      CoreTensor result = lane.use(out, true, "out");
      check(how, left, right, null, result);
      return result.elements() == 0 ? 0 : kernels.scratchBytes(how, left, right, null, result);
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("scratchBytes", failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public long scratchBytes(DenseProduct how, Tensor a, PackedMatrix b, Tensor out) {
    lane.enter("scratchBytes");
    try {
      CoreTensor left = lane.use(a, false, "a");
      CorePackedMatrix right = lane.use(b, false, "b");
      CoreTensor result = lane.use(out, true, "out");
      check(how, left, null, right, result);
      return result.elements() == 0 ? 0 : kernels.scratchBytes(how, left, null, right, result);
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("scratchBytes", failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public void multiplyBatch(DenseBatch how, Tensor a, Tensor b, Tensor out) {
    lane.enter("multiplyBatch");
    try {
      CoreTensor left = lane.use(a, false, "a");
      CoreTensor right = lane.use(b, false, "b");
      CoreTensor result = lane.use(out, true, "out");
      check(how, left, right, result);
      if (isEmpty(how)) {
        return;
      }
      Memory scratch = lane.scratch(kernels.scratchBytes(how, left, right, result));
      if (lane.runsNow()) {
        kernels.multiplyBatch(how, left, right, result, scratch);
      } else {
        lane.note(() -> kernels.multiplyBatch(how, left, right, result, scratch));
      }
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("multiplyBatch", failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public long scratchBytes(DenseBatch how, Tensor a, Tensor b, Tensor out) {
    lane.enter("scratchBytes");
    try {
      CoreTensor left = lane.use(a, false, "a");
      CoreTensor right = lane.use(b, false, "b");
      CoreTensor result = lane.use(out, true, "out");
      check(how, left, right, result);
      return isEmpty(how) ? 0 : kernels.scratchBytes(how, left, right, result);
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("scratchBytes", failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public PackedMatrix packed(DType type, long rows, long columns) {
    lane.enter("packed");
    try {
      lane.requireNotRecording("packed");
      requireFloats(type, "packed");
      if (CoreTensor.elements(type, rows, columns) > Long.MAX_VALUE >> 8) {
        throw new InvalidDataException(
            "A matrix has more bytes than 64 bits can count",
            CoreTensor.name(type, rows, columns),
            "Pass smaller sizes.");
      }
      boolean rounded = type == DType.BF16 || lane.options().precision() == Precision.FAST;
      CoreTensor content =
          lane.content(
              "packed " + CoreTensor.name(type, rows, columns),
              kernels.packedType(),
              kernels.packedElements(rounded, rows, columns));
      return new CorePackedMatrix(content, type, rounded, rows, columns);
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("packed", failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public void pack(Tensor b, boolean transposed, PackedMatrix to) {
    lane.enter("pack");
    try {
      CoreTensor from = lane.use(b, false, "b");
      CorePackedMatrix packed = lane.use(to, true, "to");
      long first = transposed ? packed.columns() : packed.rows();
      long second = transposed ? packed.rows() : packed.columns();
      require(from, "b", packed.type(), first, second);
      if (from.elements() == 0) {
        return;
      }
      if (lane.runsNow()) {
        kernels.pack(from, transposed, packed);
      } else {
        lane.note(() -> kernels.pack(from, transposed, packed));
      }
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("pack", failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public void convert(Tensor from, Tensor to) {
    lane.enter("convert");
    try {
      CoreTensor source = lane.use(from, false, "from");
      CoreTensor target = lane.use(to, true, "to");
      requireFloats(source.type(), "from");
      requireFloats(target.type(), "to");
      if (source.type() == target.type() || source.elements() != target.elements()) {
        throw new InvalidDataException(
            "A conversion needs two types and one number of elements",
            "from: " + source + ", to: " + target,
            "Pass F32 and BF16 tensors of one size.");
      }
      if (source.elements() == 0) {
        return;
      }
      if (lane.runsNow()) {
        kernels.convert(source, target);
      } else {
        lane.note(() -> kernels.convert(source, target));
      }
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("convert", failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public void allFinite(Tensor x, Tensor out) {
    lane.enter("allFinite");
    try {
      CoreTensor numbers = lane.use(x, false, "x");
      CoreTensor answer = lane.use(out, true, "out");
      requireFloats(numbers.type(), "x");
      if (answer.type() != DType.I32 || answer.rank() != 1 || answer.size(0) != 1) {
        throw mismatch(answer, "out", CoreTensor.name(DType.I32, 1));
      }
      if (lane.runsNow()) {
        kernels.allFinite(numbers, answer);
      } else {
        lane.note(() -> kernels.allFinite(numbers, answer));
      }
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("allFinite", failed);
    } finally {
      lane.exit();
    }
  }

  // ---- the rules operands obey ----

  private void check(
      DenseProduct how, CoreTensor a, CoreTensor b, CorePackedMatrix packed, CoreTensor out) {
    requireFloats(a.type(), "a");
    requireRank(a, "a", 2);
    requireRank(out, "out", 2);
    long m = a.size(how.transposeA() ? 1 : 0);
    long k = a.size(how.transposeA() ? 0 : 1);
    long n = out.size(1);
    requireFloats(out.type(), "out");
    require(out, "out", out.type(), m, n);
    if (packed == null) {
      requireFloats(b.type(), "b");
      require(b, "b", b.type(), how.transposeB() ? n : k, how.transposeB() ? k : n);
    } else {
      requirePacked(how, a, packed, k, n);
    }
    if (how.accumulate()) {
      require(out, "out (accumulated)", DType.F32, m, n);
    }
    if (how.bias() != null) {
      CoreTensor bias = lane.use(how.bias(), false, "bias");
      if (bias.type() != DType.F32 || bias.rank() != 1 || bias.size(0) != n) {
        throw mismatch(bias, "bias", CoreTensor.name(DType.F32, n));
      }
    }
    if (how.residual() != null) {
      CoreTensor residual = lane.use(how.residual(), false, "residual");
      requireFloats(residual.type(), "residual");
      require(residual, "residual", residual.type(), m, n);
    }
    if (how.before() != null) {
      CoreTensor before = lane.use(how.before(), true, "before");
      requireFloats(before.type(), "before");
      require(before, "before", before.type(), m, n);
    }
    if (how.copy() != null) {
      require(lane.use(how.copy(), true, "copy"), "copy", DType.BF16, m, n);
    }
  }

  private void requirePacked(
      DenseProduct how, CoreTensor a, CorePackedMatrix packed, long k, long n) {
    if (how.transposeB() || packed.rows() != k || packed.columns() != n) {
      throw new InvalidDataException(
          "A packed matrix has another shape than the product needs, or is to be transposed",
          "b: " + packed + ", needed [" + k + ", " + n + "], " + how.transposeB(),
          "Pack it for this product; pack takes a transposed matrix.");
    }
    if (packed.rounded()
        && a.type() == DType.F32
        && lane.options().precision() == Precision.EXACT) {
      throw new InvalidDataException(
          "An exact product of single precision was asked of a rounded matrix",
          "b: " + packed + ", a: " + a,
          "Pack it from F32 on an exact lane, pass A as BF16, or use a fast lane.");
    }
  }

  private static boolean isEmpty(DenseBatch how) {
    return how.outer() == 0 || how.m() == 0 || how.n() == 0;
  }

  private static void check(DenseBatch how, CoreTensor a, CoreTensor b, CoreTensor out) {
    requireHolds(a, "a", how.a(), how, how.m(), how.k());
    requireHolds(b, "b", how.b(), how, how.k(), how.n());
    requireHolds(out, "out", how.out(), how, how.m(), how.n());
    if (how.accumulate() && out.type() != DType.F32) {
      throw mismatch(out, "out (accumulated)", DType.F32.toString());
    }
  }

  private static void requireHolds(
      CoreTensor tensor, String name, DenseBatch.View view, DenseBatch how, long rows, long n) {
    requireFloats(tensor.type(), name);
    if (view.end(how.outer(), how.inner(), rows, n) > tensor.elements()) {
      throw new InvalidDataException(
          "A tensor does not hold all matrices of a batch",
          name + ": " + tensor + ", " + view,
          "Pass a larger tensor or other strides.");
    }
  }

  private static void requireFloats(DType type, String what) {
    if (type != DType.F32 && type != DType.BF16) {
      throw new InvalidDataException(
          "A dense operation needs F32 or BF16", what + ", " + type, "Pass the documented type.");
    }
  }
}
