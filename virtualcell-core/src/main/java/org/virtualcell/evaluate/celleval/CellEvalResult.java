package org.virtualcell.evaluate.celleval;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.stats.differential.DifferentialTable;

/**
 * What the 2025 suite says about a prediction.
 *
 * @param options how it was made
 * @param perturbations the rows, sorted
 * @param columns the metrics; one without any value has no column, as in the original
 * @param realTable differential expression of the measured cells, where a metric reads it and
 *     nobody took it
 * @param predictedTable differential expression of the predicted cells, likewise
 * @param differential how differential expression was computed; empty where no metric reads it, and
 *     for tables that were given
 * @param findings how many genes of each perturbation are significant in the measured cells; empty
 *     where no metric reads tables
 * @param cells how many measured cells were compared, controls among them
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
    Map<String, String> differential,
    List<Integer> findings,
    int cells,
    List<String> omitted,
    List<String> notes) {
  /** Copies the lists. */
  public CellEvalResult {
    perturbations = List.copyOf(perturbations);
    columns = List.copyOf(columns);
    differential = Collections.unmodifiableMap(new LinkedHashMap<>(differential));
    findings = List.copyOf(findings);
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
