package org.virtualcell.bench.race;

import java.io.IOException;
import org.virtualcell.compute.CsrTensor;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.Packing;
import org.virtualcell.compute.Tensor;

/** CSR x dense: matrix x, weights w, value columns, value packing; result out. */
public final class SparseRacer implements Racer {
  private Lane lane;
  private CsrTensor x;
  private Tensor w;
  private Tensor out;

  /** Creates the racer. */
  public SparseRacer() {}

  @Override
  public void prepare(RaceInputs inputs, Lane on) throws IOException {
    lane = on;
    x = lane.csr(inputs.csr("x"), Packing.valueOf(inputs.text("packing")));
    int columns = inputs.number("columns");
    w = lane.tensor(DType.F32, x.genes(), columns);
    lane.upload(inputs.floats("w"), w);
    out = lane.tensor(DType.F32, x.rows(), columns);
  }

  @Override
  public void run() {
    lane.sparse().multiply(x, w, out);
    lane.synchronize();
  }

  @Override
  public void save(RaceOutputs outputs) throws IOException {
    float[] values = new float[Math.toIntExact(out.elements())];
    lane.download(out, values);
    outputs.write("out", values);
  }

  @Override
  public void close() {
    out.close();
    w.close();
    x.close();
  }
}
