package org.virtualcell.evaluate.vcc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.virtualcell.api.InvalidDataException;

/**
 * The metrics of one prediction in one context: values per perturbation, and the aggregate of each
 * metric with the number of perturbations it rests on. Immutable.
 */
public final class MetricTable {
  /**
   * The aggregate of a metric.
   *
   * @param metric the metric
   * @param value the mean over perturbations where it is defined, or the ratio of sums; NaN where
   *     there is none
   * @param used how many perturbations it rests on; 0 for a ratio of sums
   * @param rows how many perturbations have a value or are not defined
   * @param undefined how many of these are not defined (NaN) and dropped from the mean
   * @param omitted perturbations the metric leaves out by its own rule
   */
  public record Aggregate(
      ChallengeMetric metric,
      double value,
      int used,
      int rows,
      int undefined,
      List<String> omitted) {
    /** Copies the list. */
    public Aggregate {
      omitted = List.copyOf(omitted);
    }

    /**
     * Whether the aggregate is made from other metrics, not from values of its own.
     *
     * @return true for the ratio of sums
     */
    public boolean derived() {
      return metric == ChallengeMetric.EXPR_MSE_UNBIASED_CAPPED_NORM;
    }
  }

  private final List<String> perturbations;
  private final List<ChallengeMetric> metrics;
  private final List<MetricRow> rows;
  private final Map<ChallengeMetric, Aggregate> aggregates;

  private MetricTable(
      List<String> perturbations,
      List<ChallengeMetric> metrics,
      List<MetricRow> rows,
      Map<ChallengeMetric, Aggregate> aggregates) {
    this.perturbations = perturbations;
    this.metrics = metrics;
    this.rows = rows;
    this.aggregates = aggregates;
  }

  static MetricTable of(
      List<String> perturbations, List<ChallengeMetric> metrics, List<MetricRow> rows) {
    Map<ChallengeMetric, Aggregate> aggregates = new LinkedHashMap<>();
    for (ChallengeMetric metric : metrics) {
      aggregates.put(metric, aggregate(metric, perturbations, rows));
    }
    return new MetricTable(
        List.copyOf(perturbations),
        List.copyOf(metrics),
        List.copyOf(rows),
        Collections.unmodifiableMap(aggregates));
  }

  private static Aggregate aggregate(
      ChallengeMetric metric, List<String> perturbations, List<MetricRow> rows) {
    if (metric == ChallengeMetric.EXPR_MSE_UNBIASED_CAPPED_NORM) {
      return new Aggregate(metric, ratioOfSums(rows), 0, 0, 0, List.of());
    }
    double sum = 0;
    int used = 0;
    int present = 0;
    List<String> omitted = new ArrayList<>();
    for (int p = 0; p < rows.size(); p++) {
      if (!rows.get(p).has(metric)) {
        omitted.add(perturbations.get(p));
        continue;
      }
      present++;
      double value = rows.get(p).get(metric);
      if (!Double.isNaN(value)) {
        sum += value;
        used++;
      }
    }
    return new Aggregate(
        metric, used == 0 ? Double.NaN : sum / used, used, present, present - used, omitted);
  }

  private static double ratioOfSums(List<MetricRow> rows) {
    double errors = 0;
    double distances = 0;
    for (MetricRow row : rows) {
      double error = row.get(ChallengeMetric.EXPR_MSE_UNBIASED_CAPPED);
      double distance = row.get(ChallengeMetric.EXPR_DISTANCE_UNBIASED);
      if (Double.isFinite(error) && Double.isFinite(distance)) {
        errors += error;
        distances += distance;
      }
    }
    if (!(distances > 0)) {
      throw new InvalidDataException(
          "The measured cells carry no effect beyond their sampling noise",
          "sum of unbiased distances from the controls: " + distances,
          "Use more cells or deeper ones; an expression error cannot be scaled on this data.");
    }
    return errors / distances;
  }

  /**
   * The perturbations.
   *
   * @return in order
   */
  public List<String> perturbations() {
    return perturbations;
  }

  /**
   * The metrics.
   *
   * @return in order
   */
  public List<ChallengeMetric> metrics() {
    return metrics;
  }

  /**
   * The value of a metric for a perturbation.
   *
   * @param perturbation its place
   * @param metric the metric
   * @return empty where the perturbation is left out; NaN where it is not defined
   */
  public OptionalDouble value(int perturbation, ChallengeMetric metric) {
    MetricRow row = rows.get(perturbation);
    return row.has(metric) ? OptionalDouble.of(row.get(metric)) : OptionalDouble.empty();
  }

  /**
   * The aggregate of a metric.
   *
   * @param metric a metric of this table
   * @return its aggregate
   * @throws InvalidDataException if the table has no such metric
   */
  public Aggregate aggregate(ChallengeMetric metric) {
    Aggregate aggregate = aggregates.get(metric);
    if (aggregate == null) {
      throw new InvalidDataException(
          "The profile has no metric " + metric.label(),
          Arrays.toString(metrics.stream().map(ChallengeMetric::label).toArray()),
          "Use a profile that has it.");
    }
    return aggregate;
  }

  /**
   * All aggregates.
   *
   * @return in the order of the metrics
   */
  public List<Aggregate> aggregates() {
    return List.copyOf(aggregates.values());
  }
}
