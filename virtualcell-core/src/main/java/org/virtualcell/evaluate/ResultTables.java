package org.virtualcell.evaluate;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.virtualcell.api.Interval;

/**
 * The tables of a result as CSV text. The same result gives the same bytes.
 *
 * <ul>
 *   <li>{@link #results}: {@code model,regime,perturbation,context,metric,value}, a row per value
 *       of a held-out condition; what has no value has no row and is listed with its reason in the
 *       run's facts. Rows of the model {@code measured} hold what relative errors are divided by;
 *   <li>{@link #aggregated}: {@code model,regime,context,metric,value,cohort}, a row per figure;
 *       cohort is the number of perturbations it rests on. A regime may have a stratum after a
 *       slash; an empty context stands for all. {@code _low} and {@code _high} are the ends of the
 *       95 % interval over perturbations, {@code split_half_r} and {@code perfect_model_r} of the
 *       ceiling the agreement of halves and what follows from it;
 *   <li>{@link #comparisons}: each model beside each baseline on the conditions both answered.
 * </ul>
 */
public final class ResultTables {
  private ResultTables() {}

  /**
   * Every metric of every held-out condition.
   *
   * @param result the result
   * @return CSV
   */
  public static String results(EvaluationResult result) {
    CsvTable table = new CsvTable("model", "regime", "perturbation", "context", "metric", "value");
    Set<List<String>> weighed = new HashSet<>();
    for (ItemScore item : result.items()) {
      weight(table, item, weighed);
      item.value()
          .value()
          .ifPresent(
              value ->
                  table.add(
                      item.model(),
                      new Scope(item.protocol(), item.stratum(), "").regime(),
                      item.condition().perturbation().label(),
                      item.condition().context().name(),
                      item.metric().label(),
                      CsvTable.number(value)));
    }
    return table.text();
  }

  /** What a relative error is divided by: with it values of single conditions can be pooled. */
  private static void weight(CsvTable table, ItemScore item, Set<List<String>> weighed) {
    String regime = new Scope(item.protocol(), item.stratum(), "").regime();
    String perturbation = item.condition().perturbation().label();
    String context = item.condition().context().name();
    String metric = item.metric().label() + "_weight";
    if (item.metric().kind() == Metric.Kind.RATIO
        && item.value().value().isPresent()
        && !item.model().equals(EvaluationResult.CEILING)
        && weighed.add(List.of(regime, perturbation, context, metric))) {
      table.add(
          "measured",
          regime,
          perturbation,
          context,
          metric,
          CsvTable.number(item.value().weight()));
    }
  }

  /**
   * Every figure of every scope.
   *
   * @param result the result
   * @return CSV
   */
  public static String aggregated(EvaluationResult result) {
    CsvTable table = new CsvTable("model", "regime", "context", "metric", "value", "cohort");
    for (ScopeResult scope : result.scopes()) {
      for (Score score : scope.scores()) {
        String label = score.statistic().label(score.metric());
        add(table, scope, score.model(), label, score.value(), score.perturbations());
        add(table, scope, score.model(), label, score.interval(), score.perturbations());
      }
      for (Scrutiny.Figure figure : scope.scrutiny().figures()) {
        add(table, scope, figure.model(), figure.name(), figure.value(), figure.n());
        add(table, scope, figure.model(), figure.name(), figure.interval(), figure.n());
      }
      SignalGate gate = scope.gate();
      if (gate.perturbations() > 0) {
        String ceiling = EvaluationResult.CEILING;
        add(table, scope, ceiling, "split_half_r", gate.splitHalf(), gate.perturbations());
        add(table, scope, ceiling, "split_half_r", gate.interval(), gate.perturbations());
        add(table, scope, ceiling, "perfect_model_r", gate.perfectModel(), gate.perturbations());
      }
    }
    return table.text();
  }

  private static void add(
      CsvTable table, ScopeResult scope, String model, String metric, double value, long cohort) {
    table.add(
        model,
        scope.scope().regime(),
        scope.scope().context(),
        metric,
        CsvTable.number(value),
        String.valueOf(cohort));
  }

  private static void add(
      CsvTable table,
      ScopeResult scope,
      String model,
      String metric,
      Optional<Interval> interval,
      long cohort) {
    interval.ifPresent(
        i -> {
          add(table, scope, model, metric + "_low", i.lower(), cohort);
          add(table, scope, model, metric + "_high", i.upper(), cohort);
        });
  }

  /**
   * Every comparison of a model with a baseline. {@code low} and {@code high} are the 95 % interval
   * of the difference; {@code family_outcome} allows for all baselines the model is compared with,
   * {@code p_adjusted} for all its {@code tests} in the scope, every metric and baseline.
   *
   * @param result the result
   * @return CSV
   */
  public static String comparisons(EvaluationResult result) {
    CsvTable table =
        new CsvTable(
            "model",
            "baseline",
            "regime",
            "context",
            "metric",
            "difference",
            "low",
            "high",
            "cohort",
            "wins",
            "ties",
            "losses",
            "outcome",
            "family_outcome",
            "status",
            "p",
            "p_adjusted",
            "tests");
    for (ScopeResult scope : result.scopes()) {
      for (Comparison c : scope.comparisons()) {
        table.add(
            c.model(),
            c.baseline(),
            scope.scope().regime(),
            scope.scope().context(),
            c.statistic().label(c.metric()),
            CsvTable.number(c.difference()),
            c.interval().map(i -> CsvTable.number(i.lower())).orElse(""),
            c.interval().map(i -> CsvTable.number(i.upper())).orElse(""),
            String.valueOf(c.perturbations()),
            String.valueOf(c.wins()),
            String.valueOf(c.ties()),
            String.valueOf(c.losses()),
            words(c.outcome()),
            words(c.familyOutcome()),
            SignalGate.label(scope.gate().status()),
            c.p().isPresent() ? CsvTable.number(c.p().getAsDouble()) : "",
            c.adjustedP().isPresent() ? CsvTable.number(c.adjustedP().getAsDouble()) : "",
            String.valueOf(c.tests()));
      }
    }
    return table.text();
  }

  static String words(Comparison.Outcome outcome) {
    return switch (outcome) {
      case BETTER -> "better";
      case WORSE -> "worse";
      case NOT_DISTINGUISHABLE -> "not distinguishable";
    };
  }
}
