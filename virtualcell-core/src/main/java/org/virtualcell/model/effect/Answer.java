package org.virtualcell.model.effect;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.virtualcell.api.Support;
import org.virtualcell.api.Verdict;

/**
 * What the model answers.
 *
 * @param effect log1p change per gene of the screen, sized for errors
 * @param rankEffect the change sized for ranking
 * @param widths half-widths of the interval per gene, where there is one
 * @param basis what the interval rests on, or why there is none
 * @param measured whether this very condition was measured
 */
@SuppressWarnings("ArrayRecordComponent") // large, never compared, not handed out
record Answer(
    double[] effect,
    double[] rankEffect,
    Optional<double[]> widths,
    String basis,
    Verdict verdict,
    List<Support.Source> sources,
    OptionalDouble distance,
    boolean measured) {

  static Answer noChange(int genes, Verdict verdict) {
    return new Answer(
        new double[genes],
        new double[genes],
        Optional.empty(),
        "No interval.",
        verdict,
        List.of(),
        OptionalDouble.empty(),
        false);
  }

  /** This answer with the changes of the targets' own transcripts, and what is said of them. */
  Answer withOwnTargets(
      double[] changed, double[] changedRank, Optional<double[]> changedWidths, String words) {
    return new Answer(
        changed,
        changedRank,
        changedWidths,
        basis,
        new Verdict(verdict.decision(), verdict.reason() + words),
        sources,
        distance,
        measured);
  }

  /** This answer for a comparison with effects against the controls of training. */
  Answer withControlError(double[] error) {
    double[] changed = effect.clone();
    for (int g = 0; g < changed.length; g++) {
      changed[g] += error[g];
    }
    return new Answer(
        changed,
        rankEffect,
        widths,
        basis,
        new Verdict(
            verdict.decision(),
            verdict.reason() + " The effect includes the sampling error of the controls."),
        sources,
        distance,
        measured);
  }

  /** This answer with what another mode knows; that is evidence. */
  Answer withTransfer(double[] added, List<Support.Source> more, String words) {
    double[] changed = effect.clone();
    double[] changedRank = rankEffect.clone();
    for (int g = 0; g < changed.length; g++) {
      changed[g] += added[g];
      changedRank[g] += added[g];
    }
    List<Support.Source> all = new ArrayList<>(more);
    all.addAll(sources);
    return new Answer(
        changed,
        changedRank,
        widths,
        basis,
        new Verdict(Verdict.Decision.ANSWER, words + verdict.reason()),
        List.copyOf(all),
        distance,
        measured);
  }
}
