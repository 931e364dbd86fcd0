package org.virtualcell.atlas;

import java.util.Objects;
import java.util.Optional;
import org.virtualcell.api.Perturbation;

/**
 * What a caller states about the columns of annotated cells; the rest is detected.
 *
 * @param perturbation the column that says what was done to a cell
 * @param control the label of controls in it
 * @param context the column of the cell line or type; {@code none} for data of one context
 * @param batch the column of the plate, lane or replicate; {@code none} to ignore batches
 * @param mode how genes were perturbed, where the data do not say
 */
public record KeyRequest(
    Optional<String> perturbation,
    Optional<String> control,
    Optional<String> context,
    Optional<String> batch,
    Optional<Perturbation.GeneMode> mode) {
  /** Nothing stated. */
  public static final KeyRequest NONE =
      new KeyRequest(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /** The name that stands for "no column". */
  public static final String NO_COLUMN = "none";

  /** Checks that nothing is null. */
  public KeyRequest {
    Objects.requireNonNull(perturbation, "perturbation");
    Objects.requireNonNull(control, "control");
    Objects.requireNonNull(context, "context");
    Objects.requireNonNull(batch, "batch");
    Objects.requireNonNull(mode, "mode");
  }

  /**
   * This request with the perturbation column and its control label stated.
   *
   * @param column the column
   * @param label the label of controls
   * @return a new request
   */
  public KeyRequest withPerturbation(String column, String label) {
    return new KeyRequest(Optional.of(column), Optional.of(label), context, batch, mode);
  }

  /**
   * This request with the mode of gene perturbations stated.
   *
   * @param stated how genes were perturbed
   * @return a new request
   */
  public KeyRequest withMode(Perturbation.GeneMode stated) {
    return new KeyRequest(perturbation, control, context, batch, Optional.of(stated));
  }
}
