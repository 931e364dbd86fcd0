package org.virtualcell.evaluate;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.virtualcell.evaluate.MeasuredCase.Lineup;
import org.virtualcell.evaluate.MeasuredCase.Target;

/**
 * All metrics of one prediction of one held-out condition. Errors, the Pearson correlation and the
 * interval judge the effect; cosine, rank and top genes judge the effect as the model sizes it for
 * ranking.
 */
final class CaseScores {
  static final String TOO_FEW_CELLS = "too few cells or controls to measure halves";

  private final MeasuredCase measured;
  private final Map<Metric, MetricValue> values = new EnumMap<>(Metric.class);

  private CaseScores(MeasuredCase measured) {
    this.measured = measured;
  }

  /**
   * What a model said to one question.
   *
   * @param whole its prediction, to be measured with shared controls; empty if there is none
   * @param separate its prediction without any reserved cell, to be measured with separate controls
   * @param ranked the prediction to be ranked
   * @param noWhole why {@code whole} is empty
   * @param noSeparate why {@code separate} is empty
   */
  record Predictions(
      Optional<PredictedEffect> whole,
      Optional<PredictedEffect> separate,
      Optional<PredictedEffect> ranked,
      String noWhole,
      String noSeparate) {}

  /** The metrics of a model. */
  static Map<Metric, MetricValue> of(MeasuredCase measured, Predictions predicted) {
    CaseScores scores = new CaseScores(measured);
    predicted
        .whole()
        .ifPresent(
            effect -> {
              scores.values.putAll(
                  target(effect, measured.shared(), measured.genes(), Metric.Controls.SHARED));
              scores.interval(effect);
              if (!effect.cells().isEmpty()) {
                scores.values.putAll(measured.population().judge(effect.cells()));
              }
            });
    if (predicted.separate().isPresent() && measured.separate().isPresent()) {
      scores.values.putAll(
          target(
              predicted.separate().get(),
              measured.separate().get(),
              measured.genes(),
              Metric.Controls.SEPARATE));
    }
    if (predicted.ranked().isPresent() && measured.lineup().isPresent()) {
      scores.values.putAll(lineup(predicted.ranked().get(), measured.lineup().get()));
    }
    for (Metric metric : Metric.values()) {
      scores.values.putIfAbsent(metric, MetricValue.absent(reason(metric, predicted)));
    }
    return scores.values;
  }

  private static String reason(Metric metric, Predictions predicted) {
    if (metric.ofCells() && predicted.whole().isPresent()) {
      return predicted.whole().get().cells().isEmpty()
          ? "the prediction has no cells"
          : TOO_FEW_CELLS;
    }
    if (metric.controls() == Metric.Controls.SHARED) {
      return predicted.noWhole();
    }
    boolean there = (metric.ranks() ? predicted.ranked() : predicted.separate()).isPresent();
    return there ? TOO_FEW_CELLS : predicted.noSeparate();
  }

  /** The metrics that judge an effect against one measured effect. */
  static Map<Metric, MetricValue> target(
      PredictedEffect predicted, Target target, GeneChoice genes, Metric.Controls controls) {
    boolean shared = controls == Metric.Controls.SHARED;
    Map<Metric, MetricValue> values = new EnumMap<>(Metric.class);
    double[] truth = genes.of(target.effect().delta());
    double[] effect = genes.of(predicted.effect());
    double[] rankEffect = genes.of(predicted.rankEffect());
    values.put(
        shared ? Metric.PEARSON : Metric.PEARSON_SEPARATE, PearsonOfEffect.of(effect, truth));
    values.put(
        shared ? Metric.RELATIVE_ERROR : Metric.RELATIVE_ERROR_SEPARATE,
        RelativeSquaredError.of(effect, truth));
    values.put(
        shared ? Metric.COSINE_PROJECTED : Metric.COSINE_PROJECTED_SEPARATE,
        target
            .mean()
            .map(mean -> ProjectedCosine.of(rankEffect, truth, genes.of(mean.mean())))
            .orElse(MetricValue.absent("no other effect was measured to project out")));
    values.put(
        shared ? Metric.COSINE_SUBTRACTED : Metric.COSINE_SUBTRACTED_SEPARATE,
        target
            .mean()
            .map(mean -> SubtractedAgreement.cosine(rankEffect, truth, genes.of(mean.mean())))
            .orElse(MetricValue.absent("no other effect was measured to subtract")));
    values.put(
        shared ? Metric.PEARSON_PERTURBED : Metric.PEARSON_PERTURBED_SEPARATE,
        target
            .mean()
            .map(mean -> SubtractedAgreement.pearson(effect, truth, genes.of(mean.equal())))
            .orElse(MetricValue.absent("no other effect was measured to subtract")));
    values.put(
        shared ? Metric.TOP_20 : Metric.TOP_20_SEPARATE, top(20, rankEffect, truth, target, genes));
    values.put(
        shared ? Metric.TOP_50 : Metric.TOP_50_SEPARATE, top(50, rankEffect, truth, target, genes));
    return values;
  }

  private static MetricValue top(
      int k, double[] predicted, double[] truth, Target target, GeneChoice genes) {
    return target.effect().hasStandardError()
        ? TopGeneOverlap.of(k, predicted, truth, genes.of(target.effect().standardError()))
        : MetricValue.absent("a single cell has no standard error");
  }

  /** The place of the own effect among others. */
  static Map<Metric, MetricValue> lineup(PredictedEffect predicted, Lineup lineup) {
    GeneChoice genes = lineup.genes();
    double[] own = genes.of(lineup.own().delta());
    List<double[]> others = lineup.others().stream().map(other -> genes.of(other.delta())).toList();
    return Map.of(
        Metric.DISCRIMINATION_RANK,
        DiscriminationRank.of(genes.of(predicted.rankEffect()), own, others),
        Metric.CENTROID_ACCURACY,
        CentroidAccuracy.of(genes.of(predicted.effect()), own, others));
  }

  private void interval(PredictedEffect predicted) {
    if (predicted.bounds().isEmpty()) {
      MetricValue none = MetricValue.absent("the model states no interval");
      values.put(Metric.INTERVAL_COVERAGE, none);
      values.put(Metric.INTERVAL_WIDTH, none);
      return;
    }
    PredictedEffect.Bounds bounds = predicted.bounds().get();
    double[] truth = measured.shared().effect().delta();
    int counted = 0;
    int inside = 0;
    double width = 0;
    for (int i = 0; i < measured.genes().size(); i++) {
      int gene = measured.genes().place(i);
      if (measured.expressed().get(gene)) {
        counted++;
        inside += bounds.contains(gene, truth[gene]) ? 1 : 0;
        width += bounds.width(gene);
      }
    }
    MetricValue none = MetricValue.absent("no gene is detected in enough control cells");
    values.put(
        Metric.INTERVAL_COVERAGE,
        counted == 0 ? none : MetricValue.measured((double) inside / counted));
    values.put(Metric.INTERVAL_WIDTH, counted == 0 ? none : MetricValue.measured(width / counted));
  }
}
