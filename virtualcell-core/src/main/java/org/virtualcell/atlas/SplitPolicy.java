package org.virtualcell.atlas;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.virtualcell.api.InvalidDataException;

/** The hard questions a split can ask. Skill in one is no evidence of skill in another. */
public enum SplitPolicy {
  /**
   * A single intervention that is nowhere in training: not in another context, not as part of a
   * combination, not in another mode.
   */
  UNSEEN_PERTURBATION("unseen-perturbation"),
  /** A combination that is nowhere in training; its parts may be. */
  UNSEEN_COMBINATION("unseen-combination"),
  /** A perturbation known from other contexts, in a context without any perturbed training cell. */
  UNSEEN_CONTEXT("unseen-context"),
  /**
   * A perturbation whose parts are nowhere in training, in a context without any perturbed training
   * cell.
   */
  UNSEEN_BOTH("unseen-both");

  private final String label;

  SplitPolicy(String label) {
    this.label = label;
  }

  /**
   * The name in files and on the command line.
   *
   * @return such as {@code unseen-perturbation}
   */
  public String label() {
    return label;
  }

  /**
   * The policy of a name.
   *
   * @param label as {@link #label()} gives it
   * @return the policy
   * @throws InvalidDataException if there is none; the message lists them
   */
  public static SplitPolicy of(String label) {
    return Arrays.stream(values())
        .filter(p -> p.label.equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidDataException(
                    "There is no split policy '" + label + "'",
                    "policy",
                    "Use one of "
                        + Arrays.stream(values())
                            .map(SplitPolicy::label)
                            .collect(Collectors.joining(", "))
                        + "."));
  }
}
