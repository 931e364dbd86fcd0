package org.virtualcell.api;

import java.util.Objects;

/**
 * Perturbed cells with the controls they are compared to.
 *
 * @param perturbed the perturbed cells
 * @param controls unperturbed cells of the same batch, or of the same context
 * @param level how closely they match
 */
public record MatchedCells(CellState perturbed, CellState controls, Level level) {
  /** How closely controls match. */
  public enum Level {
    /** Same batch and context. */
    BATCH,
    /** Same context; batches unknown, or this batch has no controls. */
    CONTEXT
  }

  /**
   * Checks that both sides are comparable.
   *
   * @throws InvalidDataException if genes differ, or the names of the contexts do
   * @throws UnitsMismatchException if units differ
   */
  public MatchedCells {
    Objects.requireNonNull(perturbed, "perturbed");
    Objects.requireNonNull(controls, "controls");
    Objects.requireNonNull(level, "level");
    if (!perturbed.genes().equals(controls.genes())) {
      throw new InvalidDataException(
          "Perturbed cells and their controls have different genes",
          perturbed.context().toString(),
          "Align them by name first.");
    }
    if (!perturbed.context().name().equals(controls.context().name())) {
      throw new InvalidDataException(
          "Perturbed cells and their controls are of different contexts",
          perturbed.context() + " and " + controls.context(),
          "Compare cells with controls of their own context.");
    }
    perturbed.units().require(controls.units(), "perturbed cells of " + perturbed.context());
  }
}
