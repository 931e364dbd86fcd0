package org.virtualcell.evaluate;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.virtualcell.api.Condition;

/**
 * The values of a scope by model, metric and condition, ready to be summed up. Used by one thread.
 */
final class ScoreTable {
  private final Map<Condition, Integer> unitOf = new LinkedHashMap<>();
  private final int units;
  private final Map<String, Map<Metric, Map<Condition, MetricValue>>> values = new HashMap<>();

  private final Map<Column, PerturbationScores> known = new HashMap<>();

  private record Column(String model, Metric metric, List<Condition> conditions) {}

  ScoreTable(Scope scope, List<ItemScore> items) {
    Map<String, Integer> unitIndex = new HashMap<>();
    for (ItemScore item : items) {
      if (scope.holds(item.protocol(), item.stratum(), item.condition())) {
        String unit = TargetGenes.unit(item.condition().perturbation());
        unitOf.put(item.condition(), unitIndex.computeIfAbsent(unit, u -> unitIndex.size()));
        values
            .computeIfAbsent(item.model(), m -> new EnumMap<>(Metric.class))
            .computeIfAbsent(item.metric(), m -> new LinkedHashMap<>())
            .put(item.condition(), item.value());
      }
    }
    this.units = unitIndex.size();
  }

  /** How many independent perturbations there are. */
  int perturbations() {
    return units;
  }

  /** How many conditions there are. */
  int items() {
    return unitOf.size();
  }

  private Map<Condition, MetricValue> column(String model, Metric metric) {
    return values.getOrDefault(model, Map.of()).getOrDefault(metric, Map.of());
  }

  /** Whether there is a value. */
  boolean has(String model, Metric metric, Condition condition) {
    MetricValue value = column(model, metric).get(condition);
    return value != null && value.value().isPresent();
  }

  /** The conditions in which all the models have a value. */
  List<Condition> common(Metric metric, String... models) {
    List<Condition> common = new ArrayList<>();
    for (Condition condition : unitOf.keySet()) {
      boolean all = true;
      for (String model : models) {
        all &= has(model, metric, condition);
      }
      if (all) {
        common.add(condition);
      }
    }
    return common;
  }

  /** The value of a model in a condition where there is one. */
  double value(String model, Metric metric, Condition condition) {
    return column(model, metric).get(condition).value().orElseThrow();
  }

  /** Values of conditions, each as much as any other, summed up by perturbation. */
  PerturbationScores sum(Map<Condition, Double> byCondition) {
    Map<Integer, Integer> place = new LinkedHashMap<>();
    byCondition.keySet().forEach(c -> place.computeIfAbsent(unitOf.get(c), u -> place.size()));
    double[] numerator = new double[place.size()];
    double[] denominator = new double[place.size()];
    byCondition.forEach(
        (condition, value) -> {
          int p = place.get(unitOf.get(condition));
          numerator[p] += value;
          denominator[p]++;
        });
    return new PerturbationScores(numerator, denominator);
  }

  int byConvention(String model, Metric metric) {
    return (int)
        column(model, metric).values().stream().filter(MetricValue::isByConvention).count();
  }

  /** The values of a model in some conditions, summed up by perturbation; made once. */
  PerturbationScores scores(String model, Metric metric, List<Condition> conditions) {
    return known.computeIfAbsent(
        new Column(model, metric, conditions), c -> sum(model, metric, conditions));
  }

  private PerturbationScores sum(String model, Metric metric, List<Condition> conditions) {
    Map<Integer, Integer> place = new LinkedHashMap<>();
    conditions.forEach(c -> place.computeIfAbsent(unitOf.get(c), u -> place.size()));
    double[] numerator = new double[place.size()];
    double[] denominator = new double[place.size()];
    Map<Condition, MetricValue> column = column(model, metric);
    for (Condition condition : conditions) {
      int p = place.get(unitOf.get(condition));
      MetricValue value = column.get(condition);
      double weight = metric.kind() == Metric.Kind.RATIO ? value.weight() : 1;
      numerator[p] += value.value().orElseThrow() * weight;
      denominator[p] += weight;
    }
    return new PerturbationScores(numerator, denominator);
  }
}
