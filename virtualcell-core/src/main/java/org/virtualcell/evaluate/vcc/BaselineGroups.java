package org.virtualcell.evaluate.vcc;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.evaluate.paired.GroupedCells;

/** Cells of a baseline, made when they are used, as many as the measured groups have. */
final class BaselineGroups {
  private BaselineGroups() {}

  /** The same cell everywhere; all perturbations share one profile in memory. */
  private record Tiled(CsrMatrix cell, GroupedCells template, GroupBulk single)
      implements PredictedGroups {
    @Override
    public List<GroupedCells> files() {
      return List.of();
    }

    @Override
    public boolean madeFromMeasured() {
      return true;
    }

    @Override
    public Batch read(List<String> labels) {
      return i -> CellCounts.repeated(cell, template.size(labels.get(i)));
    }

    @Override
    public GroupBulk bulk(CellCounts cells, ChallengeRules rules) {
      return new GroupBulk(cells.cells(), single.profile(), single.correction());
    }
  }

  private static final class Dispersed implements PredictedGroups {
    private final CellCounts control;
    private final double[] ratio;
    private final Map<String, int[]> drawn;

    Dispersed(CellCounts control, double[] ratio, Map<String, int[]> drawn) {
      this.control = control;
      this.ratio = ratio;
      this.drawn = drawn;
    }

    @Override
    public List<GroupedCells> files() {
      return List.of();
    }

    @Override
    public boolean madeFromMeasured() {
      return true;
    }

    @Override
    public Batch read(List<String> labels) {
      return i -> CellCounts.of(scaled(control.rows().select(drawn.get(labels.get(i))), ratio));
    }
  }

  /** The same profile in every cell. */
  static PredictedGroups tiled(double[] profile, GroupedCells template, ChallengeRules rules) {
    CsrMatrix cell = MeanResponse.cell(profile);
    return new Tiled(cell, template, GroupBulk.of(CellCounts.of(cell), rules.bulkTargetSum()));
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
    return new Dispersed(control, ratio, drawn);
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
        n, cells.genes(), start, Arrays.copyOf(gene, next), Arrays.copyOf(value, next));
  }
}
