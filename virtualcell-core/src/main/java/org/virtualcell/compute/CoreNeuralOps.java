package org.virtualcell.compute;

import static org.virtualcell.compute.OperandShape.mismatch;
import static org.virtualcell.compute.OperandShape.require;
import static org.virtualcell.compute.OperandShape.requireRank;

import java.util.Objects;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.compute.spi.Memory;
import org.virtualcell.compute.spi.NeuralKernels;

/** Checks the operands and hands them to the kernels; see {@link NeuralOps}. */
final class CoreNeuralOps implements NeuralOps {
  private final CoreLane lane;
  private final NeuralKernels kernels;

  CoreNeuralOps(CoreLane lane, NeuralKernels kernels) {
    this.lane = lane;
    this.kernels = kernels;
  }

  @Override
  public void normalize(
      Normalization how, Tensor x, Tensor gain, Tensor bias, Tensor statistics, Tensor out) {
    lane.enter("normalize");
    try {
      CoreTensor theX = lane.use(x, false, "x");
      CoreTensor theGain = lane.use(gain, false, "gain");
      CoreTensor theBias = bias == null ? null : lane.use(bias, false, "bias");
      CoreTensor theStatistics = lane.use(statistics, true, "statistics");
      CoreTensor theOut = lane.use(out, true, "out");
      Objects.requireNonNull(how, "how");
      rows(theX, "x", DType.F32);
      row(theGain, "gain", theX.size(1));
      row(theBias, "bias", theX.size(1));
      require(theStatistics, "statistics", DType.F32, theX.size(0), 2);
      requireFloats(theOut, "out");
      require(theOut, "out", theOut.type(), theX.size(0), theX.size(1));
      if (theX.elements() == 0) {
        return;
      }
      if (lane.runsNow()) {
        kernels.normalize(how, theX, theGain, theBias, theStatistics, theOut);
      } else {
        lane.note(() -> kernels.normalize(how, theX, theGain, theBias, theStatistics, theOut));
      }
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("normalize", failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public void normalizeGradient(
      Normalization how,
      Tensor x,
      Tensor gain,
      Tensor statistics,
      Tensor slope,
      boolean add,
      Tensor dx,
      Tensor dGain,
      Tensor dBias) {
    lane.enter("normalizeGradient");
    try {
      CoreTensor theX = lane.use(x, false, "x");
      CoreTensor theGain = lane.use(gain, false, "gain");
      CoreTensor theStatistics = lane.use(statistics, false, "statistics");
      CoreTensor theSlope = lane.use(slope, false, "slope");
      CoreTensor theDx = lane.use(dx, true, "dx");
      CoreTensor theDGain = lane.use(dGain, true, "dGain");
      CoreTensor theDBias = dBias == null ? null : lane.use(dBias, true, "dBias");
      Objects.requireNonNull(how, "how");
      rows(theX, "x", DType.F32);
      row(theGain, "gain", theX.size(1));
      require(theStatistics, "statistics", DType.F32, theX.size(0), 2);
      requireFloats(theSlope, "slope");
      require(theSlope, "slope", theSlope.type(), theX.size(0), theX.size(1));
      require(theDx, "dx", DType.F32, theX.size(0), theX.size(1));
      row(theDGain, "dGain", theX.size(1));
      row(theDBias, "dBias", theX.size(1));
      if (theDGain.elements() == 0) {
        return;
      }
      if (lane.runsNow()) {
        kernels.normalizeGradient(
            how, theX, theGain, theStatistics, theSlope, add, theDx, theDGain, theDBias);
      } else {
        lane.note(
            () ->
                kernels.normalizeGradient(
                    how, theX, theGain, theStatistics, theSlope, add, theDx, theDGain, theDBias));
      }
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("normalizeGradient", failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public void activate(Activation activation, Tensor x, Tensor out) {
    lane.enter("activate");
    try {
      CoreTensor theX = lane.use(x, false, "x");
      CoreTensor theOut = lane.use(out, true, "out");
      Objects.requireNonNull(activation, "activation");
      requireFloats(theX, "x");
      requireFloats(theOut, "out");
      requireSame(theX, theOut, "out", theOut.type());
      if (theX.elements() == 0) {
        return;
      }
      if (lane.runsNow()) {
        kernels.activate(activation, theX, theOut);
      } else {
        lane.note(() -> kernels.activate(activation, theX, theOut));
      }
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("activate", failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public void activateGradient(Activation activation, Tensor x, Tensor slope, Tensor dx) {
    lane.enter("activateGradient");
    try {
      CoreTensor theX = lane.use(x, false, "x");
      CoreTensor theSlope = lane.use(slope, false, "slope");
      CoreTensor theDx = lane.use(dx, true, "dx");
      Objects.requireNonNull(activation, "activation");
      requireFloats(theX, "x");
      requireFloats(theSlope, "slope");
      requireFloats(theDx, "dx");
      requireSame(theX, theSlope, "slope", theSlope.type());
      requireSame(theX, theDx, "dx", theDx.type());
      if (theX.elements() == 0) {
        return;
      }
      if (lane.runsNow()) {
        kernels.activateGradient(activation, theX, theSlope, theDx);
      } else {
        lane.note(() -> kernels.activateGradient(activation, theX, theSlope, theDx));
      }
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("activateGradient", failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public void gate(Tensor x, Tensor out) {
    lane.enter("gate");
    try {
      CoreTensor theX = lane.use(x, false, "x");
      CoreTensor theOut = lane.use(out, true, "out");
      gated(theX, "x", theOut, "out");
      if (theOut.elements() == 0) {
        return;
      }
      if (lane.runsNow()) {
        kernels.gate(theX, theOut);
      } else {
        lane.note(() -> kernels.gate(theX, theOut));
      }
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("gate", failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public void gateGradient(Tensor x, Tensor slope, Tensor dx) {
    lane.enter("gateGradient");
    try {
      CoreTensor theX = lane.use(x, false, "x");
      CoreTensor theSlope = lane.use(slope, false, "slope");
      CoreTensor theDx = lane.use(dx, true, "dx");
      gated(theX, "x", theSlope, "slope");
      gated(theDx, "dx", theSlope, "slope");
      if (theSlope.elements() == 0) {
        return;
      }
      if (lane.runsNow()) {
        kernels.gateGradient(theX, theSlope, theDx);
      } else {
        lane.note(() -> kernels.gateGradient(theX, theSlope, theDx));
      }
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("gateGradient", failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public void attention(SetAttention how, Tensor qkv, Tensor logSums, Tensor out) {
    lane.enter("attention");
    try {
      CoreTensor theQkv = lane.use(qkv, false, "qkv");
      CoreTensor theLogSums = lane.use(logSums, true, "logSums");
      CoreTensor theOut = lane.use(out, true, "out");
      Objects.requireNonNull(how, "how");
      attended(how, theQkv, theLogSums, theOut, "out");
      if (theOut.elements() == 0) {
        return;
      }
      Memory scratch = lane.scratch(kernels.attentionScratch(how, theQkv.type(), false));
      if (lane.runsNow()) {
        kernels.attention(how, theQkv, theLogSums, theOut, scratch);
      } else {
        lane.note(() -> kernels.attention(how, theQkv, theLogSums, theOut, scratch));
      }
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("attention", failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public void attentionGradient(
      SetAttention how, Tensor qkv, Tensor logSums, Tensor out, Tensor slope, Tensor dQkv) {
    lane.enter("attentionGradient");
    try {
      CoreTensor theQkv = lane.use(qkv, false, "qkv");
      CoreTensor theLogSums = lane.use(logSums, false, "logSums");
      CoreTensor theOut = lane.use(out, false, "out");
      CoreTensor theSlope = lane.use(slope, false, "slope");
      CoreTensor theDQkv = lane.use(dQkv, true, "dQkv");
      Objects.requireNonNull(how, "how");
      attended(how, theQkv, theLogSums, theOut, "out");
      require(theSlope, "slope", theQkv.type(), how.rows(), how.width());
      require(theDQkv, "dQkv", theQkv.type(), how.rows(), 3L * how.width());
      if (theOut.elements() == 0) {
        return;
      }
      Memory scratch = lane.scratch(kernels.attentionScratch(how, theQkv.type(), true));
      if (lane.runsNow()) {
        kernels.attentionGradient(how, theQkv, theLogSums, theOut, theSlope, theDQkv, scratch);
      } else {
        lane.note(
            () ->
                kernels.attentionGradient(
                    how, theQkv, theLogSums, theOut, theSlope, theDQkv, scratch));
      }
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("attentionGradient", failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public void addRows(Tensor table, Tensor index, long repeat, Tensor out) {
    lane.enter("addRows");
    try {
      CoreTensor theTable = lane.use(table, false, "table");
      CoreTensor theIndex = lane.use(index, false, "index");
      CoreTensor theOut = lane.use(out, true, "out");
      indexed(theTable, "table", theIndex, repeat, theOut, "out");
      if (theOut.elements() == 0) {
        return;
      }
      if (lane.runsNow()) {
        kernels.addRows(theTable, theIndex, repeat, theOut);
      } else {
        lane.note(() -> kernels.addRows(theTable, theIndex, repeat, theOut));
      }
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("addRows", failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public void addRowsGradient(Tensor slope, Tensor index, long repeat, Tensor dTable) {
    lane.enter("addRowsGradient");
    try {
      CoreTensor theSlope = lane.use(slope, false, "slope");
      CoreTensor theIndex = lane.use(index, false, "index");
      CoreTensor theDTable = lane.use(dTable, true, "dTable");
      indexed(theDTable, "dTable", theIndex, repeat, theSlope, "slope");
      if (theDTable.elements() == 0) {
        return;
      }
      if (lane.runsNow()) {
        kernels.addRowsGradient(theSlope, theIndex, repeat, theDTable);
      } else {
        lane.note(() -> kernels.addRowsGradient(theSlope, theIndex, repeat, theDTable));
      }
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("addRowsGradient", failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public void add(float factor, Tensor x, Tensor out) {
    lane.enter("add");
    try {
      CoreTensor theX = lane.use(x, false, "x");
      CoreTensor theOut = lane.use(out, true, "out");
      requireFinite(factor, "factor");
      requireFloats(theX, "x");
      requireFloats(theOut, "out");
      requireSame(theX, theOut, "out", theOut.type());
      if (theX.elements() == 0) {
        return;
      }
      if (lane.runsNow()) {
        kernels.add(factor, theX, theOut);
      } else {
        lane.note(() -> kernels.add(factor, theX, theOut));
      }
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("add", failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public void columnSums(Tensor x, Tensor out) {
    lane.enter("columnSums");
    try {
      CoreTensor theX = lane.use(x, false, "x");
      CoreTensor theOut = lane.use(out, true, "out");
      requireFloats(theX, "x");
      rows(theX, "x", theX.type());
      row(theOut, "out", theX.size(1));
      if (theOut.elements() == 0) {
        return;
      }
      if (lane.runsNow()) {
        kernels.columnSums(theX, theOut);
      } else {
        lane.note(() -> kernels.columnSums(theX, theOut));
      }
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("columnSums", failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public void copyColumns(Tensor x, long from, Tensor out, long to, long count) {
    lane.enter("copyColumns");
    try {
      CoreTensor theX = lane.use(x, false, "x");
      CoreTensor theOut = lane.use(out, true, "out");
      requireFloats(theX, "x");
      requireFloats(theOut, "out");
      rows(theX, "x", theX.type());
      rows(theOut, "out", theOut.type());
      require(theOut, "out", theOut.type(), theX.size(0), theOut.size(1));
      requireColumns(theX, "x", from, count);
      requireColumns(theOut, "out", to, count);
      if (theX.elements() == 0) {
        return;
      }
      if (lane.runsNow()) {
        kernels.copyColumns(theX, from, theOut, to, count);
      } else {
        lane.note(() -> kernels.copyColumns(theX, from, theOut, to, count));
      }
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("copyColumns", failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public void meanSquare(float weight, Tensor x, Tensor y, Tensor out, Tensor dx) {
    lane.enter("meanSquare");
    try {
      CoreTensor theX = lane.use(x, false, "x");
      CoreTensor theY = lane.use(y, false, "y");
      CoreTensor theOut = lane.use(out, true, "out");
      CoreTensor theDx = lane.use(dx, true, "dx");
      requireFinite(weight, "weight");
      requireSame(theX, theX, "x", DType.F32);
      requireSame(theX, theY, "y", DType.F32);
      requireSame(theX, theDx, "dx", DType.F32);
      row(theOut, "out", 1);
      if (theOut.elements() == 0) {
        return;
      }
      if (lane.runsNow()) {
        kernels.meanSquare(weight, theX, theY, theOut, theDx);
      } else {
        lane.note(() -> kernels.meanSquare(weight, theX, theY, theOut, theDx));
      }
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("meanSquare", failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public void squaredSum(Tensor x, Tensor out, int at) {
    lane.enter("squaredSum");
    try {
      CoreTensor theX = lane.use(x, false, "x");
      CoreTensor theOut = lane.use(out, true, "out");
      requireFloats(theX, "x");
      requireRank(theOut, "out", 1);
      row(theOut, "out", theOut.size(0));
      if (at < 0 || at >= theOut.size(0)) {
        throw new InvalidDataException(
            "A sum goes beyond its tensor",
            "element " + at + " of " + theOut,
            "Pass a larger one.");
      }
      if (theOut.elements() == 0) {
        return;
      }
      if (lane.runsNow()) {
        kernels.squaredSum(theX, theOut, at);
      } else {
        lane.note(() -> kernels.squaredSum(theX, theOut, at));
      }
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("squaredSum", failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public void clip(Tensor squares, float most, Tensor control) {
    lane.enter("clip");
    try {
      CoreTensor theSquares = lane.use(squares, false, "squares");
      CoreTensor theControl = lane.use(control, true, "control");
      requireRank(theSquares, "squares", 1);
      row(theSquares, "squares", theSquares.size(0));
      row(theControl, "control", CONTROL);
      if (!(most > 0)) {
        throw new InvalidDataException(
            "A bound of a norm is not above zero", "most " + most, "Pass a positive bound.");
      }
      if (theControl.elements() == 0) {
        return;
      }
      if (lane.runsNow()) {
        kernels.clip(theSquares, most, theControl);
      } else {
        lane.note(() -> kernels.clip(theSquares, most, theControl));
      }
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("clip", failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public void adamw(
      AdamWeights how,
      Tensor control,
      Tensor gradient,
      Tensor weights,
      Tensor m,
      Tensor v,
      Tensor mean) {
    lane.enter("adamw");
    try {
      CoreTensor theControl = lane.use(control, false, "control");
      CoreTensor theGradient = lane.use(gradient, false, "gradient");
      CoreTensor theWeights = lane.use(weights, true, "weights");
      CoreTensor theM = lane.use(m, true, "m");
      CoreTensor theV = lane.use(v, true, "v");
      CoreTensor theMean = mean == null ? null : lane.use(mean, true, "mean");
      Objects.requireNonNull(how, "how");
      row(theControl, "control", CONTROL);
      requireSame(theGradient, theGradient, "gradient", DType.F32);
      requireSame(theGradient, theWeights, "weights", DType.F32);
      requireSame(theGradient, theM, "m", DType.F32);
      requireSame(theGradient, theV, "v", DType.F32);
      if (theMean != null) {
        requireSame(theGradient, theMean, "mean", DType.F32);
      }
      if (theGradient.elements() == 0) {
        return;
      }
      if (lane.runsNow()) {
        kernels.adamw(how, theControl, theGradient, theWeights, theM, theV, theMean);
      } else {
        lane.note(
            () -> kernels.adamw(how, theControl, theGradient, theWeights, theM, theV, theMean));
      }
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("adamw", failed);
    } finally {
      lane.exit();
    }
  }

  // ---- the rules operands obey ----

  static void requireFloats(CoreTensor tensor, String name) {
    if (tensor.type() != DType.F32 && tensor.type() != DType.BF16) {
      throw mismatch(tensor, name, "F32 or BF16");
    }
  }

  /** As many elements as another operand has, of a type. */
  static void requireSame(CoreTensor like, CoreTensor tensor, String name, DType type) {
    if (tensor.type() != type || tensor.elements() != like.elements()) {
      throw mismatch(tensor, name, like.elements() + " elements of " + type);
    }
    requireFloats(tensor, name);
  }

  private static void rows(CoreTensor tensor, String name, DType type) {
    requireRank(tensor, name, 2);
    if (tensor.type() != type) {
      throw mismatch(tensor, name, type.toString());
    }
  }

  /** A vector of single precision, if there is one. */
  private static void row(CoreTensor tensor, String name, long width) {
    if (tensor != null) {
      require(tensor, name, DType.F32, width);
    }
  }

  private static void gated(CoreTensor wide, String wideName, CoreTensor out, String name) {
    requireFloats(wide, wideName);
    requireFloats(out, name);
    rows(out, name, out.type());
    require(wide, wideName, wide.type(), out.size(0), 2 * out.size(1));
  }

  private static void attended(
      SetAttention how, CoreTensor qkv, CoreTensor logSums, CoreTensor out, String name) {
    requireFloats(qkv, "qkv");
    require(qkv, "qkv", qkv.type(), how.rows(), 3L * how.width());
    require(logSums, "logSums", DType.F32, how.rows() * how.heads());
    require(out, name, qkv.type(), how.rows(), how.width());
  }

  private static void indexed(
      CoreTensor table,
      String tableName,
      CoreTensor index,
      long repeat,
      CoreTensor rows,
      String n) {
    requireRank(table, tableName, 2);
    require(table, tableName, DType.F32, table.size(0), table.size(1));
    rows(rows, n, DType.F32);
    require(rows, n, DType.F32, rows.size(0), table.size(1));
    if (repeat < 1 || rows.size(0) % repeat != 0) {
      throw new InvalidDataException(
          "Rows cannot be shared out to indices",
          rows.size(0) + " rows, " + repeat + " for each index",
          "Pass a number of rows that is a multiple.");
    }
    require(index, "index", DType.I32, rows.size(0) / repeat);
  }

  private static void requireColumns(CoreTensor tensor, String name, long from, long count) {
    if (from < 0 || count < 0 || from > tensor.size(1) - count) {
      throw new InvalidDataException(
          "Columns leave their tensor",
          name + ": " + count + " columns from " + from + " of " + tensor,
          "Pass columns that are there.");
    }
  }

  private static void requireFinite(float value, String name) {
    if (!Float.isFinite(value)) {
      throw new InvalidDataException(
          "A factor is not finite", name + " " + value, "Pass a finite number.");
    }
  }
}
