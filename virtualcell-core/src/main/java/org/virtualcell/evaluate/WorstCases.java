package org.virtualcell.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.virtualcell.api.Condition;

/**
 * The conditions where a model lost most against a baseline, by relative squared error with
 * separate controls, or with shared ones where the verdicts rest on those. Without a model beside
 * the baselines, the one with the lowest pooled error of each protocol is looked at: the one a user
 * would choose there.
 */
final class WorstCases {
  private final List<String> models;
  private final List<String> baselines;
  private final List<ScopeResult> scopes;

  WorstCases(List<String> models, List<String> baselines, List<ScopeResult> scopes) {
    this.models = models;
    this.baselines = baselines;
    this.scopes = scopes;
  }

  private record Key(String protocol, String stratum, Condition condition) {}

  List<WorstCase> of(List<ItemScore> items, int most) {
    Map<Key, Map<String, Double>> errors = new LinkedHashMap<>();
    for (ItemScore item : items) {
      if (item.metric() == metric(item.protocol()) && item.value().value().isPresent()) {
        errors
            .computeIfAbsent(
                new Key(item.protocol(), item.stratum(), item.condition()), k -> new HashMap<>())
            .put(item.model(), item.value().value().getAsDouble());
      }
    }
    List<WorstCase> worst = new ArrayList<>();
    errors.forEach(
        (key, byModel) ->
            subjects(key.protocol()).stream()
                .filter(byModel::containsKey)
                .flatMap(model -> loss(key, model, byModel).stream())
                .forEach(worst::add));
    worst.sort(Comparator.comparingDouble(WorstCase::margin).reversed());
    return List.copyOf(worst.subList(0, Math.min(most, worst.size())));
  }

  private Optional<ScopeResult> whole(String protocol) {
    return scopes.stream().filter(s -> s.scope().equals(Scope.of(protocol))).findFirst();
  }

  private Metric metric(String protocol) {
    return whole(protocol).map(Verdicts::metric).orElse(Metric.RELATIVE_ERROR_SEPARATE);
  }

  private List<String> subjects(String protocol) {
    if (!models.isEmpty()) {
      return models;
    }
    Metric metric = metric(protocol);
    return whole(protocol).stream()
        .flatMap(s -> s.scores().stream())
        .filter(s -> s.metric() == metric && s.statistic() == Verdicts.STATISTIC)
        .filter(s -> baselines.contains(s.model()))
        .min(Comparator.comparingDouble(Score::value))
        .map(Score::model)
        .stream()
        .toList();
  }

  private Optional<WorstCase> loss(Key key, String model, Map<String, Double> errors) {
    return baselines.stream()
        .filter(baseline -> !baseline.equals(model) && errors.containsKey(baseline))
        .min(Comparator.comparingDouble(errors::get))
        .filter(best -> errors.get(best) < errors.get(model))
        .map(
            best ->
                new WorstCase(
                    key.protocol(),
                    key.stratum(),
                    key.condition(),
                    model,
                    errors.get(model),
                    best,
                    errors.get(best)));
  }
}
