package org.virtualcell.evaluate.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.virtualcell.api.Condition;
import org.virtualcell.api.GeneProfile;
import org.virtualcell.api.Interval;
import org.virtualcell.api.Perturbation;
import org.virtualcell.evaluate.Answer;
import org.virtualcell.evaluate.Comparison;
import org.virtualcell.evaluate.EvaluationResult;
import org.virtualcell.evaluate.Metric;
import org.virtualcell.evaluate.Scope;
import org.virtualcell.evaluate.ScopeResult;
import org.virtualcell.evaluate.Score;
import org.virtualcell.evaluate.report.HeldOutCases.Case;
import org.virtualcell.evaluate.report.HeldOutCases.Measured;

/**
 * The report as the tree of maps, lists, strings and numbers that report.js reads. Effects are
 * whole multiples of {@link #EFFECT_UNIT}; an all-zero profile is the number 0.
 */
final class PageData {
  /** The step in which effects are stored. */
  static final double EFFECT_UNIT = 0.001;

  /** The step in which minus log10 p values are stored. */
  static final double P_UNIT = 0.01;

  /** The most withheld answers that are listed; the counts are complete. */
  private static final int MOST_ANSWERS = 1000;

  private final ReportInput report;
  private final EvaluationResult result;
  private final List<Figure> figures;
  private final HeldOutCases held;
  private final GeneCut cut;

  PageData(ReportInput report) {
    this.report = report;
    this.result = report.result();
    this.figures = Figure.of(result);
    this.held = HeldOutCases.of(result);
    this.cut = GeneCut.of(held, result.genes().size());
  }

  /** The most genes a perturbation can show. */
  int mostGenes() {
    return cut.most();
  }

  /** How many conditions were measured. */
  int measurements() {
    return held.measured.size();
  }

  /**
   * The tree.
   *
   * @param genesShown genes per condition
   * @param measurementsShown how many conditions, those with most changed genes first, carry genes
   */
  Map<String, Object> tree(int genesShown, int measurementsShown) {
    boolean[] detailed = detailed(measurementsShown);
    Map<String, Object> tree = new TreeMap<>();
    tree.put("title", report.title());
    tree.put("command", report.command());
    tree.put("facts", facts(report.facts()));
    tree.put("data", card(report.data()));
    tree.put("split", card(report.split()));
    tree.put("rules", runFacts());
    tree.put("models", models());
    tree.put("figures", figures.stream().map(PageData::figure).toList());
    tree.put("itemMetrics", held.metrics.stream().map(PageData::itemMetric).toList());
    tree.put("scopes", result.scopes().stream().map(this::scope).toList());
    tree.put("genes", result.genes().symbols());
    tree.put("effectUnit", EFFECT_UNIT);
    tree.put("pUnit", P_UNIT);
    tree.put("rate", Significance.RATE);
    tree.put("cut", cutSentence(genesShown, measurementsShown));
    List<Object> measured = new ArrayList<>();
    for (int m = 0; m < held.measured.size(); m++) {
      measured.add(measured(m, genesShown, detailed[m]));
    }
    tree.put("measured", measured);
    List<Object> cases = new ArrayList<>();
    for (Case scored : held.cases) {
      cases.add(scoredCase(scored, genesShown, detailed[scored.measured]));
    }
    tree.put("cases", cases);
    tree.put(
        "answers", result.answers().stream().limit(MOST_ANSWERS).map(PageData::answer).toList());
    tree.put("allAnswers", result.answers().size());
    tree.put(
        "charts",
        Map.of(
            "agreement", ChartOptions.measuredAgainstPredicted(),
            "volcano", ChartOptions.volcano()));
    return tree;
  }

  private boolean[] detailed(int most) {
    boolean[] detailed = new boolean[held.measured.size()];
    IntStream.range(0, detailed.length)
        .filter(m -> held.measured.get(m).effects != null)
        .boxed()
        .sorted(Comparator.comparingInt((Integer m) -> -held.measured.get(m).changedGenes()))
        .limit(most)
        .forEach(m -> detailed[m] = true);
    return detailed;
  }

