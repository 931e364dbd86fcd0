package org.virtualcell.evaluate.celleval;

import java.util.List;
import java.util.Optional;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.stats.differential.DifferentialTable;

/**
 * What the 2025 suite says about a prediction.
 *
 * @param options how it was made
 * @param perturbations the rows, sorted
 * @param columns the metrics; one without any value has no column, as in the original
 * @param realTable differential expression of the measured cells, where a metric reads it
 * @param predictedTable differential expression of the predicted cells
 * @param omitted perturbations that were left out, with the reason
 * @param notes what was done to the values of either side, and in the strict reading how many
 *     undefined values count as the worst one
 */
public record CellEvalResult(
    CellEvalOptions options,
    List<String> perturbations,
    List<MetricColumn> columns,
    Optional<DifferentialTable> realTable,
    Optional<DifferentialTable> predictedTable,
    List<String> omitted,
    List<String> notes) {
  /** Copies the lists. */
  public CellEvalResult {
    perturbations = List.copyOf(perturbations);
    columns = List.copyOf(columns);
    omitted = List.copyOf(omitted);
    notes = List.copyOf(notes);
  }

  /**
   * A column.
   *
   * @param metric a metric
   * @return its values
   * @throws InvalidDataException if the result has none
   */
  public MetricColumn column(CellEvalMetric metric) {
    return columns.stream()
        .filter(c -> c.metric() == metric)
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidDataException(
                    "There is no column '" + metric.label() + "'",
                    "result of profile " + options.profile().label(),
                    "Choose a profile that has it; a metric without any value loses its column."));
  }

  /**
   * Statistics over perturbations. In the strict reading undefined values count as the worst one.
   *
   * @return a row per statistic
   */
  public AggregateTable aggregate() {
    return AggregateTable.of(columns);
  }
}
