package org.virtualcell.model.effect;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.virtualcell.api.CellState;
import org.virtualcell.api.ClosedException;
import org.virtualcell.api.Condition;
import org.virtualcell.api.GeneProfile;
import org.virtualcell.api.Interval;
import org.virtualcell.api.ModelCard;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.PredictedState;
import org.virtualcell.api.Prediction;
import org.virtualcell.api.PredictionOptions;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.Regime;
import org.virtualcell.api.Support;
import org.virtualcell.api.Verdict;
import org.virtualcell.model.PreparedState;
import org.virtualcell.model.StorableModel;
import org.virtualcell.model.StoredModel;
import org.virtualcell.model.Targets;

/** The effect model at work. Thread-safe. */
public final class EffectPredictor implements Predictor, StorableModel {
  private final Screen screen;
  private final TargetSimilarity known;
  private final ModelCard card;
  private final Responses responses;
  private final Map<String, Answering> byMode = new HashMap<>();
  private final List<ModeModel> models;
  private final AtomicReference<PreparedState> last = new AtomicReference<>();
  private volatile boolean closed;

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
    this.models = List.copyOf(models);
    for (ModeModel model : models) {
      byMode.put(model.mode().modes().toString(), new Answering(screen, model));
    }
  }

  @Override
  public Prediction predict(
      CellState baseline, Perturbation perturbation, PredictionOptions options) {
    requireOpen();
    return predict(prepare(baseline), perturbation, options);
  }

  @Override
  public List<Prediction> predict(
      CellState baseline, List<Perturbation> perturbations, PredictionOptions options) {
    requireOpen();
    PreparedState prepared = prepare(baseline);
    List<Prediction> predictions = new ArrayList<>(perturbations.size());
    perturbations.forEach(p -> predictions.add(predict(prepared, p, options)));
    return List.copyOf(predictions);
  }

  private void requireOpen() {
    if (closed) {
      throw new ClosedException(
          "The model has been closed", card.name(), "Load or train it again before predicting.");
    }
  }

  /** States are immutable: the one asked about last is kept, most callers ask about it again. */
  @SuppressWarnings("ReferenceEquality") // comparing the values would cost what is to be saved
  private PreparedState prepare(CellState baseline) {
    PreparedState kept = last.get();
    if (kept == null || kept.given() != baseline) {
      kept = new PreparedState(baseline, screen.genes(), screen.units(), screen.contextNames());
      last.set(kept);
    }
    return kept;
  }

  private Prediction predict(
      PreparedState baseline, Perturbation perturbation, PredictionOptions options) {
    Answer answer = answer(baseline, perturbation, options.intervalLevel());
    return new Prediction(
        new Condition(perturbation, baseline.given().context()),
        Regime.of(
            perturbation.parts().isEmpty() || screen.hasPerturbation(perturbation),
            screen.hasPerturbed(baseline.context())),
        new Support(answer.measured(), answer.sources(), answer.distance(), baseline.coverage()),
        answer.verdict(),
        Optional.of(
            outcome(
                baseline,
                answer,
                responses.find(new Condition(perturbation, baseline.context())),
                options)),
        provenance(baseline, options));
  }

  private Answer answer(PreparedState baseline, Perturbation perturbation, double level) {
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
    return answering.answer(perturbation, baseline.context(), baseline.mean(), level);
  }

  private PredictedState outcome(
      PreparedState baseline,
      Answer answer,
      Optional<PredictedState.Responders> responders,
      PredictionOptions options) {
    double[] effect = baseline.pick(answer.effect());
    double[] before = baseline.pick(baseline.mean());
    double[] after = new double[effect.length];
    for (int g = 0; g < after.length; g++) {
      after[g] = Math.max(0, before[g] + effect[g]); // log1p values have no negative mean
    }
    return new PredictedState(
        screen.units(),
        GeneProfile.of(baseline.genes(), after),
        GeneProfile.of(baseline.genes(), effect),
        GeneProfile.of(baseline.genes(), baseline.pick(answer.rankEffect())),
        answer
            .widths()
            .map(w -> interval(baseline, effect, w, answer.basis(), options.intervalLevel())),
        responders,
        Map.of(),
        options.sampledCells() == 0
            ? Optional.empty()
            : Optional.of(baseline.cells(effect, options.sampledCells(), options.seed())));
  }

  private static Interval.PerGene interval(
      PreparedState baseline, double[] effect, double[] widths, String basis, double level) {
    double[] width = baseline.pick(widths);
    double[] lower = new double[effect.length];
    double[] upper = new double[effect.length];
    for (int g = 0; g < effect.length; g++) {
      lower[g] = effect[g] - width[g];
      upper[g] = effect[g] + width[g];
    }
    return new Interval.PerGene(
        level,
        GeneProfile.of(baseline.genes(), lower),
        GeneProfile.of(baseline.genes(), upper),
        basis);
  }

  private Map<String, String> provenance(PreparedState baseline, PredictionOptions options) {
    Map<String, String> facts = new TreeMap<>(card.environment());
    facts.put("model", card.name());
    facts.put("data", card.dataDigest().toString());
    facts.put("split", card.splitDigest().toString());
    facts.put("baseline", baseline.digest().toString());
    facts.put("seed", Long.toString(options.seed()));
    return facts;
  }

  @Override
  public ModelCard card() {
    return card;
  }

  @Override
  public StoredModel store() {
    requireOpen();
    return EffectStore.write(screen, known, models, card, responses);
  }

  @Override
  public void close() {
    closed = true;
    last.set(null);
  }
}
