package org.virtualcell.evaluate;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.virtualcell.evaluate.confidence.JudgedAnswer;

/**
 * Puts answers beside the measurement for judging confidence: on the genes that count and that the
 * context expresses. Genes that are never detected would be inside every interval.
 */
final class AnswerJudging {
  private final MeasuredCase measured;
  private final int[] genes;

  AnswerJudging(MeasuredCase measured) {
    this.measured = measured;
    this.genes =
        IntStream.range(0, measured.genes().size())
            .map(measured.genes()::place)
            .filter(measured.expressed()::get)
            .toArray();
  }

  /**
   * Judges an answer.
   *
   * @param reply what the model said, knowing all training cells
   * @param reference what an uninformed baseline said; empty is no change
   */
  JudgedAnswer of(Reply reply, Optional<PredictedEffect> reference) {
    MeasuredEffect truth = measured.shared().effect();
    return JudgedAnswer.of(
        new JudgedAnswer.Question(
            TargetGenes.unit(measured.condition().perturbation()),
            measured.condition(),
            at(truth.delta()),
            at(truth.standardError()),
            reference.map(e -> at(e.effect())).orElseGet(() -> new double[genes.length])),
        reply
            .effect()
            .map(effect -> said(reply, effect))
            .orElseGet(
                () ->
                    new JudgedAnswer.Said(
                        reply.verdict().decision(),
                        OptionalDouble.empty(),
                        new double[genes.length],
                        null,
                        0)));
  }

  private JudgedAnswer.Said said(Reply reply, PredictedEffect effect) {
    return new JudgedAnswer.Said(
        reply.verdict().decision(),
        reply.distance(),
        at(effect.effect()),
        effect.bounds().map(b -> new double[][] {at(b.lower()), at(b.upper())}).orElse(null),
        effect.bounds().map(PredictedEffect.Bounds::level).orElse(0.0));
  }

  private double[] at(double[] profile) {
    return Vectors.at(profile, genes);
  }
}
