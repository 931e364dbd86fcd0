package org.virtualcell.bench.race;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.compute.CsrTensor;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.Packing;
import org.virtualcell.stats.PrincipalComponents;

/**
 * Principal components of cells x in log1p units, which are on the device, to scores on the host;
 * values components and products; results variance and loading (components x genes).
 */
public final class PcaRacer implements Racer {
  private Lane lane;
  private CsrTensor logs;
  private GeneVocabulary genes;
  private PrincipalComponents.Options options;
  private PrincipalComponents found;

  /** Creates the racer. */
  public PcaRacer() {}

  @Override
  public void prepare(RaceInputs inputs, Lane on) throws IOException {
    lane = on;
    logs = lane.csr(inputs.csr("x"), Packing.PLAIN);
    List<String> names = IntStream.range(0, logs.genes()).mapToObj(g -> "g" + g).toList();
    genes = GeneVocabulary.of(names);
    options =
        new PrincipalComponents.Options(
            inputs.number("components"), 14, inputs.number("products"), false, 1);
  }

  @Override
  public void run() {
    found = PrincipalComponents.fit(lane, logs, genes, options);
  }

  @Override
  public void save(RaceOutputs outputs) throws IOException {
    int size = genes.size();
    float[] loading = new float[found.components() * size];
    float[] variance = new float[found.components()];
    for (int c = 0; c < variance.length; c++) {
      variance[c] = (float) found.variance(c);
      for (int g = 0; g < size; g++) {
        loading[c * size + g] = (float) found.loading(c, g);
      }
    }
    outputs.write("variance", variance);
    outputs.write("loading", loading);
  }

  @Override
  public void close() {
    logs.close();
  }
}
