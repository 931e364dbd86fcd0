package org.virtualcell.evaluate.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.virtualcell.api.Interval;
import org.virtualcell.evaluate.BatchLeakage;
import org.virtualcell.evaluate.BatchMixture;
import org.virtualcell.evaluate.DynamicRange;
import org.virtualcell.evaluate.EvaluationResult;
import org.virtualcell.evaluate.Metric;
import org.virtualcell.evaluate.ScopeResult;
import org.virtualcell.evaluate.Score;
import org.virtualcell.evaluate.Scrutiny;
import org.virtualcell.evaluate.SelfTest;
import org.virtualcell.evaluate.SignalGate;
import org.virtualcell.evaluate.WrongTarget;
import org.virtualcell.evaluate.confidence.Confidence;

/** What a regime's scrutiny comes to, as the tree that report.js reads. */
final class ScrutinyData {
  private final EvaluationResult result;
  private final ScopeResult scope;
  private final Figure figure;
  private final Scrutiny scrutiny;

  private ScrutinyData(EvaluationResult result, ScopeResult scope, Figure figure) {
    this.result = result;
    this.scope = scope;
    this.figure = figure;
    this.scrutiny = scope.scrutiny();
  }

  /**
   * The tree of one regime.
   *
   * @param figure the figure that verdicts rest on
   */
  static Map<String, Object> of(EvaluationResult result, ScopeResult scope, Figure figure) {
    return new ScrutinyData(result, scope, figure).tree();
  }

  private Map<String, Object> tree() {
    Map<String, Object> tree = new TreeMap<>();
    String lead = lead();
    tree.put("lead", lead);
    tree.put("headlines", headlines(lead));
    tree.put("answers", inAMinute(lead));
    tree.put("selfTest", scrutiny.selfTest().sentence());
    tree.put("ranges", ranges());
    tree.put("wrongTargets", scrutiny.wrongTargets().stream().map(this::wrongTarget).toList());
    tree.put("leakage", scrutiny.leakage().stream().map(ScrutinyData::leakage).toList());
    tree.put("mixtures", scrutiny.mixtures().stream().map(ScrutinyData::mixture).toList());
    tree.put("confidence", confidence());
    tree.put("winsAndLosses", ScrutinyCharts.winsAndLosses(scope, result.contestants()));
    tree.put("riskCoverage", ScrutinyCharts.riskCoverage(scope, result.contestants()));
    return tree;
  }

  /** The model a reader asks about: the one under test, or the baseline with the best figure. */
  private String lead() {
    List<String> asked = result.models().isEmpty() ? result.baselines() : result.models();
    return scope.scores().stream()
        .filter(s -> s.metric() == figure.metric() && s.statistic() == figure.statistic())
        .filter(s -> asked.contains(s.model()))
        .min(
            (a, b) ->
                figure.better(a.value(), b.value())
                    ? -1
                    : figure.better(b.value(), a.value()) ? 1 : 0)
        .map(Score::model)
        .orElse(asked.isEmpty() ? "" : asked.get(0));
  }

  /** The plain verdict of every model under test; of the best baseline where there is none. */
  private List<String> headlines(String lead) {
    List<String> models = result.models().isEmpty() ? List.of(lead) : result.models();
    return models.stream().flatMap(m -> scope.plainVerdict(m).stream()).toList();
  }

  /** Four short answers: against what, how near the ceiling, how sure, where wrong. */
  private List<List<String>> inAMinute(String lead) {
    List<List<String>> answers = new ArrayList<>();
    scope
        .score(lead, figure.metric(), figure.statistic())
        .ifPresent(s -> answers.add(List.of("Score", lead + " " + value(s) + against(lead))));
    answers.add(List.of("Ceiling", ceiling()));
    Confidence confidence = scrutiny.confidence().get(lead);
    if (confidence != null) {
      answers.add(List.of("How sure", howSure(lead, confidence)));
    }
    answers.add(List.of("Where wrong", whereWrong(lead)));
    answers.add(List.of("Can tell", whatCanTell()));
    return answers;
  }

