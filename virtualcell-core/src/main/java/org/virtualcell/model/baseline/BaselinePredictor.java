package org.virtualcell.model.baseline;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
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
  private final LastPrepared<Asked> prepared;

  BaselinePredictor(Rule rule, EffectTable table, ModelCard card) {
    this.rule = rule;
    this.table = table;
    this.card = card;
    this.fitted = rule.fit(table);
    this.calibration = new Calibration(table, rule);
    this.prepared = new LastPrepared<>(card.name(), this::prepare);
  }

  @Override
  public Prediction predict(
      CellState baseline, Perturbation perturbation, PredictionOptions options) {
    return predict(prepared.of(baseline), perturbation, options);
  }

  @Override
  public List<Prediction> predict(
      CellState baseline, List<Perturbation> perturbations, PredictionOptions options) {
    Asked asked = prepared.of(baseline);
    List<Prediction> predictions = new ArrayList<>(perturbations.size());
    perturbations.forEach(p -> predictions.add(predict(asked, p, options)));
    return List.copyOf(predictions);
  }

  /** A baseline state, and how genes go together in it. */
  private record Asked(PreparedState state, CoExpression coExpression) {}

  private Asked prepare(CellState baseline) {
    PreparedState state =
        new PreparedState(
            baseline,
            table.genes(),
            table.units(),
            table.contexts().stream().map(EffectTable.ContextRow::context).toList());
    return new Asked(state, new CellCoExpression(state.converted()));
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
        baseline.provenance(card, options));
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

  private static PredictedState outcome(
      PreparedState baseline,
      double[] modelEffect,
      Calibration.Widths widths,
      PredictionOptions options) {
    double[] effect = baseline.pick(modelEffect);
    return new EffectOutcome(
            baseline,
            effect,
            effect,
            widths.perGene().map(baseline::pick),
            widths.basis(),
            Optional.empty())
        .predicted(options);
  }

  @Override
  public ModelCard card() {
    return card;
  }

  @Override
  public StoredModel store() {
    prepared.requireOpen("saving");
    return BaselineStore.write(rule, table, card);
  }

  @Override
  public void close() {
    prepared.close();
  }
}
