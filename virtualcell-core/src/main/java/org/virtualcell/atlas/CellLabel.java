package org.virtualcell.atlas;

import java.util.Objects;
import java.util.Optional;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Perturbation;

/**
 * What is known of one cell. Cells of the same kind may share one instance.
 *
 * @param perturbation what was done to it; empty where the source does not say
 * @param context in which cells, without the batch
 * @param batch the plate, lane or replicate, where known
 * @param guide the guide it carries, where known
 */
public record CellLabel(
    Optional<Perturbation> perturbation,
    CellContext context,
    Optional<String> batch,
    Optional<String> guide) {
  /** Checks that nothing is null and moves a batch out of the context. */
  public CellLabel {
    Objects.requireNonNull(perturbation, "perturbation");
    batch = batch.isPresent() ? batch : context.get(CellContext.Fact.BATCH);
    context = context.without(CellContext.Fact.BATCH);
    Objects.requireNonNull(guide, "guide");
  }

  /**
   * A label of a cell whose guide is not known.
   *
   * @param perturbation what was done to it; empty where the source does not say
   * @param context in which cells, without the batch
   * @param batch the plate, lane or replicate, where known
   */
  public CellLabel(
      Optional<Perturbation> perturbation, CellContext context, Optional<String> batch) {
    this(perturbation, context, batch, Optional.empty());
  }

  /**
   * A label of a cell whose batch is not known.
   *
   * @param perturbation what was done to it
   * @param context in which cells
   * @return the label
   */
  public static CellLabel of(Perturbation perturbation, CellContext context) {
    return new CellLabel(Optional.of(perturbation), context, Optional.empty());
  }
}
