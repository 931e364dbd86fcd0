package org.virtualcell.evaluate.vcc;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.evaluate.paired.GroupedCells;

/** Cells of a baseline, made when they are used, as many as the measured groups have. */
final class BaselineGroups {
  private BaselineGroups() {}

  private record Made(java.util.function.Function<String, CellCounts> maker)
      implements PredictedGroups {
    @Override
    public List<GroupedCells> files() {
      return List.of();
    }

    @Override
    public Batch read(List<String> labels) {
      return i -> maker.apply(labels.get(i));
    }
  }

  /** The same profile in every cell. */
  static PredictedGroups tiled(double[] profile, GroupedCells template) {
    CsrMatrix cell = MeanResponse.cell(profile);
    return new Made(label -> CellCounts.repeated(cell, template.size(label)));
  }

  /** Control cells drawn with replacement and scaled gene by gene. */
  static PredictedGroups dispersed(
      double[] profile, CellCounts control, List<String> labels, GroupedCells template, long seed) {
    double[] ratio = GroupBulk.sums(control);
    for (int g = 0; g < ratio.length; g++) {
      ratio[g] = ratio[g] == 0 ? 0 : profile[g] / (ratio[g] / control.cells());
    }
    NumpyRandom random = new NumpyRandom(seed);
    Map<String, int[]> drawn = new HashMap<>();
    for (String label : labels) {
      drawn.put(label, random.integers(control.rowCount(), template.size(label)));
    }
    return new Made(label -> CellCounts.of(scaled(control.rows().select(drawn.get(label)), ratio)));
  }

  private static CsrMatrix scaled(CsrMatrix cells, double[] ratio) {
    int n = (int) cells.rows();
    int[] start = new int[n + 1];
    int[] gene = new int[cells.rowStart(n)];
    float[] value = new float[gene.length];
    int next = 0;
    for (int r = 0; r < n; r++) {
      for (int k = cells.rowStart(r); k < cells.rowStart(r + 1); k++) {
        float v = (float) (cells.valueAt(k) * ratio[cells.geneAt(k)]);
        if (v != 0) {
          gene[next] = cells.geneAt(k);
          value[next++] = v;
        }
      }
      start[r + 1] = next;
    }
    return CsrMatrix.wrap(
        n,
        cells.genes(),
        start,
        java.util.Arrays.copyOf(gene, next),
        java.util.Arrays.copyOf(value, next));
  }
}
