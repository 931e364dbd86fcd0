package org.virtualcell.model;

import java.util.function.Function;
import java.util.function.Predicate;
import org.virtualcell.api.Condition;
import org.virtualcell.api.Perturbation;

/**
 * How a question is absent from the training data: what a model has to leave out of them to know as
 * little of a measured condition as it knows of the question.
 */
public enum Absence {
  /** The perturbation and the context were measured; together or not. */
  CONDITION("the condition"),
  /** A single that was not measured, in a known context. */
  TARGETS("every condition with its targets"),
  /** Targets that were measured in other doses or for other times only, in a known context. */
  EXPOSURE("the dose or time"),
  /** A combination that was not measured, in a known context. */
  COMBINATION("the combination"),
  /** A known perturbation in an unknown context. */
  CONTEXT("every condition of its context"),
  /** Neither is known. */
  CONTEXT_AND_TARGETS("every condition of its context and every one with its targets");

  private final String words;

  Absence(String words) {
    this.words = words;
  }

  /**
   * How a question is absent.
   *
   * @param perturbation what is asked
   * @param seenPerturbation whether it was measured in any context
   * @param seenContext whether anything was measured in the context
   * @return the kind of absence
   */
  public static Absence of(
      Perturbation perturbation, boolean seenPerturbation, boolean seenContext) {
    if (!seenContext) {
      return seenPerturbation ? CONTEXT : CONTEXT_AND_TARGETS;
    }
    return seenPerturbation ? CONDITION : perturbation.parts().size() > 1 ? COMBINATION : TARGETS;
  }

  /**
   * How a question is absent that may differ from measured conditions in its dose or time only.
   *
   * @param perturbation what is asked
   * @param seenPerturbation whether it was measured in any context
   * @param seenContext whether anything was measured in the context
   * @param otherExposure whether the same targets were measured in another dose or time
   * @return the kind of absence
   */
  public static Absence of(
      Perturbation perturbation,
      boolean seenPerturbation,
      boolean seenContext,
      boolean otherExposure) {
    return otherExposure && seenContext && !seenPerturbation
        ? EXPOSURE
        : of(perturbation, seenPerturbation, seenContext);
  }

  /**
   * What is left out, for a person.
   *
   * @return words that follow "leaving out"
   */
  public String words() {
    return words;
  }

  /**
   * What has to leave the training data so that a condition is absent in this way.
   *
   * @param asked a measured condition
   * @return true for conditions that leave
   */
  public Predicate<Condition> leavesOut(Condition asked) {
    return switch (this) {
      case CONDITION -> asked::equals;
      case TARGETS -> c -> Targets.share(c.perturbation(), asked.perturbation());
      case EXPOSURE, COMBINATION -> c -> c.perturbation().equals(asked.perturbation());
      case CONTEXT -> c -> c.context().equals(asked.context());
      case CONTEXT_AND_TARGETS ->
          c ->
              c.context().equals(asked.context())
                  || Targets.share(c.perturbation(), asked.perturbation());
    };
  }

  /**
   * Which conditions are absent together, so that one fit serves them.
   *
   * @return conditions with the same value are
   */
  public Function<Condition, Object> together() {
    return switch (this) {
      case CONDITION, CONTEXT_AND_TARGETS -> c -> c;
      case TARGETS -> c -> Targets.all(c.perturbation());
      case EXPOSURE, COMBINATION -> Condition::perturbation;
      case CONTEXT -> Condition::context;
    };
  }
}
