package org.virtualcell.evaluate.vcc;

import java.util.OptionalDouble;

/**
 * The score of one metric in one context.
 *
 * @param metric the metric
 * @param value the aggregate u
 * @param baseline the baseline b, where it is known
 * @param replicate the replicate r, where it is known
 * @param linear (u - b) / (r - b) before any clamp
 * @param fromReplicate the member score; only of scored members, only with both ends
 * @param fromBaseline the score against the baseline and the perfect value
 * @param constant the score on the constant scale; only of scored members
 */
public record MemberScore(
    ChallengeMetric metric,
    double value,
    OptionalDouble baseline,
    OptionalDouble replicate,
    OptionalDouble linear,
    OptionalDouble fromReplicate,
    OptionalDouble fromBaseline,
    OptionalDouble constant) {
  static MemberScore of(ChallengeMetric metric, double u, OptionalDouble b, OptionalDouble r) {
    boolean scored = ChallengeMetric.scored().contains(metric);
    boolean ends = scored && b.isPresent() && r.isPresent();
    return new MemberScore(
        metric,
        u,
        b,
        r,
        ends
            ? OptionalDouble.of((u - b.getAsDouble()) / (r.getAsDouble() - b.getAsDouble()))
            : OptionalDouble.empty(),
        ends
            ? OptionalDouble.of(ScoreMap.between(metric, u, b.getAsDouble(), r.getAsDouble()))
            : OptionalDouble.empty(),
        b.isPresent() ? ScoreMap.fromBaseline(metric, u, b.getAsDouble()) : OptionalDouble.empty(),
        scored ? OptionalDouble.of(ScoreMap.constant(metric, u)) : OptionalDouble.empty());
  }
}
