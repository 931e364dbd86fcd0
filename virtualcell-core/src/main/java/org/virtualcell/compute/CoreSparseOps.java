package org.virtualcell.compute;

import static org.virtualcell.compute.OperandShape.require;
import static org.virtualcell.compute.OperandShape.requireRank;

import org.virtualcell.api.InvalidDataException;
import org.virtualcell.compute.spi.Memory;
import org.virtualcell.compute.spi.SparseKernels;

/**
 * Checks the operands of sparse operations and hands them to the kernels; see {@link SparseOps}.
 */
final class CoreSparseOps implements SparseOps {
  private final CoreLane lane;
  private final SparseKernels kernels;

  CoreSparseOps(CoreLane lane, SparseKernels kernels) {
    this.lane = lane;
    this.kernels = kernels;
  }

  @Override
  public void rowScale(CsrTensor x, float total, Tensor out) {
    lane.enter("rowScale");
    try {
      CoreCsrTensor cells = lane.use(x, false, "x");
      CoreTensor factors = lane.use(out, true, "out");
      requireNonNegative(cells);
      require(factors, "out", DType.F32, cells.rows());
      if (!(total > 0) || !Float.isFinite(total)) {
        throw new InvalidDataException(
            "Cells are scaled to a total that is not positive and finite",
            "total " + total,
            "Pass 10,000, for instance.");
      }
      Memory scratch = lane.scratch(kernels.scratchBytes(Op.ROW_SCALE, cells, 0));
      if (lane.runsNow()) {
        kernels.rowScale(cells, total, factors, scratch);
      } else {
        lane.note(() -> kernels.rowScale(cells, total, factors, scratch));
      }
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("rowScale", failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public void logNormalize(CsrTensor x, Tensor s, CsrTensor out) {
    lane.enter("logNormalize");
    try {
      CoreCsrTensor cells = lane.use(x, false, "x");
      CoreTensor scale = scale(cells, s);
      CoreCsrTensor values = lane.use(out, true, "out");
      if (values.packing() != Packing.PLAIN || !values.hasStructureOf(cells)) {
        throw new InvalidDataException(
            "The output does not have the structure of the input",
            "out: " + values + ", x: " + cells,
            "Make it by csrLike from x.");
      }
      Memory scratch = lane.scratch(kernels.scratchBytes(Op.LOG_NORMALIZE, cells, 0));
      if (lane.runsNow()) {
        kernels.logNormalize(cells, scale, values, scratch);
      } else {
        lane.note(() -> kernels.logNormalize(cells, scale, values, scratch));
      }
      values.facts(CoreCsrTensor.Facts.NON_NEGATIVE);
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("logNormalize", failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public void multiply(CsrTensor x, Tensor w, Tensor out) {
    product(Op.MULTIPLY, "multiply", x, null, w, out);
  }

  @Override
  public void logMultiply(CsrTensor x, Tensor s, Tensor w, Tensor out) {
    product(Op.LOG_MULTIPLY, "logMultiply", x, s, w, out);
  }

  @Override
  public void countsToHidden(
      CsrTensor x, Tensor s, Tensor w, Tensor bias, Activation activation, Tensor out) {
    lane.enter("countsToHidden");
    try {
      CoreCsrTensor cells = lane.use(x, false, "x");
      CoreTensor scale = scale(cells, s);
      CoreTensor weights = lane.use(w, false, "w");
      CoreTensor offsets = bias == null ? null : lane.use(bias, false, "bias");
      CoreTensor result = lane.use(out, true, "out");
      requireRank(weights, "w", 2);
      long n = weights.size(1);
      requireWeights(weights, "w", cells.genes(), n);
      if (offsets != null) {
        require(offsets, "bias", DType.F32, n);
      }
      if (activation == null) {
        throw new InvalidDataException(
            "An operand is null", "activation", "Pass Activation.NONE for none.");
      }
      require(result, "out", DType.F32, cells.rows(), n);
      Memory scratch = lane.scratch(kernels.scratchBytes(Op.COUNTS_TO_HIDDEN, cells, n));
      if (!lane.runsNow()) {
        lane.note(() -> hidden(cells, scale, weights, offsets, activation, result, scratch));
      } else {
        hidden(cells, scale, weights, offsets, activation, result, scratch);
      }
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("countsToHidden", failed);
    } finally {
      lane.exit();
    }
  }

  private void hidden(
      CoreCsrTensor cells,
      CoreTensor scale,
      CoreTensor weights,
      CoreTensor offsets,
      Activation activation,
      CoreTensor result,
      Memory scratch) {
    if (result.elements() > 0) {
      kernels.countsToHidden(cells, scale, weights, offsets, activation, result, scratch);
    }
  }

  @Override
  public void transposedMultiply(CsrTensor x, Tensor d, Tensor out) {
    product(Op.TRANSPOSED_MULTIPLY, "transposedMultiply", x, null, d, out);
  }

  @Override
  public void transposedLogMultiply(CsrTensor x, Tensor s, Tensor d, Tensor out) {
    product(Op.TRANSPOSED_LOG_MULTIPLY, "transposedLogMultiply", x, s, d, out);
  }

  private void product(Op op, String name, CsrTensor x, Tensor s, Tensor dense, Tensor out) {
    boolean transposed = op == Op.TRANSPOSED_MULTIPLY || op == Op.TRANSPOSED_LOG_MULTIPLY;
    boolean log = op == Op.LOG_MULTIPLY || op == Op.TRANSPOSED_LOG_MULTIPLY;
    lane.enter(name);
    try {
      CoreCsrTensor cells = lane.use(x, false, "x");
      CoreTensor scale = log ? scale(cells, s) : null;
      CoreTensor factor = lane.use(dense, false, transposed ? "d" : "w");
      CoreTensor result = lane.use(out, true, "out");
      requireRank(factor, transposed ? "d" : "w", 2);
      long n = factor.size(1);
      if (transposed) {
        require(factor, "d", DType.F32, cells.rows(), n);
      } else {
        requireWeights(factor, "w", cells.genes(), n);
      }
      require(result, "out", DType.F32, transposed ? cells.genes() : cells.rows(), n);
      Memory scratch = lane.scratch(kernels.scratchBytes(op, cells, n));
      if (!lane.runsNow()) {
        lane.note(() -> product(transposed, cells, scale, factor, result, scratch));
      } else {
        product(transposed, cells, scale, factor, result, scratch);
      }
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure(name, failed);
    } finally {
      lane.exit();
    }
  }

  private void product(
      boolean transposed,
      CoreCsrTensor cells,
      CoreTensor scale,
      CoreTensor factor,
      CoreTensor result,
      Memory scratch) {
    if (result.elements() == 0) {
      return;
    }
    if (transposed) {
      kernels.transposedMultiply(cells, scale, factor, result, scratch);
    } else {
      kernels.multiply(cells, scale, factor, result, scratch);
    }
  }

  @Override
  public void groupSums(CsrTensor x, Tensor group, Tensor sums, Tensor squares, Tensor detections) {
    groupSums(Op.GROUP_SUMS, "groupSums", x, null, group, sums, squares, detections);
  }

  @Override
  public void logGroupSums(
      CsrTensor x, Tensor s, Tensor group, Tensor sums, Tensor squares, Tensor detections) {
    groupSums(Op.LOG_GROUP_SUMS, "logGroupSums", x, s, group, sums, squares, detections);
  }

  private void groupSums(
      Op op,
      String name,
      CsrTensor x,
      Tensor s,
      Tensor group,
      Tensor sums,
      Tensor squares,
      Tensor detections) {
    lane.enter(name);
    try {
      CoreCsrTensor cells = lane.use(x, false, "x");
      CoreTensor scale = op == Op.LOG_GROUP_SUMS ? scale(cells, s) : null;
      CoreTensor groups = lane.use(group, false, "group");
      CoreTensor sum = lane.use(sums, true, "sums");
      CoreTensor square = lane.use(squares, true, "squares");
      CoreTensor detected = lane.use(detections, true, "detections");
      require(groups, "group", DType.I32, cells.rows());
      requireRank(sum, "sums", 2);
      long n = sum.size(0);
      boolean exact = sum.type() == DType.I64 && op == Op.GROUP_SUMS;
      DType type = exact ? DType.I64 : DType.F32;
      require(sum, "sums", type, n, cells.genes());
      require(square, "squares", type, n, cells.genes());
      require(detected, "detections", DType.I32, n, cells.genes());
      if (exact) {
        requireExactSums(cells);
      }
      Memory scratch = lane.scratch(kernels.scratchBytes(op, cells, n));
      if (sum.elements() == 0) {
        return;
      }
      if (lane.runsNow()) {
        kernels.groupSums(cells, scale, groups, sum, square, detected, scratch);
      } else {
        lane.note(() -> kernels.groupSums(cells, scale, groups, sum, square, detected, scratch));
      }
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure(name, failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public long scratchBytes(Op op, CsrTensor x, long columns) {
    lane.enter("scratchBytes");
    try {
      if (columns < 0) {
        throw new InvalidDataException(
            "A number of columns is negative", columns + " columns", "Pass zero or more.");
      }
      return kernels.scratchBytes(op, lane.use(x, false, "x"), columns);
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("scratchBytes", failed);
    } finally {
      lane.exit();
    }
  }

  // ---- the rules operands obey ----

  private CoreTensor scale(CoreCsrTensor x, Tensor s) {
    CoreTensor scale = lane.use(s, false, "s");
    require(scale, "s", DType.F32, x.rows());
    requireNonNegative(x);
    return scale;
  }

  private static void requireNonNegative(CoreCsrTensor x) {
    if (!x.nonNegative()) {
      throw new InvalidDataException(
          "The operation needs values of zero or more", "x: " + x, "Pass counts.");
    }
  }

  private static void requireExactSums(CoreCsrTensor x) {
    if (!x.wholeNumbers()) {
      throw new InvalidDataException(
          "Whole sums were asked of values that are not whole numbers",
          "x: " + x,
          "Pass counts, or F32 tensors for sums and squares.");
    }
    long square = x.facts().largest() * x.facts().largest();
    if (square > 0 && x.rows() > Long.MAX_VALUE / square) {
      throw new InvalidDataException(
          "Sums of squares could exceed 64 bits",
          "x: " + x + ", values up to " + x.facts().largest(),
          "Pass F32 tensors for sums and squares.");
    }
  }

  /** Weights come in single precision or in bfloat16. */
  private static void requireWeights(CoreTensor tensor, String name, long rows, long columns) {
    require(tensor, name, tensor.type() == DType.BF16 ? DType.BF16 : DType.F32, rows, columns);
  }
}
