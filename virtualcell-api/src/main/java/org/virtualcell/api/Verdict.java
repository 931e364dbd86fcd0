package org.virtualcell.api;

import java.util.Objects;

/**
 * Whether a model stands behind its answer, and why.
 *
 * @param decision what it decides
 * @param reason why, a sentence for a person, with the numbers it rests on
 */
public record Verdict(Decision decision, String reason) {
  /** What a model can decide. */
  public enum Decision {
    /** It answers and stands behind it, within the stated interval. */
    ANSWER,
    /**
     * It answers "no change" (or a bare baseline) because nothing in its training data supports
     * more.
     */
    NO_EVIDENCE,
    /** It does not answer. The prediction has no outcome. */
    ABSTAIN
  }

  /**
   * Checks that both are there.
   *
   * @throws InvalidDataException if the reason is blank
   */
  public Verdict {
    Objects.requireNonNull(decision, "decision");
    if (Objects.requireNonNull(reason, "reason").isBlank()) {
      throw new InvalidDataException(
          "A verdict has no reason",
          decision.toString(),
          "Say why, in a sentence with its numbers.");
    }
  }

  /**
   * Whether there is an outcome to read.
   *
   * @return false for {@link Decision#ABSTAIN}
   */
  public boolean answered() {
    return decision != Decision.ABSTAIN;
  }
}
