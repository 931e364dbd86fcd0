package org.virtualcell.evaluate.celleval;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.evaluate.paired.CodePointOrder;
import org.virtualcell.stats.differential.CellValues;

/**
 * The original's baseline: the mean over all groups, the control among them, of the groups' mean
 * log1p profiles, given to every perturbed cell; control cells stay as they are.
 */
public final class MeanBaseline {
  private MeanBaseline() {}

  /**
   * The baseline for measured cells.
   *
   * @param real measured cells; counts are converted first
   * @param control the label of control cells
   * @return as many cells under the same labels
   * @throws InvalidDataException if there is no control cell or a value cannot be read
   */
  public static CellEvalSide of(CellEvalSide real, String control) {
    if (!real.labels().contains(control)) {
      throw new InvalidDataException(
          "There is no control cell labelled '" + control + "'",
          real.source(),
          "Name the control's label.");
    }
    CellEvalSide logged = LogValues.of(real, false).side();
    TreeSet<String> labels = new TreeSet<>(CodePointOrder.COMPARATOR);
    labels.addAll(real.labels());
    double[] mean = new double[real.genes().size()];
    for (String label : labels) {
      double[] own = MeanProfiles.mean(logged.values(), rows(real.labels(), label));
      for (int g = 0; g < mean.length; g++) {
        mean[g] += own[g] / labels.size();
      }
    }
    List<double[]> rows = new ArrayList<>();
    int[] gene = new int[mean.length];
    double[] value = new double[mean.length];
    for (int cell = 0; cell < real.labels().size(); cell++) {
      if (real.labels().get(cell).equals(control)) {
        double[] row = new double[mean.length];
        int count = logged.values().row(cell, gene, value);
        for (int k = 0; k < count; k++) {
          row[gene[k]] = value[k];
        }
        rows.add(row);
      } else {
        rows.add(mean);
      }
    }
    return new CellEvalSide(
        "mean baseline of " + real.source(),
        CellValues.ofRows(rows, mean.length),
        real.genes(),
        real.labels(),
        real.storage(),
        java.util.Optional.empty());
  }

  private static int[] rows(List<String> labels, String label) {
    return java.util.stream.IntStream.range(0, labels.size())
        .filter(i -> label.equals(labels.get(i)))
        .toArray();
  }
}
