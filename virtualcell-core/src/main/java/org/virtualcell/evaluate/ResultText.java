package org.virtualcell.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A result as text for a terminal: per regime a table with a column per model, then what it comes
 * to in plain words. The same result gives the same text.
 */
public final class ResultText {
  private static final int CELL = 9;
  private static final int LABEL = 40;

  /** A line of the table. */
  private record Line(Metric metric, Statistic statistic) {}

  /** The lines of a whole regime. */
  private static final List<Line> ALL_LINES =
      List.of(
          new Line(Metric.RELATIVE_ERROR_SEPARATE, Statistic.POOLED),
          new Line(Metric.RELATIVE_ERROR_SEPARATE, Statistic.MEDIAN),
          new Line(Metric.PEARSON_SEPARATE, Statistic.MEAN),
          new Line(Metric.COSINE_PROJECTED_SEPARATE, Statistic.MEAN),
          new Line(Metric.DISCRIMINATION_RANK, Statistic.MEAN),
          new Line(Metric.TOP_20_SEPARATE, Statistic.MEAN),
          new Line(Metric.TOP_50_SEPARATE, Statistic.MEAN),
          new Line(Metric.RELATIVE_ERROR, Statistic.POOLED),
          new Line(Metric.PEARSON, Statistic.MEAN),
          new Line(Metric.COSINE_PROJECTED, Statistic.MEAN),
          new Line(Metric.INTERVAL_COVERAGE, Statistic.MEAN));

  /** The lines of a stratum or a context. */
  private static final List<Line> FEW_LINES =
      List.of(
          new Line(Metric.RELATIVE_ERROR_SEPARATE, Statistic.POOLED),
          new Line(Metric.PEARSON_SEPARATE, Statistic.MEAN),
          new Line(Metric.COSINE_PROJECTED_SEPARATE, Statistic.MEAN));

  private final EvaluationResult result;
  private final List<String> columns = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();

  private ResultText(EvaluationResult result) {
    this.result = result;
    columns.addAll(result.contestants());
    columns.add(EvaluationResult.CEILING);
  }

  /**
   * The text.
   *
   * @param result the result
   * @return lines that end with LF
   */
  public static String of(EvaluationResult result) {
    ResultText table = new ResultText(result);
    result.protocols().forEach(table::regime);
    table.worst();
    table.legend();
    return table.text.toString();
  }

  private void regime(String protocol) {
    ScopeResult whole = result.scope(Scope.of(protocol)).orElseThrow();
    String title = protocol.equals(PredictedCells.PROTOCOL) ? "predicted cells" : protocol;
    text.append(title.toUpperCase(Locale.ROOT).replace('-', ' '))
        .append(": ")
        .append(meaning(protocol))
        .append('\n');
    header();
    for (ScopeResult scope : result.scopes()) {
      if (scope.scope().protocol().equals(protocol)) {
        scope(scope);
      }
    }
    whole.verdicts().forEach(sentence -> text.append("  ").append(sentence).append('\n'));
    text.append('\n');
  }

  private static String meaning(String protocol) {
    return switch (protocol) {
      case "unseen-perturbation" -> "the perturbation is nowhere in training, the context is";
      case "unseen-combination" -> "the combination is nowhere in training, its parts may be";
      case "unseen-context" -> "no perturbed cell of the context is in training";
      case "unseen-both" -> "neither the perturbation nor the context is in training";
      case PredictedCells.PROTOCOL -> "predictions from a file; what its model has seen is unknown";
      default -> "held out by " + protocol;
    };
  }

  /** Names in two lines, broken at their last hyphen. */
  private void header() {
    StringBuilder upper = new StringBuilder(left("", LABEL)).append(right("", 5));
    StringBuilder lower = new StringBuilder(left("", LABEL)).append(right("n", 5));
    for (String column : columns) {
      int cut = column.lastIndexOf('-') + 1;
      upper.append(right(column.substring(0, cut), width(column)));
      lower.append(right(column.substring(cut), width(column)));
    }
    text.append(upper.toString().stripTrailing()).append('\n').append(lower).append('\n');
  }