  private String cutSentence(int genesShown, int measurementsShown) {
    int all = result.genes().size();
    StringBuilder text = new StringBuilder();
    if (genesShown < all) {
      text.append("This page carries ").append(genesShown).append(" of ").append(all);
      text.append(" genes for each perturbation and context, the changed ones first");
      text.append(genesShown < cut.most() ? ", so that it stays below 6 MB." : ".");
      text.append(" All scores were computed over all genes.");
    } else {
      text.append("All ").append(all).append(" genes are in this page.");
    }
    if (measurementsShown < held.measured.size()) {
      text.append(" Of ").append(held.measured.size());
      text.append(" perturbation-context pairs the ").append(measurementsShown);
      text.append(" with most changed genes carry their genes.");
    }
    return text.toString();
  }

  private static List<List<String>> facts(List<FactCard.Fact> facts) {
    return facts.stream().map(f -> List.of(f.label(), f.value(), f.note())).toList();
  }

  private List<List<String>> runFacts() {
    return result.facts().entrySet().stream()
        .map(e -> List.of(e.getKey(), e.getValue(), ""))
        .toList();
  }

  private static Map<String, Object> card(FactCard card) {
    return Map.of(
        "facts",
        facts(card.facts()),
        "tables",
        card.tables().stream()
            .map(t -> Map.of("caption", t.caption(), "columns", t.columns(), "rows", t.rows()))
            .toList(),
        "findings",
        card.findings());
  }

  private List<Object> models() {
    List<Object> models = new ArrayList<>();
    result.models().forEach(m -> models.add(Map.of("name", m, "baseline", false)));
    result.baselines().forEach(m -> models.add(Map.of("name", m, "baseline", true)));
    return models;
  }

  private static Map<String, Object> figure(Figure figure) {
    return Map.of(
        "name",
        figure.name(),
        "label",
        figure.label(),
        "direction",
        figure.metric().direction().name(),
        "best",
        figure.metric().best(),
        "controls",
        figure.metric().controls().name(),
        "ceiling",
        figure.ceilingName(),
        "explanation",
        figure.explanation());
  }

  private static Map<String, Object> itemMetric(Metric metric) {
    Figure figure = new Figure(metric, metric.statistics().get(0));
    return Map.of(
        "name",
        metric.label(),
        "label",
        metric.title() + (metric.controls() == Metric.Controls.SHARED ? ", shared controls" : ""),
        "direction",
        metric.direction().name(),
        "explanation",
        figure.explanation());
  }

  private Map<String, Object> scope(ScopeResult scope) {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("protocol", scope.scope().protocol());
    tree.put("stratum", scope.scope().stratum());
    tree.put("context", scope.scope().context());
    tree.put("perturbations", scope.perturbations());
    tree.put("items", scope.items());
    tree.put("status", scope.gate().status().name());
    tree.put("splitHalf", rounded(scope.gate().splitHalf()));
    tree.put("splitHalfInterval", interval(scope.gate().interval().orElse(null)));
    tree.put("halved", scope.gate().perturbations());
    tree.put("verdict", PlainVerdict.of(scope, figures.get(0), result.contestants()));
    tree.put("winners", scope.winners());
    tree.put("sentences", scope.verdicts());
    Map<String, Object> answers = new TreeMap<>();
    scope
        .answers()
        .forEach((m, n) -> answers.put(m, List.of(n.answered(), n.noEvidence(), n.abstained())));
    tree.put("answers", answers);
    Map<String, Map<String, Object>> scores = new TreeMap<>();
    for (Score score : scope.scores()) {
      scores
          .computeIfAbsent(score.statistic().label(score.metric()), n -> new TreeMap<>())
          .put(score.model(), score(score));
    }
    tree.put("scores", scores);
    tree.put("comparisons", scope.comparisons().stream().map(PageData::comparison).toList());
    if (scope.scope().isWhole()) {
      Map<String, Object> charts = new TreeMap<>();
      for (Figure figure : figures) {
        charts.put(figure.name(), ChartOptions.scores(scope, figure, result.contestants()));
      }
      tree.put("charts", charts);
      tree.put("scrutiny", ScrutinyData.of(result, scope, figures.get(0)));
    }
    return tree;
  }

  private static Map<String, Object> score(Score score) {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("value", rounded(score.value()));
    tree.put("interval", interval(score.interval().orElse(null)));
    tree.put("n", score.perturbations());
    tree.put("items", score.items());
    tree.put("convention", score.byConvention());
    tree.put("absent", score.absent());
    return tree;
  }

  private static List<Object> comparison(Comparison comparison) {
    return Arrays.asList(
        comparison.statistic().label(comparison.metric()),
        comparison.model(),
        comparison.baseline(),
        rounded(comparison.difference()),
        interval(comparison.interval().orElse(null)),
        comparison.perturbations(),
        comparison.outcome().name(),
        comparison.familyOutcome().name());
  }

