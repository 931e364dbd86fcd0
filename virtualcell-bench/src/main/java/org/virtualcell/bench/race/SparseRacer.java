package org.virtualcell.bench.race;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.virtualcell.compute.Activation;
import org.virtualcell.compute.CsrTensor;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.Packing;
import org.virtualcell.compute.SparseOps;
import org.virtualcell.compute.Tensor;

/**
 * The sparse operations on a matrix x, value packing. Value op:
 *
 * <ul>
 *   <li>{@code multiply}: weights w, value columns; result out = x w
 *   <li>{@code hidden}: the same of the normalised logarithms, from counts
 *   <li>{@code gradient}: d, value columns; result out = normalised logarithms' d
 *   <li>{@code groups}: group, value groups; results sums, squares, detections
 *   <li>{@code normalise}: result values, the normalised logarithms
 * </ul>
 */
public final class SparseRacer implements Racer {
  private static final float TOTAL = 1e4f;

  private final List<Tensor> tensors = new ArrayList<>();
  private String op;
  private Lane lane;
  private CsrTensor x;
  private CsrTensor logarithms;
  private Tensor scale;
  private Tensor dense;
  private Tensor group;
  private Tensor out;
  private Tensor squares;
  private Tensor detections;

  /** Creates the racer. */
  public SparseRacer() {}

  @Override
  public void prepare(RaceInputs inputs, Lane on) throws IOException {
    lane = on;
    op = inputs.text("op");
    x = lane.csr(inputs.csr("x"), Packing.valueOf(inputs.text("packing")));
    scale = tensor(DType.F32, x.rows());
    switch (op) {
      case "multiply", "hidden" -> {
        long columns = inputs.number("columns");
        dense = tensor(DType.F32, x.genes(), columns);
        lane.upload(inputs.floats("w"), dense);
        out = tensor(DType.F32, x.rows(), columns);
      }
      case "gradient" -> {
        long columns = inputs.number("columns");
        dense = tensor(DType.F32, x.rows(), columns);
        lane.upload(inputs.floats("d"), dense);
        out = tensor(DType.F32, x.genes(), columns);
        lane.sparse().rowScale(x, TOTAL, scale);
      }
      case "groups" -> {
        long groups = inputs.number("groups");
        group = tensor(DType.I32, x.rows());
        lane.upload(inputs.ints("group"), group);
        out = tensor(DType.I64, groups, x.genes());
        squares = tensor(DType.I64, groups, x.genes());
        detections = tensor(DType.I32, groups, x.genes());
      }
      case "normalise" -> logarithms = lane.csrLike(x);
      default -> throw new IllegalArgumentException("No such operation: " + op);
    }
  }

  private Tensor tensor(DType type, long... shape) {
    Tensor tensor = lane.tensor(type, shape);
    tensors.add(tensor);
    return tensor;
  }

  @Override
  public void run() {
    SparseOps sparse = lane.sparse();
    switch (op) {
      case "multiply" -> sparse.multiply(x, dense, out);
      case "hidden" -> {
        sparse.rowScale(x, TOTAL, scale);
        sparse.countsToHidden(x, scale, dense, null, Activation.NONE, out);
      }
      case "gradient" -> sparse.transposedLogMultiply(x, scale, dense, out);
      case "groups" -> sparse.groupSums(x, group, out, squares, detections);
      default -> {
        sparse.rowScale(x, TOTAL, scale);
        sparse.logNormalize(x, scale, logarithms);
      }
    }
    lane.synchronize();
  }

  @Override
  public void save(RaceOutputs outputs) throws IOException {
    switch (op) {
      case "groups" -> {
        outputs.write("sums", longs(out));
        outputs.write("squares", longs(squares));
        int[] seen = new int[Math.toIntExact(detections.elements())];
        lane.download(detections, seen);
        outputs.write("detections", seen);
      }
      case "normalise" -> {
        float[] values = new float[Math.toIntExact(logarithms.nonZeros())];
        var matrix = lane.download(logarithms);
        for (int k = 0; k < values.length; k++) {
          values[k] = matrix.valueAt(k);
        }
        outputs.write("values", values);
      }
      default -> {
        float[] values = new float[Math.toIntExact(out.elements())];
        lane.download(out, values);
        outputs.write("out", values);
      }
    }
  }

  private long[] longs(Tensor from) {
    long[] values = new long[Math.toIntExact(from.elements())];
    lane.download(from, values);
    return values;
  }

  @Override
  public void close() {
    tensors.forEach(Tensor::close);
    if (logarithms != null) {
      logarithms.close();
    }
    x.close();
  }
}