  private void scope(ScopeResult scope) {
    text.append("  ").append(name(scope)).append('\n');
    List<Line> lines = scope.scope().isWhole() ? ALL_LINES : FEW_LINES;
    for (Line line : lines) {
      line(scope, line);
    }
  }

  private static String name(ScopeResult scope) {
    Scope which = scope.scope();
    String what =
        !which.context().isEmpty()
            ? "in " + which.context()
            : which.stratum().isEmpty() ? "all" : "singles seen: " + which.stratum();
    return what
        + " ("
        + scope.perturbations()
        + " perturbations, "
        + scope.items()
        + " conditions)";
  }

  private void line(ScopeResult scope, Line line) {
    List<Optional<Score>> scores =
        columns.stream().map(c -> scope.score(c, line.metric(), line.statistic())).toList();
    int n =
        scores.stream().flatMap(Optional::stream).mapToInt(Score::perturbations).max().orElse(0);
    if (n == 0) {
      return;
    }
    String winner = scope.winners().get(line.statistic().label(line.metric()));
    text.append(left("    " + label(line), LABEL)).append(right(String.valueOf(n), 5));
    for (int i = 0; i < columns.size(); i++) {
      String column = columns.get(i);
      text.append(right(cell(scores.get(i), n, column.equals(winner)), width(column)));
    }
    text.append("  ").append(SignalGate.label(scope.gate().status())).append('\n');
  }

  private static String label(Line line) {
    String what =
        switch (line.statistic()) {
          case MEAN -> line.metric().title();
          case POOLED -> line.metric().title() + ", pooled";
          case MEDIAN -> line.metric().title() + ", median";
        };
    boolean shared =
        line.metric().controls() == Metric.Controls.SHARED
            && line.metric().direction() != Metric.Direction.NEITHER;
    return shared ? what + " §" : what;
  }

  /** A figure, with a star where it has won, and its own n where that is not the line's. */
  private static String cell(Optional<Score> score, int n, boolean won) {
    if (score.isEmpty()) {
      return "-";
    }
    String mark = won ? "*" : "";
    int own = score.get().perturbations();
    return Figures.of(score.get().value()) + mark + (own == n ? "" : "(" + own + ")");
  }

  private void worst() {
    if (result.worst().isEmpty()) {
      return;
    }
    text.append("WORST: where a model lost most against a baseline (relative error)\n");
    for (WorstCase worst : result.worst()) {
      text.append("  ")
          .append(left(worst.condition().toString(), 30))
          .append(' ')
          .append(left(new Scope(worst.protocol(), worst.stratum(), "").regime(), 22))
          .append(' ')
          .append(worst.model())
          .append(' ')
          .append(Figures.of(worst.error()))
          .append(", ")
          .append(worst.winner())
          .append(' ')
          .append(Figures.of(worst.winnerError()))
          .append(", lost by ")
          .append(Figures.of(worst.margin()))
          .append('\n');
    }
    text.append('\n');
  }

  private void legend() {
    text.append(
        """
        n         perturbations the figure rests on; a figure with another n has it in brackets
        *         better than every other model on the line: 95 % paired bootstrap, tested lines only
        §         the same controls in training and test: their sampling error flatters averages
        ceiling   one half of the cells, with its own half of the controls, predicts the other half
        relative error: 0 is perfect, 1 is no change. Pearson, cosine, top genes: 1 is perfect.
        rank: 1 is perfect, 0.5 is chance. Own target genes count nowhere.
        tested    halves agree with r above 0.1 (95 % interval) on 12 perturbations or more
        no signal they do not: no score here speaks for or against a model
        too few   fewer than 12 perturbations: nothing is claimed
        [low, high] is a 95 % interval for one comparison; comparisons.csv also has the outcome that
        allows for all baselines a model is compared with (Bonferroni)
        """);
  }

  private static int width(String column) {
    int cut = column.lastIndexOf('-') + 1;
    return Math.max(CELL, Math.max(cut, column.length() - cut)) + 2;
  }

  private static String left(String value, int width) {
    return value + " ".repeat(Math.max(0, width - value.length()));
  }

  private static String right(String value, int width) {
    return " ".repeat(Math.max(0, width - value.length())) + value;
  }
}
