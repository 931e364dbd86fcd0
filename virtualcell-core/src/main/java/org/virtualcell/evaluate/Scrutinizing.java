package org.virtualcell.evaluate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import org.virtualcell.api.Condition;
import org.virtualcell.evaluate.confidence.Confidence;
import org.virtualcell.evaluate.confidence.ConfidenceScoring;
import org.virtualcell.evaluate.confidence.JudgedAnswer;

/** Asks what a sceptic asks of the conditions of one scope. */
final class Scrutinizing {
  /** The metrics a wrong question is scored by. */
  private static final Set<Metric> ASKED_WRONGLY =
      Set.of(
          Metric.COSINE_PROJECTED,
          Metric.COSINE_PROJECTED_SEPARATE,
          Metric.RELATIVE_ERROR,
          Metric.RELATIVE_ERROR_SEPARATE,
          Metric.DISCRIMINATION_RANK);

  private static final double ROUNDING = 1e-9;

  private final List<String> contestants;
  private final List<Metric> metrics;
  private final ScoreTable table;
  private final List<CaseFacts> facts;
  private final PairedBootstrap bootstrap;
  private final long seed;

  Scrutinizing(
      List<String> contestants,
      List<Metric> metrics,
      ScoreTable table,
      List<CaseFacts> facts,
      PairedBootstrap bootstrap,
      long seed) {
    this.contestants = contestants;
    this.metrics = metrics;
    this.table = table;
    this.facts = facts;
    this.bootstrap = bootstrap;
    this.seed = seed;
  }

  Scrutiny scrutiny() {
    return new Scrutiny(
        confidence(),
        ranges(),
        wrongTargets(),
        strata(),
        tallies(),
        contrasts(),
        selfTest(),
        leakage(),
        mixtures());
  }

  private Map<String, Confidence> confidence() {
    Map<String, Confidence> confidence = new LinkedHashMap<>();
    for (String model : contestants) {
      List<JudgedAnswer> answers =
          facts.stream().map(f -> f.answers().get(model)).filter(Objects::nonNull).toList();
      if (!answers.isEmpty()) {
        confidence.put(model, ConfidenceScoring.of(answers, bootstrap::interval));
      }
    }
    return confidence;
  }

  private List<DynamicRange> ranges() {
    List<DynamicRange> ranges = new ArrayList<>();
    for (Metric metric : metrics) {
      if (metric.controls() == Metric.Controls.SEPARATE || metric.ofCells()) {
        uninformed(metric).flatMap(baseline -> range(metric, baseline)).ifPresent(ranges::add);
      }
    }
    return ranges;
  }

  /** The better of no change and the mean effect, by the metric's first statistic. */
  private Optional<String> uninformed(Metric metric) {
    Statistic statistic = metric.statistics().get(0);
    return List.of(
            CaseNotes.NO_CHANGE,
            metric.ofCells() ? EvaluationResult.MEAN_ONLY : CaseNotes.CONTEXT_MEAN)
        .stream()
        .filter(model -> !table.common(metric, model, EvaluationResult.CEILING).isEmpty())
        .max(
            Comparator.comparingDouble(
                model ->
                    PairedBootstrap.gain(
                        table
                            .scores(
                                model,
                                metric,
                                table.common(metric, model, EvaluationResult.CEILING))
                            .statistic(statistic),
                        metric)));
  }

  private Optional<DynamicRange> range(Metric metric, String baseline) {
    Map<Condition, Double> fractions = new LinkedHashMap<>();
    for (Condition condition : table.common(metric, baseline, EvaluationResult.CEILING)) {
      double b = table.value(baseline, metric, condition);
      double repetition = repetition(metric, condition);
      if (metric.best() != b) {
        double fraction = (repetition - b) / (metric.best() - b);
        fractions.put(condition, Math.max(-1, Math.min(1, fraction)));
      }
    }
    return summed(fractions)
        .map(
            scores ->
                new DynamicRange(
                    metric,
                    baseline,
                    scores.statistic(Statistic.MEAN),
                    bootstrap.interval(scores, Statistic.MEAN),
                    scores.size()));
  }

  /**
   * Half the cells against the other half. Squared errors hold the noise of both halves; what
   * counts is what the repetition is worth to someone who shrinks it to its best size, which leaves
   * {@code 1 - r^2}.
   */
  private double repetition(Metric metric, Condition condition) {
    if (metric.kind() == Metric.Kind.RATIO
        && table.has(EvaluationResult.CEILING, Metric.PEARSON_SEPARATE, condition)) {
      double r =
          Math.max(0, table.value(EvaluationResult.CEILING, Metric.PEARSON_SEPARATE, condition));
      return 1 - r * r;
    }
    return table.value(EvaluationResult.CEILING, metric, condition);
  }

  private Optional<PerturbationScores> summed(Map<Condition, Double> values) {
    return values.isEmpty() ? Optional.empty() : Optional.of(table.sum(values));
  }

  private List<WrongTarget> wrongTargets() {
    List<WrongTarget> found = new ArrayList<>();
    for (String model : contestants) {
      for (Metric metric : metrics) {
        wrongTarget(model, metric).ifPresent(found::add);
      }
    }
    return found;
  }

