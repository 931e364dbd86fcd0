package org.virtualcell.evaluate.vcc;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What a challenge found: every context by itself, and the mean over contexts. Immutable; the same
 * files and rules give the same result for any number of threads and any budget.
 *
 * @param profile the rules
 * @param contexts one result per context, in order
 * @param score the mean of the contexts' scores, where there is a scale
 * @param constantScore the mean of the contexts' scores on the constant scale
 */
public record ChallengeResult(
    ChallengeProfile profile,
    List<ContextResult> contexts,
    OptionalDouble score,
    double constantScore) {
  /** Copies the list. */
  public ChallengeResult {
    contexts = List.copyOf(contexts);
  }

  static ChallengeResult of(ChallengeProfile profile, List<ContextResult> contexts) {
    boolean scaled = contexts.stream().allMatch(c -> c.score().isPresent());
    return new ChallengeResult(
        profile,
        contexts,
        scaled
            ? OptionalDouble.of(
                ScoreMap.mean(contexts.stream().map(c -> c.score().getAsDouble()).toList()))
            : OptionalDouble.empty(),
        ScoreMap.mean(contexts.stream().map(ContextResult::constantScore).toList()));
  }
}
