package org.virtualcell.evaluate.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.virtualcell.evaluate.report.ReportModel.Case;
import org.virtualcell.evaluate.report.ReportModel.Metric;
import org.virtualcell.evaluate.report.ReportModel.Model;

/** Where a model loses: the cases in which some baseline was ahead of it by most. */
final class Losses {
  /** How many the page lists. */
  static final int LISTED = 10;

  private Losses() {}

  /**
   * One lost case.
   *
   * @param index index of the case
   * @param value the model's score
   * @param winner the baseline that scored best
   * @param winning its score
   * @param by how far the model is behind, positive
   */
  record Loss(int index, double value, String winner, double winning, double by) {}

  /**
   * The cases a model lost by most, worst first; ties keep the order of the cases.
   *
   * @param report all cases
   * @param model whose losses
   * @param regime the regime's index, or -1 for all
   * @return at most {@link #LISTED}
   */
  static List<Loss> of(ReportModel report, String model, int regime) {
    Metric metric = report.primaryMetric();
    List<Loss> losses = new ArrayList<>();
    for (int i = 0; i < report.cases().size(); i++) {
      Case scored = report.cases().get(i);
      Map<String, Double> scores = scored.scores().getOrDefault(metric.name(), Map.of());
      Double own = scores.get(model);
      if (own == null || !Double.isFinite(own) || regime >= 0 && scored.regime() != regime) {
        continue;
      }
      Loss loss = worst(report, metric, i, own, model, scores);
      if (loss != null) {
        losses.add(loss);
      }
    }
    losses.sort(Comparator.comparingDouble((Loss loss) -> -loss.by()));
    return List.copyOf(losses.subList(0, Math.min(LISTED, losses.size())));
  }

  private static Loss worst(
      ReportModel report,
      Metric metric,
      int index,
      double own,
      String model,
      Map<String, Double> scores) {
    Loss worst = null;
    for (Model baseline : report.models()) {
      Double other = scores.get(baseline.name());
      if (!baseline.baseline()
          || baseline.name().equals(model)
          || other == null
          || !metric.better(other, own)) {
        continue;
      }
      if (worst == null || metric.better(other, worst.winning())) {
        worst = new Loss(index, own, baseline.name(), other, metric.loss(own, other));
      }
    }
    return worst;
  }
}
