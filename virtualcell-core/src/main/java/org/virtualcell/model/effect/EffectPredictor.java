package org.virtualcell.model.effect;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.virtualcell.api.CellState;
import org.virtualcell.api.Condition;
import org.virtualcell.api.ModelCard;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.PredictedState;
import org.virtualcell.api.Prediction;
import org.virtualcell.api.PredictionOptions;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.Regime;
import org.virtualcell.api.Support;
import org.virtualcell.api.Verdict;
import org.virtualcell.model.EffectOutcome;
import org.virtualcell.model.LastPrepared;
import org.virtualcell.model.PreparedState;
import org.virtualcell.model.StorableModel;
import org.virtualcell.model.StoredModel;
import org.virtualcell.model.Targets;

/** The effect model at work. Thread-safe. */
public final class EffectPredictor implements Predictor, StorableModel {
  private final Screen screen;
  private final Seen seen;
  private final TargetSimilarity known;
  private final ModelCard card;
  private final Responses responses;
  private final SubstateAnswers substates;
  private final Map<String, Answering> byMode = new HashMap<>();
  private final List<ModeModel> models;
  private final Map<String, OwnTarget> ownTargets = new HashMap<>();
  private final Map<String, ControlError> controlErrors = new HashMap<>();
  private final ModeTransfers transfers;
  private final LastPrepared<PreparedState> prepared;

  EffectPredictor(
      Screen screen,
      TargetSimilarity known,
      List<ModeModel> models,
      ModelCard card,
      Responses responses) {
    this.screen = screen;
    this.known = known;
    this.card = card;
    this.responses = responses;
    this.substates = new SubstateAnswers(responses.cells());
    this.models = List.copyOf(models);
    this.transfers = new ModeTransfers(models);
    this.prepared =
        new LastPrepared<>(
            card.name(),
            state ->
                new PreparedState(state, screen.genes(), screen.units(), screen.contextNames()));
    this.seen = new Seen(screen);
    for (ModeModel model : models) {
      String mode = model.mode().modes().toString();
      byMode.put(mode, new Answering(seen, model));
      controlErrors.put(mode, new ControlError(model));
      OwnTarget.of(screen, model.mode()).ifPresent(rule -> ownTargets.put(mode, rule));
    }
  }

  @Override
  public Prediction predict(
      CellState baseline, Perturbation perturbation, PredictionOptions options) {
    return predict(prepared.of(baseline), perturbation, options);
  }

  @Override
  public List<Prediction> predict(
      CellState baseline, List<Perturbation> perturbations, PredictionOptions options) {
    PreparedState state = prepared.of(baseline);
    List<Prediction> predictions = new ArrayList<>(perturbations.size());
    perturbations.forEach(p -> predictions.add(predict(state, p, options)));
    return List.copyOf(predictions);
  }

  /**
   * Effects alone, for many perturbations of one state: those of {@link Prediction#effect()},
   * without intervals, sources and verdicts, which cost many times as much (unless effects of other
   * modes or a rule for the target's own transcript have a part in them). Works on all processors;
   * the values do not depend on how many.
   *
   * @param baseline the state
   * @param perturbations what is asked about
   * @return perturbations x genes of the outcome, changes of the mean log1p value
   */
  public double[][] effects(CellState baseline, List<Perturbation> perturbations) {
    PreparedState state = prepared.of(baseline);
    double[][] effects = new double[perturbations.size()][];
    IntStream.range(0, effects.length)
        .parallel()
        .forEach(i -> effects[i] = state.pick(effect(state, perturbations.get(i))));
    return effects;
  }

  private double[] effect(PreparedState baseline, Perturbation perturbation) {
    String mode = Targets.modes(perturbation).toString();
    Answering answering = perturbation.parts().isEmpty() ? null : byMode.get(mode);
    if (answering == null || models.size() > 1 || ownTargets.containsKey(mode)) {
      return answer(baseline, perturbation, PredictionOptions.DEFAULT).effect();
    }
    return answering.effect(perturbation, baseline.context(), baseline.mean());
  }

  private Prediction predict(
      PreparedState baseline, Perturbation perturbation, PredictionOptions options) {
    Answer answer = answer(baseline, perturbation, options);
    return new Prediction(
        new Condition(perturbation, baseline.given().context()),
        Regime.of(
            perturbation.parts().isEmpty() || seen.perturbation(perturbation),
            seen.context(baseline.context())),
        new Support(answer.measured(), answer.sources(), answer.distance(), baseline.coverage()),
        answer.verdict(),
        Optional.of(
            outcome(
                baseline,
                perturbation,
                answer,
                responses.find(new Condition(perturbation, baseline.context())),
                options)),
        baseline.provenance(card, options));
  }

  private Answer answer(
      PreparedState baseline, Perturbation perturbation, PredictionOptions options) {
    double level = options.intervalLevel();
    int genes = screen.genes().size();
    if (perturbation.parts().isEmpty()) {
      return Answer.noChange(
          genes, new Verdict(Verdict.Decision.ANSWER, "A control leaves the cells as they are."));
    }
    Answering answering = byMode.get(Targets.modes(perturbation).toString());
    if (answering == null) {
      return Answer.noChange(
          genes,
          new Verdict(
              Verdict.Decision.NO_EVIDENCE,
              "No training condition of mode "
                  + Targets.modes(perturbation)
                  + ", and effects of other modes do not transfer; answers 'no change'."));
    }
    Answer answer =
        transfers.in(
            answering.answer(perturbation, baseline.context(), baseline.mean(), level),
            perturbation,
            baseline.context(),
            baseline.mean());
    OwnTarget rule = ownTargets.get(Targets.modes(perturbation).toString());
    Answer ruled =
        rule == null
            ? answer
            : rule.in(answer, perturbation, baseline.context(), baseline.mean(), level);
    ControlError error = controlErrors.get(Targets.modes(perturbation).toString());
    return options.controlError() && error != null
        ? error.of(baseline.context()).map(ruled::withControlError).orElse(ruled)
        : ruled;
  }

  private PredictedState outcome(
      PreparedState baseline,
      Perturbation perturbation,
      Answer answer,
      Optional<PredictedState.Responders> responders,
      PredictionOptions options) {
    PredictedState state =
        new EffectOutcome(
                baseline,
                baseline.pick(answer.effect()),
                baseline.pick(answer.rankEffect()),
                answer.widths().map(baseline::pick),
                answer.basis(),
                responders)
            .predicted(options);
    return state.withSubstateEffects(
        substates.of(
            baseline.given(), new Condition(perturbation, baseline.context()), state.effect()));
  }

  Screen screen() {
    return screen;
  }

  TargetSimilarity known() {
    return known;
  }

  List<ModeModel> models() {
    return models;
  }

  Responses responses() {
    return responses;
  }

  @Override
  public ModelCard card() {
    return card;
  }

  @Override
  public StoredModel store() {
    prepared.requireOpen("saving");
    return EffectStore.write(screen, known, models, card, responses);
  }

  @Override
  public void close() {
    prepared.close();
  }
}