  private Optional<WrongTarget> wrongTarget(String model, Metric metric) {
    if (!ASKED_WRONGLY.contains(metric)) {
      return Optional.empty();
    }
    Map<Condition, Double> right = new LinkedHashMap<>();
    Map<Condition, Double> wrong = new LinkedHashMap<>();
    for (CaseFacts fact : facts) {
      OptionalDouble asked = value(fact.wrong().getOrDefault(model, Map.of()), metric);
      if (asked.isPresent() && table.has(model, metric, fact.condition())) {
        // relative errors may be huge where there is no effect; as a gain they are cut like the
        // rest
        right.put(fact.condition(), cut(table.value(model, metric, fact.condition()), metric));
        wrong.put(fact.condition(), cut(asked.getAsDouble(), metric));
      }
    }
    if (right.isEmpty()) {
      return Optional.empty();
    }
    Map<Condition, Double> gains = new LinkedHashMap<>();
    right.forEach(
        (c, r) -> {
          double gain = PairedBootstrap.gain(r - wrong.get(c), metric);
          gains.put(c, Math.abs(gain) < ROUNDING ? 0 : gain);
        });
    PerturbationScores gain = table.sum(gains);
    return Optional.of(
        new WrongTarget(
            model,
            metric,
            table.sum(right).statistic(Statistic.MEAN),
            table.sum(wrong).statistic(Statistic.MEAN),
            gain.statistic(Statistic.MEAN),
            bootstrap.interval(gain, Statistic.MEAN),
            gain.size()));
  }

  private static double cut(double value, Metric metric) {
    return metric.kind() == Metric.Kind.RATIO ? Math.min(2, value) : value;
  }

  private static OptionalDouble value(Map<Metric, MetricValue> values, Metric metric) {
    MetricValue value = values.get(metric);
    return value == null ? OptionalDouble.empty() : value.value();
  }

  private SignalStrata strata() {
    List<Condition> none = new ArrayList<>();
    List<Condition> weak = new ArrayList<>();
    List<Condition> clear = new ArrayList<>();
    List<Condition> unknown = new ArrayList<>();
    for (CaseFacts fact : facts) {
      Condition condition = fact.condition();
      if (!table.has(EvaluationResult.CEILING, Metric.PEARSON_SEPARATE, condition)) {
        unknown.add(condition);
        continue;
      }
      double r = table.value(EvaluationResult.CEILING, Metric.PEARSON_SEPARATE, condition);
      (r < SignalStrata.WEAK ? none : r < SignalStrata.CLEAR ? weak : clear).add(condition);
    }
    return new SignalStrata(none, weak, clear, unknown);
  }

  private List<Tally> tallies() {
    List<Tally> tallies = new ArrayList<>();
    for (String model : contestants) {
      int[] count = new int[3];
      for (CaseFacts fact : facts) {
        Double z = fact.contrasts().get(model);
        if (z != null) {
          count[z < -Contrasts.CLEAR ? 0 : z > Contrasts.CLEAR ? 2 : 1]++;
        }
      }
      if (count[0] + count[1] + count[2] > 0) {
        tallies.add(
            new Tally(
                model,
                model.equals(CaseNotes.CONTEXT_MEAN) ? CaseNotes.NO_CHANGE : CaseNotes.CONTEXT_MEAN,
                count[0],
                count[1],
                count[2]));
      }
    }
    return tallies;
  }

  private Map<String, Map<Condition, Double>> contrasts() {
    Map<String, Map<Condition, Double>> contrasts = new LinkedHashMap<>();
    for (String model : contestants) {
      Map<Condition, Double> z = new LinkedHashMap<>();
      for (CaseFacts fact : facts) {
        if (fact.contrasts().containsKey(model)) {
          z.put(fact.condition(), fact.contrasts().get(model));
        }
      }
      contrasts.put(model, Collections.unmodifiableMap(z));
    }
    return contrasts;
  }

  private SelfTest selfTest() {
    List<SelfTest.Line> lines = new ArrayList<>();
    for (Metric metric : metrics) {
      if (metric.controls() == Metric.Controls.SEPARATE) {
        line(metric).ifPresent(lines::add);
      }
    }
    return new SelfTest(lines);
  }

  private Optional<SelfTest.Line> line(Metric metric) {
    Map<Condition, Double> shuffled = values(CaseFacts::shuffled, metric);
    Map<Condition, Double> truth = values(CaseFacts::truth, metric);
    if (shuffled.isEmpty() || truth.isEmpty()) {
      return Optional.empty();
    }
    PerturbationScores scores = table.sum(shuffled);
    return Optional.of(
        new SelfTest.Line(
            metric,
            truth.values().stream()
                .min(Comparator.comparingDouble(v -> PairedBootstrap.gain(v, metric)))
                .orElseThrow(),
            scores.statistic(Statistic.MEAN),
            bootstrap.interval(scores, Statistic.MEAN),
            metric.chance(facts.get(0).genes()),
            scores.size()));
  }

  private Map<Condition, Double> values(
      Function<CaseFacts, Map<Metric, MetricValue>> which, Metric metric) {
    Map<Condition, Double> found = new LinkedHashMap<>();
    for (CaseFacts fact : facts) {
      value(which.apply(fact), metric).ifPresent(v -> found.put(fact.condition(), cut(v, metric)));
    }
    return found;
  }

  private List<BatchMixture> mixtures() {
    List<BatchMixture> found = new ArrayList<>();
    BatchMixture.of(BatchMixture.MEASURED, facts, seed).ifPresent(found::add);
    for (String model : contestants) {
      BatchMixture.of(model, facts, seed).ifPresent(found::add);
    }
    return found;
  }

  private List<BatchLeakage> leakage() {
    List<BatchLeakage> found = new ArrayList<>();
    for (String model : contestants) {
      BatchLeakage.of(
              model,
              facts.stream().map(f -> f.batches().getOrDefault(model, List.of())).toList(),
              seed)
          .ifPresent(found::add);
    }
    return found;
  }
}
