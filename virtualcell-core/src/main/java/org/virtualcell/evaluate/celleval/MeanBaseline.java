package org.virtualcell.evaluate.celleval;

import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.evaluate.paired.CodePointOrder;

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
    Map<String, int[]> rows = ComparedSides.rows(real.labels());
    double[] mean = new double[real.genes().size()];
    for (String label : labels) {
      int[] own = rows.get(label);
      double[] profile = MeanProfiles.mean(logged.values().gather(own), all(own.length));
      for (int g = 0; g < mean.length; g++) {
        mean[g] += profile[g] / labels.size();
      }
    }
    boolean[] kept = new boolean[real.labels().size()];
    for (int cell : rows.get(control)) {
      kept[cell] = true;
    }
    return new CellEvalSide(
        "mean baseline of " + real.source(),
        new BaselineValues(logged.values(), kept, mean),
        real.genes(),
        real.labels(),
        real.storage(),
        java.util.Optional.empty());
  }

  private static int[] all(int count) {
    return IntStream.range(0, count).toArray();
  }
}
