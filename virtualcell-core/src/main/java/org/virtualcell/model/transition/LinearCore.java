package org.virtualcell.model.transition;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.virtualcell.api.Condition;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.Progress;
import org.virtualcell.api.TrainingSet;
import org.virtualcell.features.FeatureSet;
import org.virtualcell.model.effect.EffectPredictor;
import org.virtualcell.model.effect.EffectTrainer;

/**
 * The effect model under the network: fitted to everything for predictions, and fitted again
 * without each fold for what it would have said of that fold's conditions. The network learns from
 * the latter only; what a model says of conditions it has seen leaves smaller residuals than it
 * will leave on new ones.
 */
final class LinearCore implements AutoCloseable {
  private static final int FOLDS = 5;

  private final EffectPredictor whole;
  private final Map<Condition, double[]> crossFitted = new LinkedHashMap<>();
  private final List<Condition> validation;

  private LinearCore(EffectPredictor whole, List<Condition> validation) {
    this.whole = whole;
    this.validation = validation;
  }

  static LinearCore fit(TrainingSet data, FeatureSet features, long seed, Progress progress) {
    List<Condition> order = new ArrayList<>(data.conditions());
    if (order.size() < 2 * FOLDS) {
      throw new InvalidDataException(
          "A transition model cannot be trained on " + order.size() + " conditions",
          data.conditions().toString(),
          "Train on " + 2 * FOLDS + " conditions or more, or use the effect model.");
    }
    CounterRandom random = new CounterRandom(seed, 11);
    for (int i = 0; i < order.size(); i++) {
      int other = i + random.below(order.size() - i);
      Condition drawn = order.get(other);
      order.set(other, order.get(i));
      order.set(i, drawn);
    }
    EffectTrainer trainer = new EffectTrainer(features);
    List<List<Condition>> folds = new ArrayList<>();
    for (int f = 0; f < FOLDS; f++) {
      folds.add(new ArrayList<>());
    }
    for (int i = 0; i < order.size(); i++) {
      folds.get(i % FOLDS).add(order.get(i));
    }
    LinearCore core = new LinearCore(trainer.train(data, progress), List.copyOf(folds.get(0)));
    for (int f = 0; f < FOLDS; f++) {
      progress.check("refitting the effect model");
      progress.update("refitting the effect model without a fold", f, FOLDS);
      core.crossFit(trainer, data, folds.get(f), progress);
    }
    return core;
  }

  private void crossFit(
      EffectTrainer trainer, TrainingSet data, List<Condition> fold, Progress progress) {
    List<Condition> others = data.conditions().stream().filter(c -> !fold.contains(c)).toList();
    try (EffectPredictor model = trainer.train(new ChosenConditions(data, others), progress)) {
      for (Condition c : fold) {
        crossFitted.put(
            c, model.predict(data.controls(c.context()), c.perturbation()).effect().toArray());
      }
    }
  }

  EffectPredictor whole() {
    return whole;
  }

  /** The effect of a condition per gene, by a fit that has not seen it. */
  double[] crossFitted(Condition condition) {
    return crossFitted.get(condition);
  }

  /** The conditions of one fold, which the network never learns from. */
  List<Condition> validation() {
    return validation;
  }

  @Override
  public void close() {
    whole.close();
  }
}
