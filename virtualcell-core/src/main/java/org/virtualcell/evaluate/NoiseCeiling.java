package org.virtualcell.evaluate;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.virtualcell.evaluate.MeasuredCase.Halves;
import org.virtualcell.evaluate.MeasuredCase.Lineup;
import org.virtualcell.evaluate.MeasuredCase.Target;

/**
 * What a repetition of the experiment with half the cells would score: one half of the cells, with
 * its own half of the controls, predicts the other half, and the other half the first; the mean
 * over both directions and all divisions into halves. No cell is on both sides. The rank is that of
 * the first half among second halves, in the first division.
 */
final class NoiseCeiling {
  private NoiseCeiling() {}

  /** A value per metric with separate controls, absent where there are too few cells. */
  static Map<Metric, MetricValue> of(
      GeneChoice genes, List<Halves> divisions, Optional<Lineup> lineup) {
    Map<Metric, List<MetricValue>> rounds = new EnumMap<>(Metric.class);
    for (Halves halves : divisions) {
      addRound(
          rounds, halves.first(), new Target(halves.second(), halves.mean(), List.of()), genes);
      addRound(
          rounds, halves.second(), new Target(halves.first(), halves.mean(), List.of()), genes);
    }
    Map<Metric, MetricValue> values = new EnumMap<>(Metric.class);
    rounds.forEach((metric, round) -> values.put(metric, MetricValue.mean(round)));
    if (lineup.isPresent() && !divisions.isEmpty()) {
      PredictedEffect first = PredictedEffect.of(divisions.get(0).first().delta());
      values.putAll(CaseScores.lineup(first, lineup.get()));
    }
    for (Metric metric : Metric.values()) {
      if (metric.controls() == Metric.Controls.SEPARATE) {
        values.putIfAbsent(metric, MetricValue.absent(CaseScores.TOO_FEW_CELLS));
      }
    }
    return values;
  }

  private static void addRound(
      Map<Metric, List<MetricValue>> rounds, MeasuredEffect half, Target other, GeneChoice genes) {
    CaseScores.target(PredictedEffect.of(half.delta()), other, genes, Metric.Controls.SEPARATE)
        .forEach(
            (metric, value) -> rounds.computeIfAbsent(metric, m -> new ArrayList<>()).add(value));
  }
}
