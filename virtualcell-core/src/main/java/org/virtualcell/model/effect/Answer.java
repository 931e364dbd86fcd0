package org.virtualcell.model.effect;

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
}
