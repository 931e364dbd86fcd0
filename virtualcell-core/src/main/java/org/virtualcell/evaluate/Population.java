package org.virtualcell.evaluate;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.virtualcell.api.CellState;

/**
 * Whether predicted cells differ among each other as measured ones do, once both have lost their
 * mean. Where both sides name substates (clusters, cycle phases) every substate is judged by itself
 * and weighs as much as it has measured cells.
 *
 * <ul>
 *   <li>energy distance {@code (2 E|X - Y| - E|X - X'| - E|Y - Y'|) / E|Y - Y'|} with X predicted,
 *       Y measured, each pair of different cells: 0 for the same distribution, below 0 by chance;
 *   <li>variance error: {@code sum |s_X - s_Y| / sum s_Y} over the standard deviations of genes; 1
 *       for cells that are all alike;
 *   <li>detection error: the mean over genes of the difference in the share of cells that express
 *       it.
 * </ul>
 */
final class Population {
  /** Genes that are looked at, the most expressed ones: distances need no more. */
  static final int MOST_GENES = 1000;

  private final List<CellState> measured;
  private final int[] genes;
  private final Map<String, CellSample> samples = new java.util.HashMap<>();

  /**
   * @param measured the measured cells
   * @param genes which genes count
   */
  Population(List<CellState> measured, int[] genes) {
    this.measured = measured;
    this.genes = genes;
  }

  /** The metrics of predicted cells. */
  Map<Metric, MetricValue> judge(List<CellState> predicted) {
    java.util.SortedSet<String> common = substates(measured);
    common.retainAll(substates(predicted));
    if (common.isEmpty()) {
      return compare(sample(""), CellSample.of(predicted, genes, Optional.empty()));
    }
    Map<Metric, List<MetricValue>> parts = new EnumMap<>(Metric.class);
    for (String substate : common) {
      long weight = cells(measured, substate);
      if (weight >= 2 && cells(predicted, substate) >= 2) {
        compare(sample(substate), CellSample.of(predicted, genes, Optional.of(substate)))
            .forEach(
                (metric, value) ->
                    parts
                        .computeIfAbsent(metric, m -> new ArrayList<>())
                        .add(new MetricValue(value.value(), weight, value.remark())));
      }
    }
    Map<Metric, MetricValue> result = new EnumMap<>(Metric.class);
    parts.forEach(
        (metric, values) -> {
          MetricValue mean = MetricValue.mean(values);
          result.put(metric, new MetricValue(mean.value(), 1, mean.remark()));
        });
    return result;
  }

  /** The metrics of a prediction that has no cells but a mean. */
  Map<Metric, MetricValue> judgeMean(double[] mean) {
    return compare(sample(""), CellSample.ofMean(mean, genes));
  }

  private CellSample sample(String substate) {
    return samples.computeIfAbsent(
        substate,
        s -> CellSample.of(measured, genes, s.isEmpty() ? Optional.empty() : Optional.of(s)));
  }

  private static java.util.SortedSet<String> substates(List<CellState> states) {
    TreeSet<String> labels = new TreeSet<>();
    states.forEach(state -> state.substates().ifPresent(labels::addAll));
    return labels;
  }

  private static long cells(List<CellState> states, String substate) {
    return states.stream()
        .flatMap(state -> state.substates().stream())
        .flatMap(List::stream)
        .filter(substate::equals)
        .count();
  }

  private static Map<Metric, MetricValue> compare(CellSample measured, CellSample predicted) {
    if (measured.cells() < 2 || predicted.cells() < 2 || !(measured.spread() > 0)) {
      return Map.of();
    }
    double energy = 2 * predicted.distanceTo(measured) - predicted.spread() - measured.spread();
    double difference = 0;
    double whole = 0;
    double detection = 0;
    for (int g = 0; g < measured.deviation().length; g++) {
      difference += Math.abs(predicted.deviation()[g] - measured.deviation()[g]);
      whole += measured.deviation()[g];
      detection +=
          Math.abs(predicted.detected()[g] - measured.detected()[g]) / measured.deviation().length;
    }
    return Map.of(
        Metric.ENERGY_CENTRED,
        MetricValue.measured(energy / measured.spread()),
        Metric.VARIANCE_ERROR,
        MetricValue.measured(difference / whole),
        Metric.DETECTION_ERROR,
        MetricValue.measured(detection));
  }
}