  private String against(String lead) {
    return result.baselines().stream()
        .filter(b -> !b.equals(lead))
        .flatMap(b -> scope.score(b, figure.metric(), figure.statistic()).stream())
        .min(
            (a, b) ->
                figure.better(a.value(), b.value())
                    ? -1
                    : figure.better(b.value(), a.value()) ? 1 : 0)
        .map(best -> "; best other baseline: " + best.model() + " " + value(best))
        .orElse("");
  }

  private static String value(Score score) {
    return ChartOptions.two(score.value())
        + score
            .interval()
            .map(i -> " [" + ChartOptions.two(i.lower()) + ", " + ChartOptions.two(i.upper()) + "]")
            .orElse("");
  }

  private String ceiling() {
    SignalGate gate = scope.gate();
    if (gate.perturbations() == 0) {
      return "not known: too few cells for two halves";
    }
    String best =
        result.contestants().stream()
            .flatMap(
                m ->
                    scope
                        .score(m, Metric.PEARSON_SEPARATE, org.virtualcell.evaluate.Statistic.MEAN)
                        .stream())
            .max(Comparator.comparingDouble(Score::value))
            .map(s -> "; the highest here, " + s.model() + ", has " + ChartOptions.two(s.value()))
            .orElse("");
    return "a perfect model would correlate by about "
        + ChartOptions.two(gate.perfectModel())
        + best;
  }

  private static String howSure(String lead, Confidence c) {
    List<String> parts = new ArrayList<>();
    c.strata().stream()
        .filter(s -> s.name().equals("all"))
        .findFirst()
        .ifPresent(
            all ->
                parts.add(
                    "its "
                        + ScrutinyCharts.percent(c.level().orElse(0.9))
                        + " % intervals hold "
                        + ScrutinyCharts.percent(all.coverage())
                        + " % of the measured changes"));
    if (parts.isEmpty()) {
      parts.add(lead + " states no interval");
    }
    c.confidentlyWrong()
        .ifPresent(
            w ->
                parts.add(
                    "confidently wrong on "
                        + w.events()
                        + " of its "
                        + w.n()
                        + " surest answers (at most "
                        + ScrutinyCharts.percent(w.upperLimit())
                        + " %)"));
    parts.add(
        c.abstention()
            .map(a -> "stands behind " + a.answered() + " of " + c.answers() + " answers")
            .orElse("never abstains"));
    return String.join("; ", parts);
  }

  private String whereWrong(String lead) {
    List<String> worst =
        scrutiny.contrasts().getOrDefault(lead, Map.of()).entrySet().stream()
            .filter(e -> e.getValue() > 1.96)
            .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
            .limit(3)
            .map(e -> e.getKey().perturbation().label() + " in " + e.getKey().context().name())
            .toList();
    int none = scrutiny.strata().none().size();
    String noise =
        none == 0 ? "" : "; " + none + (none == 1 ? " condition is" : " conditions are") + " noise";
    return (worst.isEmpty() ? "nowhere beyond sampling error" : String.join(", ", worst)) + noise;
  }

  private String whatCanTell() {
    if (scrutiny.ranges().isEmpty()) {
      return "too few cells to say which metrics can";
    }
    long can = scrutiny.ranges().stream().filter(r -> r.reading().equals("can tell")).count();
    List<SelfTest.Line> lines = scrutiny.selfTest().lines();
    long fooled = lines.stream().filter(line -> !line.shuffledIsChance()).count();
    return can
        + " of "
        + scrutiny.ranges().size()
        + " metrics here"
        + (lines.isEmpty()
            ? ""
            : "; the truth scores the best on "
                + lines.stream().filter(SelfTest.Line::truthIsBest).count()
                + " of "
                + lines.size()
                + ", wrong labels fool "
                + (fooled == 0 ? "none" : String.valueOf(fooled)));
  }

  private List<Object> ranges() {
    List<Object> rows = new ArrayList<>();
    for (DynamicRange range : scrutiny.ranges()) {
      Optional<SelfTest.Line> line =
          scrutiny.selfTest().lines().stream()
              .filter(l -> l.metric() == range.metric())
              .findFirst();
      rows.add(
          Arrays.asList(
              range.metric().title(),
              range.baseline(),
              rounded(range.fraction()),
              interval(range.interval()),
              range.perturbations(),
              range.reading(),
              line.map(l -> rounded(l.shuffled())).orElse(null),
              line.map(l -> rounded(l.chance())).orElse(null),
              line.map(SelfTest.Line::shuffledIsChance).orElse(null),
              line.map(SelfTest.Line::truthIsBest).orElse(null)));
    }
    return rows;
  }

