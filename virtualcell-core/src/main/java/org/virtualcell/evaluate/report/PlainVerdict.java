package org.virtualcell.evaluate.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.virtualcell.evaluate.Comparison;
import org.virtualcell.evaluate.EvaluationResult;
import org.virtualcell.evaluate.Metric;
import org.virtualcell.evaluate.ScopeResult;
import org.virtualcell.evaluate.Score;

/**
 * One scope's scores in plain sentences. A model is called better only where the scope is tested
 * and the interval of the paired difference leaves out zero.
 */
final class PlainVerdict {
  private static final String NO_CHANGE = "no-change";

  private PlainVerdict() {}

  /**
   * The verdict.
   *
   * @param scope the scope
   * @param figure the figure it rests on
   * @param contestants the models in order
   */
  static String of(ScopeResult scope, Figure figure, List<String> contestants) {
    return switch (scope.gate().status()) {
      case NO_SIGNAL ->
          "The measured effects do not stand out from measurement noise"
              + ceiling(scope, figure)
              + ", so no score here, high or low, says anything about a model.";
      case TOO_FEW ->
          counted(scope.perturbations(), "perturbation")
              + (scope.perturbations() == 1 ? " is" : " are")
              + " too few to tell models apart"
              + ceiling(scope, figure)
              + "; the numbers are shown and nobody has won.";
      case TESTED -> tested(scope, figure, contestants);
    };
  }

  private static String tested(ScopeResult scope, Figure figure, List<String> contestants) {
    Score best = null;
    for (String model : contestants) {
      Score score = score(scope, figure, model).orElse(null);
      if (score != null && (best == null || figure.better(score.value(), best.value()))) {
        best = score;
      }
    }
    if (best == null) {
      return "No model answered.";
    }
    List<String> level = new ArrayList<>();
    for (String other : contestants) {
      if (!other.equals(best.model())
          && score(scope, figure, other).isPresent()
          && !ahead(scope, figure, best.model(), other)) {
        level.add(other);
      }
    }
    String figures =
        figure.label()
            + " "
            + number(best)
            + " over "
            + counted(best.perturbations(), "perturbation")
            + ceiling(scope, figure)
            + ". ";
    String first =
        best.model().equals(NO_CHANGE)
            ? "No model predicts better than 'no change': "
            : best.model() + " comes first: ";
    return first
        + figures
        + (level.isEmpty()
            ? "Its lead over every other model is larger than chance."
            : "It is not shown to be better than " + list(level) + ", so nobody has won.");
  }

  /** Whether the 95 % interval of the paired difference leaves out zero on the good side. */
  private static boolean ahead(ScopeResult scope, Figure figure, String best, String other) {
    return compared(scope, figure, best, other)
            .map(c -> c.outcome() == Comparison.Outcome.BETTER)
            .orElse(false)
        || compared(scope, figure, other, best)
            .map(c -> c.outcome() == Comparison.Outcome.WORSE)
            .orElse(false);
  }

  private static Optional<Comparison> compared(
      ScopeResult scope, Figure figure, String model, String baseline) {
    return scope.comparison(model, baseline, figure.metric(), figure.statistic());
  }

  private static Optional<Score> score(ScopeResult scope, Figure figure, String model) {
    return scope.score(model, figure.metric(), figure.statistic());
  }

  private static String ceiling(ScopeResult scope, Figure figure) {
    return score(scope, figure, EvaluationResult.CEILING)
        .map(score -> " (" + reference(figure) + " " + number(score) + ")")
        .orElse("");
  }

  private static String reference(Figure figure) {
    return figure.metric().direction() == Metric.Direction.HIGHER
        ? figure.ceilingName()
        : "one half of the cells against the other";
  }

  private static String number(Score score) {
    String value = String.format(Locale.ROOT, "%.2f", score.value());
    return score
        .interval()
        .map(i -> value + String.format(Locale.ROOT, " [%.2f, %.2f]", i.lower(), i.upper()))
        .orElse(value);
  }

  private static String counted(int n, String what) {
    return n + " " + what + (n == 1 ? "" : "s");
  }

  private static String list(List<String> names) {
    return names.size() < 2
        ? String.join("", names)
        : String.join(", ", names.subList(0, names.size() - 1))
            + " or "
            + names.get(names.size() - 1);
  }
}
