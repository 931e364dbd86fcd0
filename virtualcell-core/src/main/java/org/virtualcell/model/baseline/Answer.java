package org.virtualcell.model.baseline;

import java.util.List;
import java.util.OptionalDouble;
import org.virtualcell.api.Support;
import org.virtualcell.api.Verdict;

/**
 * What a rule answers.
 *
 * @param effect log1p change per gene of the table
 * @param verdict whether the rule stands behind it
 * @param sources the training conditions it is drawn from, strongest first
 * @param distance how far the query is from them, where the rule has a measure
 */
@SuppressWarnings("ArrayRecordComponent") // large, never compared, not handed out
record Answer(
    double[] effect, Verdict verdict, List<Support.Source> sources, OptionalDouble distance) {

  static Answer supported(double[] effect, String reason, List<Support.Source> sources) {
    return new Answer(
        effect, new Verdict(Verdict.Decision.ANSWER, reason), sources, OptionalDouble.empty());
  }

  static Answer unsupported(double[] effect, String reason, List<Support.Source> sources) {
    return new Answer(
        effect, new Verdict(Verdict.Decision.NO_EVIDENCE, reason), sources, OptionalDouble.empty());
  }

  Answer at(double howFar) {
    return new Answer(effect, verdict, sources, OptionalDouble.of(howFar));
  }
}
