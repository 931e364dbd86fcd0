package org.virtualcell.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.virtualcell.api.Condition;
import org.virtualcell.api.ModelCard;
import org.virtualcell.api.Verdict;
import org.virtualcell.evaluate.ScopeResult.AnswerCount;

/** Sums the conditions of one scope up: figures, intervals, comparisons, winners, verdicts. */
final class ScopeScoring {
  /** Of the permuted batch control; the result hardly depends on it. */
  private static final long SEED = 1;

  private final Scope scope;
  private final List<String> contestants;
  private final List<String> baselines;
  private final List<Metric> metrics;
  private final PairedBootstrap bootstrap;
  private final ScoreTable table;
  private final List<Answer> answers;
  private final List<CaseFacts> facts;

  ScopeScoring(
      Scope scope,
      List<String> contestants,
      List<String> baselines,
      Profile profile,
      PairedBootstrap bootstrap,
      List<ItemScore> items,
      List<Answer> answers,
      List<CaseFacts> facts) {
    this.scope = scope;
    this.contestants = contestants;
    this.baselines = baselines;
    this.metrics = profile.metrics();
    this.bootstrap = bootstrap;
    this.table = new ScoreTable(scope, items);
    this.answers =
        answers.stream()
            .filter(a -> scope.holds(a.protocol(), a.stratum(), a.condition()))
            .toList();
    this.facts =
        facts.stream().filter(f -> scope.holds(f.protocol(), f.stratum(), f.condition())).toList();
  }

  /**
   * The scopes of an evaluation: for each protocol the whole of it, its strata, its contexts.
   * Strata and contexts are listed where there is more than one.
   */
  static List<Scope> scopes(List<ItemScore> items) {
    Set<String> protocols = new LinkedHashSet<>();
    items.forEach(item -> protocols.add(item.protocol()));
    List<Scope> scopes = new ArrayList<>();
    for (String protocol : protocols) {
      Set<String> strata = new TreeSet<>();
      Set<String> contexts = new TreeSet<>();
      for (ItemScore item : items) {
        if (item.protocol().equals(protocol)) {
          strata.add(item.stratum());
          contexts.add(item.condition().context().name());
        }
      }
      scopes.add(Scope.of(protocol));
      strata.stream()
          .filter(stratum -> !stratum.isEmpty())
          .forEach(stratum -> scopes.add(new Scope(protocol, stratum, "")));
      if (contexts.size() > 1) {
        contexts.forEach(context -> scopes.add(new Scope(protocol, "", context)));
      }
    }
    return scopes;
  }

  ScopeResult result() {
    SignalGate gate = gate();
    List<Score> scores = new ArrayList<>();
    List<Comparison> comparisons = new ArrayList<>();
    Map<String, String> winners = new TreeMap<>();
    for (Metric metric : metrics) {
      for (Statistic statistic : metric.statistics()) {
        List<Score> row = row(metric, statistic);
        scores.addAll(row);
        comparisons.addAll(comparisons(metric, statistic));
        if (gate.status() == ModelCard.Status.TESTED) {
          winner(row, metric, statistic)
              .ifPresent(model -> winners.put(statistic.label(metric), model));
        }
      }
    }
    ScopeResult figures =
        new ScopeResult(
            scope,
            table.perturbations(),
            table.items(),
            gate,
            scores,
            Comparison.adjusted(comparisons),
            answerCounts(),
            winners,
            List.of(),
            new Scrutinizing(contestants, metrics, table, facts, bootstrap, SEED).scrutiny());
    return figures.withVerdicts(Verdicts.of(figures, contestants, baselines));
  }

  private SignalGate gate() {
    Metric metric = Metric.PEARSON_SEPARATE;
    List<Condition> measured = table.common(metric, EvaluationResult.CEILING);
    if (measured.isEmpty()) {
      return SignalGate.of(0, Optional.empty(), 0, 0);
    }
    PerturbationScores halves = table.scores(EvaluationResult.CEILING, metric, measured);
    return SignalGate.of(
        halves.statistic(Statistic.MEAN),
        bootstrap.interval(halves, Statistic.MEAN),
        halves.size(),
        measured.size());
  }

  private List<Score> row(Metric metric, Statistic statistic) {
    List<Score> row = new ArrayList<>();
    contestants.forEach(model -> score(model, metric, statistic).ifPresent(row::add));
    score(EvaluationResult.MEAN_ONLY, metric, statistic).ifPresent(row::add);
    score(EvaluationResult.CEILING, metric, statistic).ifPresent(row::add);
    return row;
  }

  private Optional<Score> score(String model, Metric metric, Statistic statistic) {
    List<Condition> answered = table.common(metric, model);
    if (answered.isEmpty()) {
      return Optional.empty();
    }
    PerturbationScores scores = table.scores(model, metric, answered);
    return Optional.of(
        new Score(
            model,
            metric,
            statistic,
            scores.statistic(statistic),
            bootstrap.interval(scores, statistic),
            scores.size(),
            answered.size(),
            table.byConvention(model, metric),
            table.items() - answered.size()));
  }

  private List<Comparison> comparisons(Metric metric, Statistic statistic) {
    List<Comparison> found = new ArrayList<>();
    if (metric.direction() == Metric.Direction.NEITHER) {
      return found;
    }
    for (String model : contestants) {
      List<String> others = new ArrayList<>(baselines);
      others.remove(model);
      if (metric.ofCells()) {
        others.add(EvaluationResult.MEAN_ONLY);
      }
      for (String baseline : others) {
        compare(model, baseline, metric, statistic, others.size()).ifPresent(found::add);
      }
    }
    return found;
  }

  private Optional<Comparison> compare(
      String model, String other, Metric metric, Statistic statistic, int comparisons) {
    List<Condition> common = table.common(metric, model, other);
    if (common.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        bootstrap.compare(
            model,
            table.scores(model, metric, common),
            other,
            table.scores(other, metric, common),
            metric,
            statistic,
            comparisons));
  }

  /** The model with the best figure, if the bootstrap finds it better than every other one. */
  private Optional<String> winner(List<Score> row, Metric metric, Statistic statistic) {
    Optional<Score> best =
        row.stream()
            .filter(score -> contestants.contains(score.model()))
            .filter(score -> metric.direction() != Metric.Direction.NEITHER)
            .max(
                java.util.Comparator.comparingDouble(
                    score -> PairedBootstrap.gain(score.value(), metric)));
    return best.map(Score::model)
        .filter(model -> row.size() > 1)
        .filter(model -> beatsAll(model, row, metric, statistic));
  }

  private boolean beatsAll(String model, List<Score> row, Metric metric, Statistic statistic) {
    return row.stream()
        .map(Score::model)
        .filter(other -> !other.equals(model) && contestants.contains(other))
        .allMatch(
            other ->
                compare(model, other, metric, statistic, 1)
                    .filter(c -> c.outcome() == Comparison.Outcome.BETTER)
                    .isPresent());
  }

  private Map<String, AnswerCount> answerCounts() {
    Map<String, AnswerCount> counts = new LinkedHashMap<>();
    for (String model : contestants) {
      counts.put(
          model,
          new AnswerCount(
              count(model, Verdict.Decision.ANSWER),
              count(model, Verdict.Decision.NO_EVIDENCE),
              count(model, Verdict.Decision.ABSTAIN)));
    }
    return counts;
  }

  private int count(String model, Verdict.Decision decision) {
    return (int)
        answers.stream()
            .filter(a -> a.model().equals(model) && a.verdict().decision() == decision)
            .count();
  }
}
