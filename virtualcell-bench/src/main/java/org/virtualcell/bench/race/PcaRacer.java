package org.virtualcell.bench.race;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.compute.Lane;
import org.virtualcell.stats.PrincipalComponents;

/**
 * Principal components of cells x in log1p units, from the host's matrix to the host's scores;
 * values components and products; results variance and loading (components x genes).
 */
public final class PcaRacer implements Racer {
  private Lane lane;
  private CellState state;
  private PrincipalComponents.Options options;
  private PrincipalComponents found;

  /** Creates the racer. */
  public PcaRacer() {}

  @Override
  public void prepare(RaceInputs inputs, Lane on) throws IOException {
    lane = on;
    CsrMatrix x = inputs.csr("x");
    List<String> genes = IntStream.range(0, x.genes()).mapToObj(g -> "g" + g).toList();
    state =
        CellState.of(
            GeneVocabulary.of(genes),
            x,
            ExpressionUnits.logNormalized(10_000),
            CellContext.of("race"));
    options =
        new PrincipalComponents.Options(
            inputs.number("components"), 14, inputs.number("products"), false, 1);
  }

  @Override
  public void run() {
    found = PrincipalComponents.fit(lane, state, options);
  }

  @Override
  public void save(RaceOutputs outputs) throws IOException {
    int genes = found.genes().size();
    float[] loading = new float[found.components() * genes];
    float[] variance = new float[found.components()];
    for (int c = 0; c < variance.length; c++) {
      variance[c] = (float) found.variance(c);
      for (int g = 0; g < genes; g++) {
        loading[c * genes + g] = (float) found.loading(c, g);
      }
    }
    outputs.write("variance", variance);
    outputs.write("loading", loading);
  }

  @Override
  public void close() {}
}
