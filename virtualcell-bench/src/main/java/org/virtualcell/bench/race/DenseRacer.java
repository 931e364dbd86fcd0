package org.virtualcell.bench.race;

import java.io.IOException;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.DenseProduct;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.PackedMatrix;
import org.virtualcell.compute.Tensor;

/**
 * Dense products: factors a and b, values m, n, k, turned (a, b or none), type (F32 or BF16, of
 * factors and result), packed (whether b is packed before), repeat; result out.
 */
public final class DenseRacer implements Racer {
  private Lane lane;
  private DenseProduct how;
  private Tensor a;
  private Tensor b;
  private Tensor out;
  private PackedMatrix packed;
  private int repeat;

  /** Creates the racer. */
  public DenseRacer() {}

  @Override
  public void prepare(RaceInputs inputs, Lane on) throws IOException {
    lane = on;
    int m = inputs.number("m");
    int n = inputs.number("n");
    int k = inputs.number("k");
    String turned = inputs.text("turned");
    DType type = DType.valueOf(inputs.text("type"));
    repeat = inputs.number("repeat");
    how = DenseProduct.plain();
    how = turned.equals("a") ? how.ofTransposedA() : how;
    how = turned.equals("b") ? how.ofTransposedB() : how;
    a = upload(inputs.floats("a"), type, turned.equals("a") ? k : m, turned.equals("a") ? m : k);
    b = upload(inputs.floats("b"), type, turned.equals("b") ? n : k, turned.equals("b") ? k : n);
    out = lane.tensor(type, m, n);
    if (inputs.text("packed").equals("True")) {
      packed = lane.dense().packed(type, k, n);
      lane.dense().pack(b, false, packed);
    }
  }

  private Tensor upload(float[] values, DType type, long rows, long columns) {
    Tensor exact = lane.tensor(DType.F32, rows, columns);
    lane.upload(values, exact);
    if (type == DType.F32) {
      return exact;
    }
    Tensor rounded = lane.tensor(type, rows, columns);
    lane.dense().convert(exact, rounded);
    lane.synchronize();
    exact.close();
    return rounded;
  }

  @Override
  public void run() {
    for (int i = 0; i < repeat; i++) {
      if (packed == null) {
        lane.dense().multiply(how, a, b, out);
      } else {
        lane.dense().multiply(how, a, packed, out);
      }
    }
    lane.synchronize();
  }

  @Override
  public void save(RaceOutputs outputs) throws IOException {
    float[] values = new float[Math.toIntExact(out.elements())];
    if (out.type() == DType.F32) {
      lane.download(out, values);
    } else {
      try (Tensor exact = lane.tensor(DType.F32, out.elements())) {
        lane.dense().convert(out, exact);
        lane.download(exact, values);
      }
    }
    outputs.write("out", values);
  }

  @Override
  public void close() {
    if (packed != null) {
      packed.close();
    }
    out.close();
    b.close();
    a.close();
  }
}
