package org.virtualcell.evaluate.vcc;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.Progress;
import org.virtualcell.evaluate.paired.PairedCells;

/**
 * Scores predicted cells as the Virtual Cell Challenge 2026 does: raw counts against raw counts,
 * each context by itself, six members placed between the mean response of the context and what half
 * of the measured cells tells about the other half.
 */
public final class Challenge {
  private Challenge() {}

  /**
   * Scores a prediction.
   *
   * @param contexts measured and predicted cells by context, in the order of the results
   * @param profile the rules
   * @param options how to run
   * @param progress hears how many perturbations are done, and may cancel
   * @return the result
   * @throws InvalidDataException if cells are not raw counts, no label is a gene, the measured
   *     cells carry no effect, or a scale has no room; the message names the cell, gene, label or
   *     metric
   * @throws org.virtualcell.api.MemoryBudgetException if a perturbation does not fit the budget
   * @throws org.virtualcell.api.CancelledException if the listener asked to stop
   */
  public static ChallengeResult score(
      Map<String, PairedCells> contexts,
      ChallengeProfile profile,
      ChallengeOptions options,
      Progress progress) {
    if (contexts.isEmpty()) {
      throw new InvalidDataException("There is nothing to score", "no context", "Pass cells.");
    }
    List<ContextResult> results = new ArrayList<>();
    contexts.forEach(
        (context, pair) ->
            results.add(new ContextScoring(context, pair, profile, options, progress).score()));
    return ChallengeResult.of(profile, results);
  }
}
