package org.virtualcell.evaluate.report;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.virtualcell.api.Condition;
import org.virtualcell.api.GeneProfile;
import org.virtualcell.evaluate.EffectProfiles;
import org.virtualcell.evaluate.EvaluationResult;
import org.virtualcell.evaluate.ItemScore;
import org.virtualcell.evaluate.Metric;

/**
 * The result, gathered by what was held out: a {@link Case} per way of holding out a condition, and
 * a {@link Measured} per condition, which several cases share.
 */
final class HeldOutCases {
  /**
   * The metrics per case that a page carries; files hold all. Of each pair the one with separate
   * controls, or the other where the judged models have no value of the first.
   */
  private static final List<List<Metric>> WANTED =
      List.of(
          List.of(Metric.PEARSON_SEPARATE, Metric.PEARSON),
          List.of(Metric.COSINE_PROJECTED_SEPARATE, Metric.COSINE_PROJECTED),
          List.of(Metric.RELATIVE_ERROR_SEPARATE, Metric.RELATIVE_ERROR),
          List.of(Metric.DISCRIMINATION_RANK));

  final List<Metric> metrics;
  final List<Measured> measured = new ArrayList<>();
  final List<Case> cases = new ArrayList<>();

  private final Map<Condition, Integer> indexOfMeasured = new HashMap<>();
  private final Map<List<Object>, Case> byKey = new LinkedHashMap<>();

  private HeldOutCases(List<Metric> metrics) {
    this.metrics = metrics;
  }

  /** What was measured of a condition; the effects are null where none were kept. */
  static final class Measured {
    final Condition condition;
    EffectProfiles effects;
    Significance significance;

    /** Correlation of the disjoint halves of its cells and controls; NaN where there is none. */
    double signal = Double.NaN;

    private Measured(Condition condition) {
      this.condition = condition;
    }

    int changedGenes() {
      return significance == null ? 0 : significance.changedGenes();
    }
  }

  /** One held-out condition: its scores by metric and model, and the effects where kept. */
  static final class Case {
    final String protocol;
    final String stratum;
    final int measured;
    final Map<Metric, Map<String, Double>> scores = new EnumMap<>(Metric.class);
    EffectProfiles effects;

    private Case(String protocol, String stratum, int measured) {
      this.protocol = protocol;
      this.stratum = stratum;
      this.measured = measured;
    }
  }

  static HeldOutCases of(EvaluationResult result) {
    List<String> judged = result.models().isEmpty() ? result.baselines() : result.models();
    Set<Metric> present = EnumSet.noneOf(Metric.class);
    for (ItemScore item : result.items()) {
      if (item.value().value().isPresent() && judged.contains(item.model())) {
        present.add(item.metric());
      }
    }
    List<Metric> chosen =
        WANTED.stream().flatMap(pair -> pair.stream().filter(present::contains).limit(1)).toList();
    HeldOutCases gathered =
        new HeldOutCases(chosen.isEmpty() ? List.of(Metric.PEARSON_SEPARATE) : chosen);
    for (ItemScore item : result.items()) {
      gathered.add(item);
    }
    for (EffectProfiles effects : result.effects()) {
      gathered.add(effects);
    }
    gathered.cases.addAll(gathered.byKey.values());
    return gathered;
  }

  private void add(ItemScore item) {
    Case scored = caseOf(item.protocol(), item.stratum(), item.condition());
    item.value()
        .value()
        .ifPresent(
            value -> {
              if (metrics.contains(item.metric())) {
                scored
                    .scores
                    .computeIfAbsent(item.metric(), m -> new HashMap<>())
                    .put(item.model(), value);
              }
              if (item.model().equals(EvaluationResult.CEILING)
                  && item.metric() == Metric.PEARSON_SEPARATE) {
                measured.get(scored.measured).signal = value;
              }
            });
  }

  private void add(EffectProfiles effects) {
    Case scored = caseOf(effects.protocol(), effects.stratum(), effects.condition());
    scored.effects = effects;
    Measured of = measured.get(scored.measured);
    if (of.effects == null) {
      of.effects = effects;
      double[] effect = effects.measured().toArray();
      // without a standard error no gene is tested
      of.significance =
          Significance.of(
              effect,
              effects
                  .standardError()
                  .map(GeneProfile::toArray)
                  .orElseGet(() -> new double[effect.length]));
    }
  }

  private Case caseOf(String protocol, String stratum, Condition condition) {
    return byKey.computeIfAbsent(
        List.of(protocol, stratum, condition),
        key ->
            new Case(
                protocol,
                stratum,
                indexOfMeasured.computeIfAbsent(
                    condition,
                    c -> {
                      measured.add(new Measured(c));
                      return measured.size() - 1;
                    })));
  }
}
