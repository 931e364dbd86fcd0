package org.virtualcell.model.baseline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
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

/**
 * A baseline at work. What all baselines share is here: units, genes by name, regime, interval,
 * sampled cells. The outcome is in those of the model's genes that the baseline state has, in the
 * state's order. Thread-safe.
 */
final class BaselinePredictor implements Predictor, StorableModel {
  private final Rule rule;
  private final EffectTable table;
  private final ModelCard card;
  private final Rule.Fitted fitted;
  private final Calibration calibration;
  private final AtomicReference<Asked> last = new AtomicReference<>();
  private volatile boolean closed;

  BaselinePredictor(Rule rule, EffectTable table, ModelCard card) {
    this.rule = rule;
    this.table = table;
    this.card = card;
    this.fitted = rule.fit(table);
    this.calibration = new Calibration(table, rule);
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
    Asked prepared = prepare(baseline);
    List<Prediction> predictions = new ArrayList<>(perturbations.size());
    perturbations.forEach(p -> predictions.add(predict(prepared, p, options)));
    return List.copyOf(predictions);
  }

  /** A baseline state, and how genes go together in it. */
  private record Asked(PreparedState state, CoExpression coExpression) {}

  private void requireOpen() {
    if (closed) {
      throw new ClosedException(
          "The model has been closed", card.name(), "Load or train it again before predicting.");
    }
  }

  /** States are immutable: the one asked about last is kept, most callers ask about it again. */
  @SuppressWarnings("ReferenceEquality") // comparing the values would cost what is to be saved
  private Asked prepare(CellState baseline) {
    Asked kept = last.get();
    if (kept == null || kept.state().given() != baseline) {
      PreparedState state =
          new PreparedState(
              baseline,
              table.genes(),
              table.units(),
              table.contexts().stream().map(EffectTable.ContextRow::context).toList());
      kept = new Asked(state, new CellCoExpression(state.converted()));
      last.set(kept);
    }
    return kept;
  }

  private Prediction predict(Asked asked, Perturbation perturbation, PredictionOptions options) {
    PreparedState baseline = asked.state();
    boolean control = perturbation.parts().isEmpty();
    boolean seen = control || table.hasPerturbation(perturbation);
    Regime regime = Regime.of(seen, table.hasPerturbed(baseline.context()));
    boolean together = table.find(perturbation, baseline.context()).isPresent();
    Answer answer = control ? unperturbed() : fitted.answer(query(asked, perturbation));
    Calibration.Widths widths =
        control
            ? new Calibration.Widths(Optional.empty(), "No interval: nothing is done.")
            : calibration.widths(perturbation, baseline.context(), options.intervalLevel());
    Verdict verdict =
        widths.perGene().isPresent()
            ? answer.verdict()
            : new Verdict(
                answer.verdict().decision(), answer.verdict().reason() + " " + widths.basis());
    return new Prediction(
        new Condition(perturbation, baseline.given().context()),
        regime,
        new Support(together, answer.sources(), answer.distance(), baseline.coverage()),
        verdict,
        Optional.of(outcome(baseline, answer.effect(), widths, options)),
        provenance(baseline, options));
  }

  private static Query query(Asked asked, Perturbation perturbation) {
    PreparedState state = asked.state();
    return new Query(perturbation, state.context(), state.mean(), asked.coExpression());
  }

  private Answer unperturbed() {
    return new Answer(
        new double[table.genes().size()],
        new Verdict(Verdict.Decision.ANSWER, "A control leaves the cells as they are."),
        List.of(),
        OptionalDouble.of(0));
  }

  private PredictedState outcome(
      PreparedState baseline,
      double[] modelEffect,
      Calibration.Widths widths,
      PredictionOptions options) {
    double[] effect = baseline.pick(modelEffect);
    double[] before = baseline.pick(baseline.mean());
    double[] after = new double[effect.length];
    for (int g = 0; g < after.length; g++) {
      after[g] = Math.max(0, before[g] + effect[g]); // log1p values have no negative mean
    }
    GeneProfile change = GeneProfile.of(baseline.genes(), effect);
    return new PredictedState(
        table.units(),
        GeneProfile.of(baseline.genes(), after),
        change,
        change,
        widths
            .perGene()
            .map(w -> interval(baseline, effect, w, widths.basis(), options.intervalLevel())),
        Optional.empty(),
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
    return BaselineStore.write(rule, table, card);
  }

  @Override
  public void close() {
    closed = true;
    last.set(null);
  }
}
