package org.virtualcell.evaluate.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.virtualcell.api.Interval;
import org.virtualcell.evaluate.Comparison;
import org.virtualcell.evaluate.report.SuiteFindings.Finding;
import org.virtualcell.evaluate.report.SuiteScores.Line;
import org.virtualcell.evaluate.report.SuiteScores.Part;
import org.virtualcell.evaluate.report.SuiteScores.Signal;

/** What the figures of one part of a suite come to, in plain sentences. */
final class SuiteVerdict {
  private static final int WORST = 3;

  /** What every suite's baseline is. */
  private static final String BASELINE = "the mean response";

  private final SuiteScores scores;
  private final Part part;
  private final SuiteFindings findings;
  private final MetricWords words;

  SuiteVerdict(SuiteScores scores, Part part, SuiteFindings findings, MetricWords words) {
    this.scores = scores;
    this.part = part;
    this.findings = findings;
    this.words = words;
  }

  /** The two sentences a hurried reader takes away. */
  List<String> headlines() {
    List<String> lines = new ArrayList<>();
    lines.add(onMembers());
    lines.add(onPerturbations());
    return lines;
  }

  private String onMembers() {
    int scored = (int) part.lines().stream().filter(Line::scored).count();
    int better = count(Comparison.Outcome.BETTER);
    int level = count(Comparison.Outcome.NOT_DISTINGUISHABLE);
    int worse = count(Comparison.Outcome.WORSE);
    int open = scored - better - level - worse;
    List<String> said = new ArrayList<>();
    said.add("Better than " + BASELINE + " on " + better + " of " + scored + " metrics");
    if (level > 0) {
      said.add("not distinguishable on " + level);
    }
    if (worse > 0) {
      said.add("worse on " + worse);
    }
    if (open > 0) {
      said.add("not comparable on " + open);
    }
    return String.join("; ", said) + ".";
  }

  private int count(Comparison.Outcome outcome) {
    return (int)
        IntStream.range(0, part.lines().size())
            .filter(i -> part.lines().get(i).scored())
            .filter(i -> findings.findings().get(i).outcome().equals(Optional.of(outcome)))
            .count();
  }

  private String onPerturbations() {
    int[] counts = findings.byMostMembers();
    int judged = counts[0] + counts[1] + counts[2];
    String text =
        judged == 0
            ? "No perturbation can be set beside the baseline."
            : "By most metrics it is ahead of "
                + BASELINE
                + " on "
                + counts[0]
                + " of "
                + counted(judged, "perturbation")
                + (counts[1] > 0 ? ", level on " + counts[1] : "")
                + (counts[2] > 0 ? ", behind on " + counts[2] : "");
    long none = signals(Signal.NONE);
    if (judged == 0) {
      return text;
    }
    return text
        + (none == 0 ? "." : "; " + none + (none == 1 ? " holds" : " hold") + " no signal at all.");
  }

  private long signals(Signal signal) {
    return part.signal().stream().filter(s -> s == signal).count();
  }

  /** Which claim, against which baseline, how near the ceiling, how sure, where wrong. */
  List<List<String>> answers() {
    return List.of(
        List.of("Which claim", scores.claim()),
        List.of("Which baseline", scores.zero()),
        List.of("How near the ceiling", ceiling()),
        List.of("How sure", howSure()),
        List.of("Where wrong", whereWrong()),
        List.of("Signal", signal()));
  }

  private String ceiling() {
    String ends = "1 is " + scores.one();
    if (part.score().isEmpty()) {
      return "unknown: " + ends;
    }
    List<Line> placed =
        part.lines().stream()
            .filter(l -> l.scored() && l.score().isPresent())
            .sorted(Comparator.comparingDouble(l -> l.score().getAsDouble()))
            .toList();
    String extremes =
        placed.size() < 2
            ? ""
            : "; nearest in "
                + quoted(placed.get(placed.size() - 1))
                + " ("
                + two(placed.get(placed.size() - 1).score().getAsDouble())
                + "), farthest in "
                + quoted(placed.get(0))
                + " ("
                + two(placed.get(0).score().getAsDouble())
                + ")";
    return "score " + two(part.score().getAsDouble()) + ", where " + ends + extremes;
  }

  private String howSure() {
    int n = part.perturbations().size();
    return findings
            .overall()
            .map(i -> "95 % interval of the score " + range(i) + " from drawing perturbations, ")
            .orElse("no interval: fewer than five perturbations or no scale, ")
        + "n = "
        + counted(n, "perturbation")
        + findings.overall().map(i -> "; the ends of the scale are held fixed").orElse("");
  }

  private String whereWrong() {
    List<Integer> worst =
        IntStream.range(0, part.perturbations().size())
            .filter(p -> Double.isFinite(findings.place(p)) && findings.place(p) < 0)
            .boxed()
            .sorted(Comparator.comparingDouble(findings::place))
            .toList();
    if (worst.isEmpty()) {
      return "no perturbation is below " + BASELINE + " in the mean of its metrics";
    }
    return worst.stream()
            .limit(WORST)
            .map(p -> part.perturbations().get(p) + " (" + two(findings.place(p)) + ")")
            .collect(Collectors.joining(", "))
        + (worst.size() > WORST ? " and " + (worst.size() - WORST) + " more" : "")
        + ", below "
        + BASELINE
        + weakest();
  }

  private String weakest() {
    return IntStream.range(0, part.lines().size())
        .filter(i -> part.lines().get(i).scored())
        .filter(i -> lost(findings.findings().get(i)))
        .mapToObj(i -> quoted(part.lines().get(i)))
        .reduce((a, b) -> a + ", " + b)
        .map(names -> "; worse than it in " + names)
        .orElse("");
  }

  private String quoted(Line line) {
    return "\u201c" + words.title(line.metric()) + "\u201d";
  }

  private static boolean lost(Finding finding) {
    return finding.outcome().equals(Optional.of(Comparison.Outcome.WORSE));
  }

  private String signal() {
    if (signals(Signal.UNKNOWN) == part.signal().size()) {
      return "not known: this profile does not test genes";
    }
    return signals(Signal.CLEAR)
        + " of "
        + counted(part.perturbations().size(), "perturbation")
        + " change ten genes or more beyond chance, "
        + signals(Signal.WEAK)
        + " change one to nine, "
        + signals(Signal.NONE)
        + " none";
  }

  private static String range(Interval i) {
    return two(i.lower()) + " to " + two(i.upper());
  }

  private static String two(double value) {
    return ChartOptions.two(value).replace('-', '\u2212');
  }

  private static String counted(int n, String noun) {
    return n + " " + noun + (n == 1 ? "" : "s");
  }
}
