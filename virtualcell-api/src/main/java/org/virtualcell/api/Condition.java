package org.virtualcell.api;

import java.util.Objects;

/**
 * A perturbation in a context: the unit that is held out, predicted and scored.
 *
 * @param perturbation what was done
 * @param context to which cells
 */
public record Condition(Perturbation perturbation, CellContext context) {
  /** Checks that both are there. */
  public Condition {
    Objects.requireNonNull(perturbation, "perturbation");
    Objects.requireNonNull(context, "context");
  }

  @Override
  public String toString() {
    return perturbation.label() + " in " + context.name();
  }
}
