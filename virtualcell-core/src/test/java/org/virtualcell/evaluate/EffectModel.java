package org.virtualcell.evaluate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.virtualcell.api.CellState;
import org.virtualcell.api.Condition;
import org.virtualcell.api.GeneProfile;
import org.virtualcell.api.Interval;
import org.virtualcell.api.ModelCard;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.PredictedState;
import org.virtualcell.api.Prediction;
import org.virtualcell.api.PredictionOptions;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.Progress;
import org.virtualcell.api.Regime;
import org.virtualcell.api.Support;
import org.virtualcell.api.Trainer;
import org.virtualcell.api.TrainingSet;
import org.virtualcell.api.Verdict;
import org.virtualcell.stats.Effect;
import org.virtualcell.stats.Pseudobulk;

/** Models for tests: an effect as a function of training set and condition; null abstains. */
final class EffectModel implements Trainer<Predictor> {
  interface Rule {
    Function<Condition, double[]> learn(TrainingSet data);
  }

  private final Rule rule;
  private final Verdict.Decision decision;
  private final double halfWidth;

  private EffectModel(Rule rule, Verdict.Decision decision, double halfWidth) {
    this.rule = rule;
    this.decision = decision;
    this.halfWidth = halfWidth;
  }

  static EffectModel of(Rule rule) {
    return new EffectModel(rule, Verdict.Decision.ANSWER, 0);
  }

  static EffectModel knowing(Function<Condition, double[]> effect) {
    return of(data -> effect);
  }

  static EffectModel noChange() {
    return of(data -> condition -> new double[data.genes().size()]);
  }

  static EffectModel contextMean() {
    return of(
        data -> {
          Map<String, double[]> means = new LinkedHashMap<>();
          return condition ->
              means.computeIfAbsent(
                  condition.context().name(),
                  name ->
                      mean(
                          data,
                          data.conditions().stream()
                              .filter(c -> c.context().name().equals(name))
                              .toList()));
        });
  }

  private static double[] mean(TrainingSet data, List<Condition> conditions) {
    double[] mean = new double[data.genes().size()];
    for (Condition condition : conditions) {
      double[] delta = Effect.of(data.cells(condition)).toArray();
      for (int g = 0; g < mean.length; g++) {
        mean[g] += delta[g] / conditions.size();
      }
    }
    return mean;
  }

  EffectModel withInterval(double width) {
    return new EffectModel(rule, decision, width);
  }

  EffectModel withoutEvidence() {
    return new EffectModel(rule, Verdict.Decision.NO_EVIDENCE, halfWidth);
  }

  /** The six required baselines, all but the first two of them standing in with no change. */
  static Map<String, Trainer<? extends Predictor>> baselines() {
    Map<String, Trainer<? extends Predictor>> all = new LinkedHashMap<>();
    Evaluation.REQUIRED_BASELINES.forEach(name -> all.put(name, noChange()));
    all.put("context-mean", contextMean());
    return all;
  }

  @Override
  public Predictor train(TrainingSet data, Progress progress) {
    Function<Condition, double[]> learnt = rule.learn(data);
    return new Predictor() {
      @Override
      public Prediction predict(
          CellState baseline, Perturbation perturbation, PredictionOptions options) {
        Condition condition = new Condition(perturbation, baseline.context());
        double[] effect = learnt.apply(condition);
        return new Prediction(
            condition,
            Regime.UNSEEN_PERTURBATION_SEEN_CONTEXT,
            new Support(false, List.of(), OptionalDouble.empty(), 1),
            effect == null
                ? new Verdict(Verdict.Decision.ABSTAIN, "never seen")
                : new Verdict(decision, "as told"),
            Optional.ofNullable(effect).map(e -> state(baseline, e)),
            Map.of());
      }

      @Override
      public ModelCard card() {
        throw new UnsupportedOperationException("an evaluation needs no card");
      }

      @Override
      public void close() {
        // holds nothing
      }
    };
  }

  private PredictedState state(CellState baseline, double[] effect) {
    GeneProfile change = GeneProfile.of(baseline.genes(), effect);
    Pseudobulk before = Pseudobulk.logNormalized(baseline);
    double[] mean = effect.clone();
    double[] lower = effect.clone();
    double[] upper = effect.clone();
    for (int g = 0; g < mean.length; g++) {
      mean[g] += before.mean(g);
      lower[g] -= halfWidth;
      upper[g] += halfWidth;
    }
    Optional<Interval.PerGene> interval =
        halfWidth == 0
            ? Optional.empty()
            : Optional.of(
                new Interval.PerGene(
                    0.9,
                    GeneProfile.of(baseline.genes(), lower),
                    GeneProfile.of(baseline.genes(), upper),
                    "test"));
    return new PredictedState(
        before.units(),
        GeneProfile.of(baseline.genes(), mean),
        change,
        change,
        interval,
        Optional.empty(),
        Map.of(),
        Optional.empty());
  }
}
