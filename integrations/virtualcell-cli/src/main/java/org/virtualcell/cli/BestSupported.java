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
    List<Tally> tallies =
        result.contestants().stream()
            .filter(model -> !model.equals(NO_CHANGE)) // it would predict the controls
            .map(model -> record(model, counted))
            .sorted(Comparator.comparingInt((Tally r) -> -r.balance()).thenComparing(Tally::error))
            .toList();
    return new BestSupported(
        tallies.get(0).model(), reason(tallies, counted.size(), !tested.isEmpty()));
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

  private static String reason(List<Tally> tallies, int regimes, boolean tested) {
    Tally best = tallies.get(0);
    StringBuilder reason =
        new StringBuilder("better than 'no change' in ")
            .append(counted(best.better(), regimes))
            .append(tested ? " tested regimes" : " regimes, none of which could be tested")
            .append(named(best.better()))
            .append(", worse in ")
            .append(best.worse().size())
            .append(named(best.worse()))
            .append(String.format(Locale.ROOT, "; mean relative error %.2f", best.error()));
    for (Tally other : tallies.subList(1, tallies.size())) {
      if (!other.better().isEmpty()) {
        reason
            .append("; ")
            .append(other.model())
            .append(" is better in ")
            .append(String.join(", ", other.better()))
            .append(
                other.worse().isEmpty() ? "" : " but worse in " + String.join(", ", other.worse()));
      }
    }
    return reason.toString();
  }

  private static String counted(List<String> some, int all) {
    return (some.isEmpty() ? "none" : String.valueOf(some.size())) + " of " + all;
  }

  private static String named(List<String> regimes) {
    return regimes.isEmpty() ? "" : " (" + String.join(", ", regimes) + ")";
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
