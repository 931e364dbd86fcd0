package org.virtualcell.cli;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.Trainer;
import org.virtualcell.model.baseline.Baselines;
import org.virtualcell.model.effect.EffectTrainer;
import org.virtualcell.model.ensemble.EnsembleTrainer;

/** The models that can be trained, by the names a person types. */
final class KnownModels {
  static final String EFFECT = "effect";
  static final String ENSEMBLE = "ensemble";
  static final String TRANSITION = "transition";

  private static final String BASELINE = "baseline:";

  private KnownModels() {}

  /**
   * Models that are judged beside the baselines on every fold; new trainers. The ensemble is not
   * among them: it trains all others some thirty times.
   */
  static Map<String, Trainer<? extends Predictor>> beyondBaselines() {
    Map<String, Trainer<? extends Predictor>> models = new TreeMap<>();
    models.put(EFFECT, new EffectTrainer());
    return Collections.unmodifiableMap(models);
  }

  /** All names, such as {@code effect} and {@code baseline:additive}. */
  static List<String> names() {
    List<String> names = new ArrayList<>(beyondBaselines().keySet());
    names.add(ENSEMBLE);
    names.add(TRANSITION);
    Baselines.names().forEach(name -> names.add(BASELINE + name));
    return List.copyOf(names);
  }

  /** The trainer of a name; empty if there is none. */
  static Optional<Trainer<? extends Predictor>> trainer(String name) {
    if (name.startsWith(BASELINE)) {
      String baseline = name.substring(BASELINE.length());
      return Baselines.names().contains(baseline)
          ? Optional.of(Baselines.trainer(baseline))
          : Optional.empty();
    }
    return name.equals(ENSEMBLE)
        ? Optional.of(new EnsembleTrainer())
        : Optional.ofNullable(beyondBaselines().get(name));
  }

  /** The typed name of a contestant of an evaluation. */
  static String ofContestant(String contestant) {
    return Baselines.names().contains(contestant) ? BASELINE + contestant : contestant;
  }
}
