package org.virtualcell.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.virtualcell.evaluate.EvaluationResult;
import org.virtualcell.evaluate.Metric;
import org.virtualcell.evaluate.Scope;
import org.virtualcell.evaluate.ScopeResult;
import org.virtualcell.evaluate.Score;
import org.virtualcell.evaluate.SignalGate;
import org.virtualcell.evaluate.Statistic;
import picocli.CommandLine.Help.Ansi;

/** The result of an evaluation as a person reads it: a table per regime, with what it can tell. */
final class JudgedTable {
  private record Figure(String heading, Metric metric, Statistic statistic, boolean interval) {
    String key() {
      return statistic.label(metric);
    }
  }

  /** Measured against control cells that no model has seen. */
  private static final List<Figure> FIGURES =
      List.of(
          new Figure("rel. error", Metric.RELATIVE_ERROR_SEPARATE, Statistic.POOLED, true),
          new Figure("beyond mean", Metric.COSINE_PROJECTED_SEPARATE, Statistic.MEAN, true),
          new Figure("rank", Metric.DISCRIMINATION_RANK, Statistic.MEAN, false));

  /** Against the controls at hand, where it is not known what a model has seen. */
  private static final List<Figure> SHARED_FIGURES =
      List.of(
          new Figure("rel. error", Metric.RELATIVE_ERROR, Statistic.POOLED, true),
          new Figure("beyond mean", Metric.COSINE_PROJECTED, Statistic.MEAN, true),
          new Figure("rank", Metric.DISCRIMINATION_RANK, Statistic.MEAN, false));

  private static final List<String> LEGEND =
      List.of(
          "In brackets: the 95 % interval over perturbations; (n) where fewer were scored.",
          "  rel. error   squared error over squared change; 0 perfect, 1 'no change'",
          "  beyond mean  agreement without what all perturbations share; 1 is perfect",
          "  rank         singles out its own perturbation; 1 is perfect, 0.5 chance",
          "  +/=/-        conditions where it is better than, as good as, worse than the",
          "               mean effect of the context beyond sampling error (the mean",
          "               effect itself: than no change)",
          "  ceiling      one half of the cells predicts the other: the data's own noise",
          "  *            better than every other model, by a paired bootstrap",
          "Own target genes are left out. 'No signal' and 'too few' mean that these data",
          "cannot tell the models apart there, however the figures look.");

  private final EvaluationResult result;
  private final Ansi ansi;

  JudgedTable(EvaluationResult result, boolean colours) {
    this.result = result;
    this.ansi = colours ? Ansi.ON : Ansi.OFF;
  }

  /**
   * The tables of all regimes and how to read them.
   *
   * @return lines of at most 80 characters
   */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (String protocol : result.protocols()) {
      result.scope(Scope.of(protocol)).ifPresent(scope -> addRegime(lines, protocol, scope));
    }
    lines.addAll(LEGEND);
    return lines;
  }

  private void addRegime(List<String> lines, String protocol, ScopeResult scope) {
    SignalGate gate = scope.gate();
    lines.add(ansi.string("@|bold " + question(protocol) + "|@"));
    lines.add(
        "  "
            + counted(scope.perturbations(), "perturbation")
            + " in "
            + counted(scope.items(), "condition")
            + ". "
            + ansi.string("@|bold " + status(gate) + "|@"));
    List<Figure> figures = protocol.isEmpty() ? SHARED_FIGURES : FIGURES;
    TextTable table =
        new TextTable(
            Stream.of(
                    Stream.of("model"), figures.stream().map(Figure::heading), Stream.of(">+/=/-"))
                .flatMap(s -> s)
                .toArray(String[]::new));
    for (String model : result.contestants()) {
      addModel(table, scope, model, figures);
    }
    addModel(table, scope, EvaluationResult.CEILING, figures);
    lines.addAll(table.lines("  "));
    // of every model under test; without one, of the baseline with the least error
    List<String> asked =
        result.models().isEmpty()
            ? result.contestants().stream()
                .filter(model -> leads(scope, model, figures.get(0)))
                .limit(1)
                .toList()
            : result.models();
    asked.stream()
        .flatMap(model -> scope.plainVerdict(model).stream())
        .forEach(sentence -> lines.addAll(TextTable.wrap("  " + sentence, 80)));
    if (!scope.scrutiny().selfTest().lines().isEmpty()) {
      lines.addAll(
          TextTable.wrap("  Self-test: " + scope.scrutiny().selfTest().sentence() + ".", 80));
    }
    lines.add("");
  }

  private static void addModel(
      TextTable table, ScopeResult scope, String model, List<Figure> figures) {
    List<String> cells = new ArrayList<>(List.of(model));
    for (Figure figure : figures) {
      Optional<Score> score = scope.score(model, figure.metric(), figure.statistic());
      boolean best = model.equals(scope.winners().get(figure.key()));
      cells.add(score.map(s -> (best ? "*" : "") + cell(s, figure, scope)).orElse("-"));
    }
    cells.add(
        scope
            .scrutiny()
            .tally(model)
            .map(t -> t.better() + "/" + t.same() + "/" + t.worse())
            .orElse("-"));
    table.row(cells.toArray(String[]::new));
  }

  private static String cell(Score score, Figure figure, ScopeResult scope) {
    String interval =
        figure.interval()
            ? score
                .interval()
                .map(i -> " [" + number(i.lower()) + ", " + number(i.upper()) + "]")
                .orElse("")
            : "";
    boolean fewer = score.perturbations() < scope.perturbations();
    return number(score.value()) + interval + (fewer ? " (" + score.perturbations() + ")" : "");
  }

  private static boolean leads(ScopeResult scope, String model, Figure figure) {
    return scope.scores().stream()
        .filter(s -> s.metric() == figure.metric() && s.statistic() == figure.statistic())
        .filter(s -> scope.scrutiny().tally(s.model()).isPresent())
        .min(java.util.Comparator.comparingDouble(Score::value))
        .filter(s -> s.model().equals(model))
        .isPresent();
  }

  private static String question(String protocol) {
    return switch (protocol) {
      case "unseen-perturbation" ->
          "Unseen perturbation: a gene that was never perturbed in training";
      case "unseen-combination" -> "Unseen combination: genes that were never perturbed together";
      case "unseen-context" -> "Unseen context: cells of which only controls were seen";
      case "unseen-both" -> "Both unseen: a new gene in cells of which only controls were seen";
      case "" -> "Predicted cells against measured ones; what their model has seen is not known";
      default -> protocol;
    };
  }

  private static String status(SignalGate gate) {
    String halves =
        gate.perturbations() == 0
            ? "no two halves of cells to compare"
            : "two halves of the cells agree with r = " + number(gate.splitHalf());
    return switch (gate.status()) {
      case TESTED -> "Tested: " + halves;
      case NO_SIGNAL -> "No signal: " + halves;
      case TOO_FEW -> "Too few: " + SignalGate.LEAST_PERTURBATIONS + " are needed";
    };
  }

  private static String counted(int n, String thing) {
    return n + " " + thing + (n == 1 ? "" : "s");
  }

  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.2f", value);
    return text.equals("-0.00") ? "0.00" : text;
  }
}