  private List<Object> wrongTarget(WrongTarget w) {
    return Arrays.asList(
        w.model(),
        w.metric().title(),
        rounded(w.right()),
        rounded(w.wrong()),
        rounded(w.gain()),
        interval(w.interval()),
        w.perturbations(),
        w.reading());
  }

  private static List<Object> leakage(BatchLeakage b) {
    return Arrays.asList(
        b.model(),
        rounded(b.share()),
        b.accuracy().map(ScrutinyData::rounded).orElse(null),
        rounded(b.permuted()),
        rounded(b.permutedHigh()),
        b.questions(),
        b.batches(),
        b.leaks());
  }

  private static List<Object> mixture(BatchMixture mixture) {
    Map<String, Object> measures = new TreeMap<>();
    for (BatchMixture.Measure m : mixture.measures()) {
      measures.put(
          m.name(),
          Arrays.asList(
              rounded(m.value()),
              m.permuted().map(ScrutinyData::rounded).orElse(null),
              m.batchFound()));
    }
    return List.of(
        mixture.cellsOf(), measures, mixture.cells(), mixture.conditions(), mixture.batches());
  }

  private Map<String, Object> confidence() {
    Map<String, Object> byModel = new TreeMap<>();
    scrutiny
        .confidence()
        .forEach(
            (model, c) -> {
              Map<String, Object> tree = new TreeMap<>();
              for (Confidence.Stratum s : c.strata()) {
                tree.put("coverage_" + s.name(), rounded(s.coverage()));
                tree.put("interval_" + s.name(), interval(s.interval()));
                tree.put("width_" + s.name(), rounded(s.width()));
              }
              tree.put("level", c.level().isPresent() ? c.level().getAsDouble() : null);
              tree.put(
                  "conformal",
                  c.conformalWidth().isPresent()
                      ? rounded(2 * c.conformalWidth().getAsDouble())
                      : null);
              tree.put("m", c.calibratedOn());
              tree.put("gain", c.riskCoverage().map(r -> rounded(r.gain())).orElse(null));
              tree.put("excess", c.riskCoverage().map(r -> rounded(r.excess())).orElse(null));
              tree.put("wrong", c.confidentlyWrong().map(ScrutinyData::share).orElse(null));
              tree.put("calls", c.wrongCalls().map(ScrutinyData::share).orElse(null));
              tree.put("up", c.up().map(ScrutinyData::probabilities).orElse(null));
              tree.put("changed", c.changed().map(ScrutinyData::probabilities).orElse(null));
              tree.put(
                  "distance",
                  c.distance()
                      .map(
                          d ->
                              Arrays.asList(
                                  rounded(d.correlation()), interval(d.interval()), d.conditions()))
                      .orElse(null));
              tree.put(
                  "abstention",
                  c.abstention()
                      .map(
                          a ->
                              Arrays.asList(
                                  a.answered(), rounded(a.answeredError()), rounded(a.allError())))
                      .orElse(null));
              tree.put("answers", c.answers());
              tree.put("calibrationChart", ScrutinyCharts.calibration(model, c));
              if (!c.strata().isEmpty()) {
                tree.put("coverageChart", ScrutinyCharts.coverage(model, c));
              }
              byModel.put(model, tree);
            });
    return byModel;
  }

  private static List<Object> share(Confidence.Share s) {
    return Arrays.asList(s.events(), s.n(), rounded(s.upperLimit()));
  }

  private static List<Object> probabilities(Confidence.Probabilities p) {
    return Arrays.asList(
        rounded(p.brier()), rounded(p.bins().brierOfTheRate()), rounded(p.calibrationError()));
  }

  private static List<Object> interval(Optional<Interval> interval) {
    return interval
        .map(i -> Arrays.<Object>asList(rounded(i.lower()), rounded(i.upper())))
        .orElse(null);
  }

  private static Object rounded(double value) {
    return Double.isFinite(value) ? Math.rint(value * 1e4) / 1e4 : null;
  }
}
