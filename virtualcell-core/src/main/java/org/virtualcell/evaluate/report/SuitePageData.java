package org.virtualcell.evaluate.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.virtualcell.api.Interval;
import org.virtualcell.evaluate.report.SuiteFindings.Finding;
import org.virtualcell.evaluate.report.SuiteScores.Line;
import org.virtualcell.evaluate.report.SuiteScores.Part;

/** What a suite found as the tree that suite.js reads. */
final class SuitePageData {
  private final SuiteScores scores;
  private final String title;
  private final String command;
  private final List<FactCard.Fact> facts;
  private final MetricWords words = MetricWords.read();

  SuitePageData(SuiteScores scores, String title, String command, List<FactCard.Fact> facts) {
    this.scores = scores;
    this.title = title;
    this.command = command;
    this.facts = List.copyOf(facts);
  }

  Map<String, Object> tree() {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("title", title);
    tree.put("command", command);
    tree.put("facts", facts(facts));
    tree.put("profile", scores.profile());
    tree.put("rules", facts(scores.rules()));
    tree.put("zero", scores.zero());
    tree.put("one", scores.one());
    tree.put("score", optional(scores.score()));
    tree.put("parts", scores.parts().stream().map(this::part).toList());
    return tree;
  }

  private static List<List<String>> facts(List<FactCard.Fact> facts) {
    return facts.stream().map(f -> List.of(f.label(), f.value(), f.note())).toList();
  }

  private Map<String, Object> part(Part part) {
    SuiteFindings findings = new SuiteFindings(part);
    SuiteVerdict verdict = new SuiteVerdict(scores, part, findings, words);
    Map<String, Object> tree = new TreeMap<>();
    tree.put("name", part.name());
    tree.put("cells", part.cells());
    tree.put("perturbations", part.perturbations());
    tree.put("signal", part.signal().stream().map(Enum::name).toList());
    tree.put("headlines", verdict.headlines());
    tree.put("answers", verdict.answers());
    tree.put("score", optional(part.score()));
    tree.put("interval", interval(findings.overall()));
    List<Object> places = new ArrayList<>();
    for (int p = 0; p < part.perturbations().size(); p++) {
      places.add(rounded(findings.place(p)));
    }
    tree.put("places", places);
    List<Object> lines = new ArrayList<>();
    for (int i = 0; i < part.lines().size(); i++) {
      lines.add(line(part.lines().get(i), findings.findings().get(i)));
    }
    tree.put("lines", lines);
    tree.put(
        "omissions",
        part.omissions().stream()
            .map(o -> List.of(o.perturbation(), o.from(), o.reason()))
            .toList());
    tree.put("notes", part.notes());
    return tree;
  }

  private Map<String, Object> line(Line line, Finding finding) {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("metric", line.metric());
    tree.put("title", words.title(line.metric()));
    tree.put("meaning", words.meaning(line.metric()));
    tree.put("lower", line.lowerIsBetter());
    tree.put("scored", line.scored());
    tree.put("value", rounded(line.value()));
    tree.put("n", line.used());
    tree.put("baseline", optional(line.baseline()));
    line.replicate()
        .ifPresent(
            r -> tree.put("replicate", Arrays.asList(rounded(r.mean()), rounded(r.deviation()))));
    line.scale()
        .ifPresent(
            s -> {
              tree.put("zero", rounded(s.zero()));
              tree.put("one", rounded(s.one()));
              tree.put("clamps", s.clamps());
              tree.put("unusable", rounded(s.unusable()));
            });
    tree.put("score", optional(line.score()));
    tree.put("interval", interval(finding.score()));
    tree.put("difference", rounded(finding.difference()));
    tree.put("differenceInterval", interval(finding.differenceInterval()));
    tree.put("outcome", finding.outcome().map(Enum::name).orElse(""));
    tree.put("tally", Arrays.stream(finding.tally()).boxed().toList());
    tree.put("figures", figures(line.figures()));
    tree.put("baselineFigures", figures(line.baselineFigures()));
    return tree;
  }

  private static List<Object> figures(double... figures) {
    List<Object> list = new ArrayList<>(figures.length);
    for (double figure : figures) {
      list.add(rounded(figure));
    }
    return list;
  }

  private static Object optional(OptionalDouble value) {
    return value.isPresent() ? rounded(value.getAsDouble()) : null;
  }

  private static List<Object> interval(Optional<Interval> interval) {
    return interval
        .map(i -> Arrays.<Object>asList(rounded(i.lower()), rounded(i.upper())))
        .orElse(null);
  }

  /** Five significant digits, null where there is no number. */
  private static Object rounded(double value) {
    if (!Double.isFinite(value)) {
      return null;
    }
    if (value == 0) {
      return 0;
    }
    double unit = Math.pow(10, Math.floor(Math.log10(Math.abs(value))) - 4);
    double text = Math.rint(value / unit) * unit;
    return new java.math.BigDecimal(text)
        .round(new java.math.MathContext(5))
        .stripTrailingZeros()
        .doubleValue();
  }
}
