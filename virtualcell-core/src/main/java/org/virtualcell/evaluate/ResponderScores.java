package org.virtualcell.evaluate;

import java.util.Comparator;
import java.util.stream.IntStream;
import org.virtualcell.api.CellState;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.stats.Normalization;

/**
 * Which cells of a perturbed population have responded, as far as a predicted effect can tell: the
 * projection of each cell on the effect. In real data nobody knows the answer; in a simulation with
 * planted responders {@link #auroc} says how well the effect finds them.
 */
public final class ResponderScores {
  private ResponderScores() {}

  /**
   * A score per cell.
   *
   * @param perturbed the cells; raw counts are scaled to {@link Normalization#DEFAULT_TOTAL} first
   * @param effect the predicted change, one value per gene
   * @return the projection of each cell on the effect, over the effect's norm; all 0 for no change
   * @throws InvalidDataException if the effect has another number of genes
   */
  public static double[] of(CellState perturbed, double[] effect) {
    if (effect.length != perturbed.genes().size()) {
      throw new InvalidDataException(
          "An effect of " + effect.length + " genes for cells of " + perturbed.genes().size(),
          "responders in " + perturbed.context(),
          "Align the genes by name first.");
    }
    double norm = Math.sqrt(Vectors.square(effect));
    CellState state = Normalization.logNormalize(perturbed, Normalization.DEFAULT_TOTAL);
    double[] scores = new double[Math.toIntExact(state.cells())];
    for (int i = 0; i < scores.length && norm > 0; i++) {
      CsrMatrix cell = state.expression().block(i, 1);
      for (int k = cell.rowStart(0); k < cell.rowStart(1); k++) {
        scores[i] += effect[cell.geneAt(k)] * cell.valueAt(k) / norm;
      }
    }
    return scores;
  }

  /**
   * The probability that a responder has a higher score than a cell that is none; ties count half.
   *
   * @param scores one per cell
   * @param responder whether each cell has responded
   * @return 0.5 is chance, 1 perfect
   * @throws InvalidDataException if there is no responder, or nothing else
   */
  public static double auroc(double[] scores, boolean[] responder) {
    int[] order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> scores[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double rankSum = 0;
    long positives = 0;
    int from = 0;
    while (from < order.length) {
      int to = from;
      while (to < order.length && scores[order[to]] == scores[order[from]]) {
        to++;
      }
      for (int i = from; i < to; i++) {
        if (responder[order[i]]) {
          positives++;
          rankSum += (from + 1 + to) / 2.0;
        }
      }
      from = to;
    }
    long negatives = scores.length - positives;
    if (positives == 0 || negatives == 0) {
      throw new InvalidDataException(
          "A curve of responders needs both kinds of cells",
          positives + " responders of " + scores.length,
          "Plant some responders, not all.");
    }
    return (rankSum - positives * (positives + 1) / 2.0) / positives / negatives;
  }
}
