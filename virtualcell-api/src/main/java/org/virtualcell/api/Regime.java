package org.virtualcell.api;

/**
 * Which of four different claims a prediction makes: whether the perturbation, and whether the
 * context, was in the training data. Evidence for one claim is no evidence for another.
 */
public enum Regime {
  /** The perturbation and the context were both seen in training, together or apart. */
  SEEN_PERTURBATION_SEEN_CONTEXT,
  /** The perturbation was never seen; the context was. */
  UNSEEN_PERTURBATION_SEEN_CONTEXT,
  /** The perturbation was seen in other contexts; this context had no perturbed cell. */
  SEEN_PERTURBATION_UNSEEN_CONTEXT,
  /** Neither was seen. */
  UNSEEN_PERTURBATION_UNSEEN_CONTEXT;

  /**
   * The regime of a query.
   *
   * @param seenPerturbation whether the perturbation was in the training data
   * @param seenContext whether the context was
   * @return the regime
   */
  public static Regime of(boolean seenPerturbation, boolean seenContext) {
    if (seenPerturbation) {
      return seenContext ? SEEN_PERTURBATION_SEEN_CONTEXT : SEEN_PERTURBATION_UNSEEN_CONTEXT;
    }
    return seenContext ? UNSEEN_PERTURBATION_SEEN_CONTEXT : UNSEEN_PERTURBATION_UNSEEN_CONTEXT;
  }

  /**
   * Whether the perturbation was in the training data.
   *
   * @return true if it was
   */
  public boolean seenPerturbation() {
    return this == SEEN_PERTURBATION_SEEN_CONTEXT || this == SEEN_PERTURBATION_UNSEEN_CONTEXT;
  }

  /**
   * Whether the context was in the training data.
   *
   * @return true if it was
   */
  public boolean seenContext() {
    return this == SEEN_PERTURBATION_SEEN_CONTEXT || this == UNSEEN_PERTURBATION_SEEN_CONTEXT;
  }

  /**
   * The name files and command lines use.
   *
   * @return such as {@code unseen-perturbation}
   */
  public String label() {
    return switch (this) {
      case SEEN_PERTURBATION_SEEN_CONTEXT -> "seen";
      case UNSEEN_PERTURBATION_SEEN_CONTEXT -> "unseen-perturbation";
      case SEEN_PERTURBATION_UNSEEN_CONTEXT -> "unseen-context";
      case UNSEEN_PERTURBATION_UNSEEN_CONTEXT -> "unseen-both";
    };
  }
}
