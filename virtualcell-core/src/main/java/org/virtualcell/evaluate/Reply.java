package org.virtualcell.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Prediction;
import org.virtualcell.api.PredictionOptions;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.Regime;
import org.virtualcell.api.TrainingSet;
import org.virtualcell.api.UnknownContextException;
import org.virtualcell.api.UnknownPerturbationException;
import org.virtualcell.api.Verdict;

/**
 * What a model said to one question. A model that does not know the perturbation or the context and
 * raises an exception is taken as abstaining, with the exception's message as the reason.
 *
 * @param regime which claim the model says this is
 * @param verdict whether it stands behind it
 * @param effect what it predicts; empty for an abstention
 * @param distance how far it says the question is from its training data
 */
record Reply(
    Optional<Regime> regime,
    Verdict verdict,
    Optional<PredictedEffect> effect,
    OptionalDouble distance) {

  /** A plain answer. */
  static Reply of(double[] effect) {
    return new Reply(
        Optional.empty(),
        new Verdict(Verdict.Decision.ANSWER, "answered"),
        Optional.of(PredictedEffect.of(effect)),
        OptionalDouble.empty());
  }

  /** A plain answer with predicted cells. */
  static Reply of(double[] effect, List<CellState> cells) {
    Reply plain = of(effect);
    return new Reply(
        plain.regime, plain.verdict, plain.effect.map(e -> e.with(cells)), plain.distance);
  }

  /** No answer. */
  static Reply none(String reason) {
    return new Reply(
        Optional.empty(),
        new Verdict(Verdict.Decision.ABSTAIN, reason),
        Optional.empty(),
        OptionalDouble.empty());
  }

  /** Asks a predictor for every case, the controls of its context in the training set given. */
  static List<Reply> ask(
      Predictor predictor,
      TrainingSet training,
      List<MeasuredCase> cases,
      PredictionOptions options) {
    Map<CellContext, List<Integer>> byContext = new LinkedHashMap<>();
    for (int i = 0; i < cases.size(); i++) {
      byContext.computeIfAbsent(cases.get(i).condition().context(), c -> new ArrayList<>()).add(i);
    }
    Reply[] replies = new Reply[cases.size()];
    ExpressionUnits units = cases.get(0).shared().effect().units();
    byContext.forEach(
        (context, indices) -> {
          List<Perturbation> questions =
              indices.stream().map(i -> cases.get(i).condition().perturbation()).toList();
          List<Reply> answered =
              ask(
                  predictor,
                  training.controls(context),
                  questions,
                  options,
                  training.genes(),
                  units);
          for (int i = 0; i < indices.size(); i++) {
            replies[indices.get(i)] = answered.get(i);
          }
        });
    return List.of(replies);
  }

  /** Asks a predictor several questions about one population of controls. */
  static List<Reply> ask(
      Predictor predictor,
      CellState controls,
      List<Perturbation> questions,
      PredictionOptions options,
      GeneVocabulary genes,
      ExpressionUnits units) {
    if (questions.isEmpty()) {
      return List.of();
    }
    try {
      return predictor.predict(controls, questions, options).stream()
          .map(prediction -> of(prediction, genes, units))
          .toList();
    } catch (UnknownPerturbationException | UnknownContextException refused) {
      if (questions.size() == 1) {
        return List.of(none(refused.getMessage()));
      }
      return questions.stream()
          .flatMap(q -> ask(predictor, controls, List.of(q), options, genes, units).stream())
          .toList();
    }
  }

  private static Reply of(Prediction prediction, GeneVocabulary genes, ExpressionUnits units) {
    return new Reply(
        Optional.of(prediction.regime()),
        prediction.verdict(),
        prediction.outcome().map(state -> PredictedEffect.of(state, genes, units)),
        prediction.support().distance());
  }
}
