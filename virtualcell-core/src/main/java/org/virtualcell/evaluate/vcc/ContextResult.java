package org.virtualcell.evaluate.vcc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * What was found in one context. Immutable.
 *
 * @param context its name
 * @param table the metrics of the prediction
 * @param baseline the metrics of the baseline, where it was computed
 * @param anchors the ends of the scale, where there is one
 * @param scores one per metric of the profile, in its order
 * @param score the mean of the six member scores, where there is a scale
 * @param constantScore the mean of the six on the constant scale
 * @param data the digest of the measured cells
 * @param cells how many measured cells there are, controls included
 * @param rho the share of its claimed sampling noise the prediction was granted
 * @param warnings what a reader should know
 */
public record ContextResult(
    String context,
    MetricTable table,
    Optional<MetricTable> baseline,
    Optional<ContextAnchors> anchors,
    List<MemberScore> scores,
    OptionalDouble score,
    double constantScore,
    String data,
    int cells,
    double rho,
    List<String> warnings) {
  private static final double SUSPICIOUS = 0.7;

  /** A claim below this is what rounding leaves of equal cells. */
  private static final double ROUNDING = 1e-9;

  /** Copies the lists. */
  public ContextResult {
    scores = List.copyOf(scores);
    warnings = List.copyOf(warnings);
  }

  static ContextResult of(
      String context,
      ChallengeProfile profile,
      List<PanelScores.Scored> arms,
      Optional<ContextAnchors> anchors,
      String data,
      List<String> unresolved,
      boolean fractional,
      int cells) {
    PanelScores.Scored scored = arms.get(0);
    List<MemberScore> scores = new ArrayList<>();
    for (MetricTable.Aggregate aggregate : scored.table().aggregates()) {
      ChallengeMetric metric = aggregate.metric();
      OptionalDouble baseline =
          anchors
              .flatMap(a -> a.baseline(metric))
              .map(OptionalDouble::of)
              .orElse(OptionalDouble.empty());
      OptionalDouble replicate =
          anchors
              .flatMap(a -> a.replicate(metric))
              .map(r -> OptionalDouble.of(r.mean()))
              .orElse(OptionalDouble.empty());
      scores.add(MemberScore.of(metric, aggregate.value(), baseline, replicate));
    }
    return new ContextResult(
        context,
        scored.table(),
        arms.size() > 1 ? Optional.of(arms.get(1).table()) : Optional.empty(),
        anchors,
        scores,
        anchors.isEmpty() ? OptionalDouble.empty() : mean(scores, MemberScore::fromReplicate),
        mean(scores, MemberScore::constant).orElse(Double.NaN),
        data,
        cells,
        scored.budget().rho(),
        warnings(scored, unresolved, fractional));
  }

  private static OptionalDouble mean(
      List<MemberScore> scores, Function<MemberScore, OptionalDouble> which) {
    List<Double> members = new ArrayList<>();
    for (ChallengeMetric metric : ChallengeMetric.scored()) {
      for (MemberScore score : scores) {
        if (score.metric() == metric) {
          OptionalDouble value = which.apply(score);
          if (value.isEmpty()) {
            return OptionalDouble.empty();
          }
          members.add(value.getAsDouble());
        }
      }
    }
    return members.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(ScoreMap.mean(members));
  }

  private static List<String> warnings(
      PanelScores.Scored scored, List<String> unresolved, boolean fractional) {
    List<String> warnings = new ArrayList<>();
    if (fractional) {
      warnings.add("predicted counts were allowed to be fractions; the competition refuses them");
    }
    if (!unresolved.isEmpty()) {
      warnings.add(
          "labels that are no gene of the matrix, so that nothing is left out for them: "
              + String.join(", ", unresolved));
    }
    ProfileMetrics.Budget budget = scored.budget();
    if (budget.claimed() > ROUNDING && budget.scatter() / budget.claimed() < SUSPICIOUS) {
      warnings.add(
          "the scatter of predicted cells cancels in their pseudobulk: "
              + budget.scatter() / budget.claimed()
              + " of the claimed sampling noise is there");
    }
    for (MetricTable.Aggregate aggregate : scored.table().aggregates()) {
      if (!aggregate.omitted().isEmpty()) {
        warnings.add(
            aggregate.metric().label()
                + " leaves out, because the measured cells carry too few or no findings: "
                + String.join(", ", aggregate.omitted()));
      }
      if (aggregate.undefined() > 0) {
        warnings.add(
            aggregate.metric().label()
                + " is not defined for "
                + aggregate.undefined()
                + " of "
                + aggregate.rows()
                + " perturbations, which are dropped from its mean");
      }
    }
    return warnings;
  }

  /**
   * The score of a metric.
   *
   * @param metric a metric of the profile
   * @return its score
   * @throws java.util.NoSuchElementException if the profile has no such metric
   */
  public MemberScore score(ChallengeMetric metric) {
    return scores.stream().filter(s -> s.metric() == metric).findFirst().orElseThrow();
  }
}
