package org.virtualcell.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.virtualcell.api.ModelCard;
import org.virtualcell.evaluate.Comparison;
import org.virtualcell.evaluate.EvaluationResult;
import org.virtualcell.evaluate.Metric;
import org.virtualcell.evaluate.ScopeResult;
import org.virtualcell.evaluate.Score;
import org.virtualcell.evaluate.SignalGate;
import org.virtualcell.evaluate.Statistic;

/**
 * The contestant that predicts a change and that an evaluation supports best: better than no change
 * in the most regimes that could be tested, counted against those where it is worse; among equals
 * the one with the least error.
 *
 * @param model its name
 * @param reason why, a sentence
 */
record BestSupported(String model, String reason) {
  private static final String NO_CHANGE = "no-change";
  private static final Metric METRIC = Metric.RELATIVE_ERROR_SEPARATE;
  private static final Statistic STATISTIC = Statistic.POOLED;

  private record Tally(String model, List<String> better, List<String> worse, double error) {
    int balance() {
      return better.size() - worse.size();
    }
  }

  /**
   * Chooses.
   *
   * @param result an evaluation
   * @return the contestant and why
   */
  static BestSupported of(EvaluationResult result) {
    List<ScopeResult> regimes = result.scopes().stream().filter(s -> s.scope().isWhole()).toList();
    List<ScopeResult> tested =
        regimes.stream().filter(s -> s.gate().status() == ModelCard.Status.TESTED).toList();
    List<ScopeResult> counted = tested.isEmpty() ? regimes : tested;
    Tally best =
        result.contestants().stream()
            .filter(model -> !model.equals(NO_CHANGE)) // it would predict the controls
            .map(model -> record(model, counted))
            .min(Comparator.comparingInt((Tally r) -> -r.balance()).thenComparing(Tally::error))
            .orElseThrow();
    return new BestSupported(best.model(), reason(best, counted.size(), !tested.isEmpty()));
  }

  private static Tally record(String model, List<ScopeResult> regimes) {
    List<String> better = new ArrayList<>();
    List<String> worse = new ArrayList<>();
    double error = 0;
    for (ScopeResult regime : regimes) {
      Comparison.Outcome outcome =
          regime
              .comparison(model, NO_CHANGE, METRIC, STATISTIC)
              .map(Comparison::outcome)
              .orElse(Comparison.Outcome.NOT_DISTINGUISHABLE);
      if (outcome == Comparison.Outcome.BETTER) {
        better.add(regime.scope().protocol());
      } else if (outcome == Comparison.Outcome.WORSE) {
        worse.add(regime.scope().protocol());
      }
      error += regime.score(model, METRIC, STATISTIC).map(Score::value).orElse(1.0);
    }
    return new Tally(model, better, worse, error / Math.max(1, regimes.size()));
  }

  private static String reason(Tally best, int regimes, boolean tested) {
    String kind = tested ? " tested regimes" : " regimes, none of which could be tested";
    String error = String.format(Locale.ROOT, "%.2f", best.error());
    if (best.better().isEmpty()) {
      return "though no model is distinguishably better than 'no change' in "
          + regimes
          + kind
          + "; of those that predict a change this one has the least mean relative error, "
          + error;
    }
    return "better than 'no change' in "
        + best.better().size()
        + " of "
        + regimes
        + kind
        + " ("
        + String.join(", ", best.better())
        + "), worse in "
        + best.worse().size()
        + "; mean relative error "
        + error;
  }

  /**
   * The scores of an evaluation as a model card carries them: those of whole regimes.
   *
   * @param result an evaluation
   * @return every contestant's scores and the ceiling's
   */
  static List<ModelCard.Score> cardScores(EvaluationResult result) {
    List<ModelCard.Score> scores = new ArrayList<>();
    for (ScopeResult regime : result.scopes()) {
      if (regime.scope().isWhole()) {
        SignalGate gate = regime.gate();
        for (Score score : regime.scores()) {
          scores.add(
              new ModelCard.Score(
                  regime.scope().protocol(),
                  score.model(),
                  score.statistic().label(score.metric()),
                  score.value(),
                  score.interval(),
                  score.perturbations(),
                  gate.status()));
        }
      }
    }
    return scores;
  }
}
