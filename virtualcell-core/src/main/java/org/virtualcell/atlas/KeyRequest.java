package org.virtualcell.atlas;

import java.util.Objects;
import java.util.Optional;
import org.virtualcell.api.Dose;
import org.virtualcell.api.Perturbation;

/**
 * What a caller states about the columns of annotated cells; the rest is detected.
 *
 * @param perturbation the column that says what was done to a cell
 * @param control the label of controls in it
 * @param context the column of the cell line or type; {@code none} for data of one context
 * @param batch the column of the plate, lane or replicate; {@code none} to ignore batches
 * @param mode how genes were perturbed, where the data do not say
 * @param dose the column of doses of compounds and proteins
 * @param doseUnit the unit of doses that carry none
 * @param time the column of times of compounds and proteins
 */
public record KeyRequest(
    Optional<String> perturbation,
    Optional<String> control,
    Optional<String> context,
    Optional<String> batch,
    Optional<Perturbation.GeneMode> mode,
    Optional<String> dose,
    Optional<Dose.Unit> doseUnit,
    Optional<String> time) {
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
    Objects.requireNonNull(dose, "dose");
    Objects.requireNonNull(doseUnit, "doseUnit");
    Objects.requireNonNull(time, "time");
  }

  /**
   * A request that states nothing of doses and times.
   *
   * @param perturbation the column that says what was done to a cell
   * @param control the label of controls in it
   * @param context the column of the cell line or type; {@code none} for data of one context
   * @param batch the column of the plate, lane or replicate; {@code none} to ignore batches
   * @param mode how genes were perturbed, where the data do not say
   */
  public KeyRequest(
      Optional<String> perturbation,
      Optional<String> control,
      Optional<String> context,
      Optional<String> batch,
      Optional<Perturbation.GeneMode> mode) {
    this(
        perturbation,
        control,
        context,
        batch,
        mode,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * This request with the columns of doses and times stated.
   *
   * @param doses the column of doses; empty for the detection
   * @param unit the unit of doses that carry none; empty for the detection
   * @param times the column of times; empty for the detection
   * @return a new request
   */
  public KeyRequest withExposure(
      Optional<String> doses, Optional<Dose.Unit> unit, Optional<String> times) {
    return new KeyRequest(perturbation, control, context, batch, mode, doses, unit, times);
  }

  /**
   * This request with the perturbation column and its control label stated.
   *
   * @param column the column
   * @param label the label of controls
   * @return a new request
   */
  public KeyRequest withPerturbation(String column, String label) {
    return new KeyRequest(
        Optional.of(column), Optional.of(label), context, batch, mode, dose, doseUnit, time);
  }

  /**
   * This request with the mode of gene perturbations stated.
   *
   * @param stated how genes were perturbed
   * @return a new request
   */
  public KeyRequest withMode(Perturbation.GeneMode stated) {
    return new KeyRequest(
        perturbation, control, context, batch, Optional.of(stated), dose, doseUnit, time);
  }
}
