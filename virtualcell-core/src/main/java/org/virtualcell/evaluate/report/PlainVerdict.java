package org.virtualcell.evaluate.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.virtualcell.evaluate.report.ReportModel.Comparison;
import org.virtualcell.evaluate.report.ReportModel.Metric;
import org.virtualcell.evaluate.report.ReportModel.RegimeCard;
import org.virtualcell.evaluate.report.ReportModel.Score;

/**
 * One regime's scores in plain sentences. A model is called better only where the regime is tested
 * and the interval of the paired difference leaves out zero.
 */
final class PlainVerdict {
  private PlainVerdict() {}

  /**
   * The verdict.
   *
   * @param regime the regime
   * @param metric the metric it rests on
   * @return two or three sentences
   */
  static String of(RegimeCard regime, Metric metric) {
    return switch (regime.status()) {
      case NO_SIGNAL ->
          "No signal. The measured effects here do not stand out from measurement noise"
              + ceiling(regime, metric)
              + ", so no score, high or low, says anything about a model.";
      case TOO_FEW ->
          "Too few. "
              + counted(regime.perturbations(), "perturbation")
              + (regime.perturbations() == 1 ? " is" : " are")
              + " not enough to tell the models apart"
              + ceiling(regime, metric)
              + "; the numbers are shown and no model is called better.";
      case TESTED -> tested(regime, metric);
    };
  }

  private static String tested(RegimeCard regime, Metric metric) {
    Map<String, Score> scores = regime.scores().getOrDefault(metric.name(), Map.of());
    String best = null;
    for (Map.Entry<String, Score> score : scores.entrySet()) {
      if (Double.isFinite(score.getValue().value())
          && (best == null
              || metric.better(score.getValue().value(), scores.get(best).value()))) {
        best = score.getKey();
      }
    }
    if (best == null) {
      return "No model answered in this regime.";
    }
    List<String> beaten = new ArrayList<>();
    List<String> level = new ArrayList<>();
    List<String> uncompared = new ArrayList<>();
    for (String other : scores.keySet()) {
      if (!other.equals(best)) {
        Boolean ahead = ahead(regime, metric, best, other);
        (ahead == null ? uncompared : ahead ? beaten : level).add(other);
      }
    }
    StringBuilder text = new StringBuilder(best);
    text.append(" comes first: ").append(metric.label()).append(' ');
    text.append(number(scores.get(best))).append(" over ");
    text.append(counted(regime.perturbations(), "perturbation"));
    text.append(ceiling(regime, metric)).append(". ");
    if (!beaten.isEmpty()) {
      text.append("Its lead over ").append(list(beaten)).append(" is larger than chance. ");
    }
    if (!level.isEmpty()) {
      text.append("It cannot be told apart from ").append(list(level)).append(". ");
    }
    if (!uncompared.isEmpty()) {
      text.append("Not compared pair by pair: ").append(list(uncompared)).append(". ");
    }
    return text.toString().strip();
  }

  /** Whether the interval of the paired difference leaves out zero on the good side. */
  private static Boolean ahead(RegimeCard regime, Metric metric, String best, String other) {
    for (Comparison comparison : regime.comparisons()) {
      if (!comparison.metric().equals(metric.name()) || !comparison.difference().hasInterval()) {
        continue;
      }
      Score difference = comparison.difference();
      boolean upwards;
      if (comparison.model().equals(best) && comparison.baseline().equals(other)) {
        upwards = metric.higherIsBetter();
      } else if (comparison.model().equals(other) && comparison.baseline().equals(best)) {
        upwards = !metric.higherIsBetter();
      } else {
        continue;
      }
      return upwards ? difference.low() > 0 : difference.high() < 0;
    }
    return null;
  }

  private static String ceiling(RegimeCard regime, Metric metric) {
    Score ceiling = regime.ceilings().get(metric.name());
    return ceiling == null || !Double.isFinite(ceiling.value())
        ? ""
        : " (noise ceiling " + number(ceiling) + ")";
  }

  private static String number(Score score) {
    String value = String.format(Locale.ROOT, "%.2f", score.value());
    return score.hasInterval()
        ? value + String.format(Locale.ROOT, " [%.2f, %.2f]", score.low(), score.high())
        : value;
  }

  private static String counted(int n, String what) {
    return n + " " + what + (n == 1 ? "" : "s");
  }

  private static String list(List<String> names) {
    return names.size() < 2
        ? String.join("", names)
        : String.join(", ", names.subList(0, names.size() - 1))
            + " and "
            + names.get(names.size() - 1);
  }
}