  private static List<Object> interval(Interval interval) {
    return interval == null ? null : List.of(rounded(interval.lower()), rounded(interval.upper()));
  }

  private Map<String, Object> measured(int index, int genesShown, boolean detailed) {
    Measured measured = held.measured.get(index);
    Map<String, Object> tree = new TreeMap<>();
    tree.put("perturbation", measured.condition.perturbation().label());
    tree.put("context", measured.condition.context().name());
    tree.put("mode", mode(measured.condition));
    tree.put("signal", rounded(measured.signal));
    if (measured.effects != null) {
      tree.put("cells", measured.effects.cells());
      tree.put("controls", measured.effects.controls());
      tree.put("targets", measured.effects.ownTargets());
      tree.put("changedGenes", measured.changedGenes());
    }
    if (detailed) {
      int[] genes = cut.genes(index, genesShown);
      if (genes.length < result.genes().size()) {
        tree.put("genes", Arrays.stream(genes).boxed().toList());
      }
      tree.put("effect", steps(measured.effects.measured(), genes));
      tree.put(
          "minusLogP",
          Arrays.stream(genes)
              .mapToObj(g -> Math.round(measured.significance.minusLogP[g] / P_UNIT))
              .toList());
      tree.put(
          "changed",
          IntStream.range(0, genes.length)
              .filter(k -> measured.significance.changed[genes[k]])
              .boxed()
              .toList());
    }
    return tree;
  }

  private static String mode(Condition condition) {
    return condition.perturbation().parts().stream()
        .filter(Perturbation.GenePerturbation.class::isInstance)
        .map(p -> ((Perturbation.GenePerturbation) p).mode().name().toLowerCase(Locale.ROOT))
        .distinct()
        .reduce((a, b) -> a + " and " + b)
        .orElse("");
  }

  private Map<String, Object> scoredCase(Case scored, int genesShown, boolean detailed) {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("protocol", scored.protocol);
    tree.put("stratum", scored.stratum);
    tree.put("measured", scored.measured);
    List<Object> scores = new ArrayList<>();
    for (Metric metric : held.metrics) {
      Map<String, Double> byModel = scored.scores.getOrDefault(metric, Map.of());
      List<Object> values = new ArrayList<>();
      for (String model : result.contestants()) {
        values.add(rounded(byModel.getOrDefault(model, Double.NaN)));
      }
      scores.add(values);
    }
    tree.put("scores", scores);
    tree.put("contrasts", contrasts(scored));
    if (detailed && scored.effects != null) {
      int[] genes = cut.genes(scored.measured, genesShown);
      Map<String, Object> predicted = new TreeMap<>();
      scored.effects.predicted().forEach((model, e) -> predicted.put(model, steps(e, genes)));
      tree.put("predicted", predicted);
    }
    return tree;
  }

  /** z against the mean effect per model, in the order of the models. */
  private List<Object> contrasts(Case scored) {
    Map<String, Map<Condition, Double>> z =
        result.scope(Scope.of(scored.protocol)).map(s -> s.scrutiny().contrasts()).orElse(Map.of());
    Condition condition = held.measured.get(scored.measured).condition;
    List<Object> values = new ArrayList<>();
    for (String model : result.contestants()) {
      values.add(rounded(z.getOrDefault(model, Map.of()).getOrDefault(condition, Double.NaN)));
    }
    return values;
  }

  private static List<String> answer(Answer answer) {
    return List.of(
        answer.model(),
        answer.protocol() + (answer.stratum().isEmpty() ? "" : "/" + answer.stratum()),
        answer.condition().perturbation().label(),
        answer.condition().context().name(),
        answer.verdict().decision().name().toLowerCase(Locale.ROOT).replace('_', ' '),
        answer.verdict().reason());
  }

  /** Whole multiples of the step, or the number 0 where all are 0. */
  private static Object steps(GeneProfile effect, int[] genes) {
    List<Object> steps = new ArrayList<>(genes.length);
    boolean zero = true;
    for (int gene : genes) {
      long value = Math.round(effect.get(gene) / EFFECT_UNIT);
      zero &= value == 0;
      steps.add(value);
    }
    return zero ? Integer.valueOf(0) : steps;
  }

  /** Four decimals are more than any figure here can bear; null where there is no number. */
  private static Object rounded(double value) {
    return Double.isFinite(value) ? Math.rint(value * 1e4) / 1e4 : null;
  }
}
