package org.virtualcell.evaluate.report;

import java.util.ArrayList;
import java.util.List;
import org.virtualcell.evaluate.EvaluationResult;
import org.virtualcell.evaluate.Metric;
import org.virtualcell.evaluate.Statistic;

/** A statistic of a metric as the page names it. */
record Figure(Metric metric, Statistic statistic) {
  /**
   * The figures that verdicts rest on, the first that was measured: an error that no shared
   * sampling error can flatter, or, where the training cells are unknown, the plain one.
   */
  private static final List<Figure> VERDICT =
      List.of(
          new Figure(Metric.RELATIVE_ERROR_SEPARATE, Statistic.POOLED),
          new Figure(Metric.RELATIVE_ERROR, Statistic.POOLED));

  /** All figures that some model has, the one that verdicts rest on first. */
  static List<Figure> of(EvaluationResult result) {
    List<Figure> figures = new ArrayList<>();
    for (Metric metric : result.profile().metrics()) {
      for (Statistic statistic : metric.statistics()) {
        Figure figure = new Figure(metric, statistic);
        if (figure.isMeasured(result)) {
          figures.add(figure);
        }
      }
    }
    VERDICT.stream()
        .filter(figures::contains)
        .findFirst()
        .ifPresent(
            figure -> {
              figures.remove(figure);
              figures.add(0, figure);
            });
    return figures.isEmpty() ? VERDICT.subList(0, 1) : figures;
  }

  private boolean isMeasured(EvaluationResult result) {
    return result.scopes().stream()
        .flatMap(scope -> scope.scores().stream())
        .anyMatch(
            score ->
                score.metric() == metric
                    && score.statistic() == statistic
                    && !score.model().equals(EvaluationResult.CEILING)
                    && (result.models().isEmpty() || result.models().contains(score.model())));
  }

  String name() {
    return statistic.label(metric);
  }

  String label() {
    return metric.title()
        + switch (statistic) {
          case MEAN -> metric.kind() == Metric.Kind.RATIO ? ", mean" : "";
          case POOLED -> ", pooled";
          case MEDIAN -> ", median";
        }
        + (metric.controls() == Metric.Controls.SHARED
                && metric.direction() != Metric.Direction.NEITHER
            ? ", shared controls"
            : "");
  }

  /** Whether one value is better than another. */
  boolean better(double one, double other) {
    return switch (metric.direction()) {
      case HIGHER -> one > other;
      case LOWER -> one < other;
      case NEITHER -> Math.abs(one - metric.best()) < Math.abs(other - metric.best());
    };
  }

  /** What the agreement of two halves of the cells is called beside the models. */
  String ceilingName() {
    return metric.direction() == Metric.Direction.HIGHER ? "noise ceiling" : "half against half";
  }

  String explanation() {
    String what =
        switch (metric) {
          case PEARSON, PEARSON_SEPARATE ->
              "Pearson correlation over genes of predicted and measured effect: 1 is the same"
                  + " pattern, 0 none.";
          case COSINE_PROJECTED, COSINE_PROJECTED_SEPARATE ->
              "Agreement beyond the mean effect of the context: what is specific to the"
                  + " perturbation. 'No change' and the context mean have 0.";
          case RELATIVE_ERROR, RELATIVE_ERROR_SEPARATE ->
              "Squared error over squared measured effect: 0 is perfect, 1 is as good as predicting"
                  + " no change, above 1 is worse than that. Half against half carries the noise of"
                  + " both halves, so a good prediction can be below it.";
          case COSINE_SUBTRACTED, COSINE_SUBTRACTED_SEPARATE ->
              "Agreement after the mean effect is subtracted from both. It rewards 'no change'"
                  + " wherever a few strong perturbations make the mean; read it beside the"
                  + " projection.";
          case PEARSON_PERTURBED, PEARSON_PERTURBED_SEPARATE ->
              "Pearson correlation of differences to the mean of all perturbed cells instead of the"
                  + " controls (Systema): what all perturbations share counts for nothing.";
          case CENTROID_ACCURACY ->
              "Share of other measured perturbations that are farther from the prediction than its"
                  + " own: 1 is best, about 0.5 is chance. A tie counts against the prediction.";
          case DISCRIMINATION_RANK ->
              "Whether the prediction is nearer to its own perturbation than to others in the same"
                  + " context: 1 is best, 0.5 is chance.";
          case TOP_20, TOP_20_SEPARATE, TOP_50, TOP_50_SEPARATE ->
              "Share of the most changed genes that the prediction also ranks on top.";
          case ENERGY_CENTRED ->
              "Energy distance of predicted and measured cells once both have lost their mean, over"
                  + " the spread of the measured ones: 0 where cells differ among each other as the"
                  + " measured ones do.";
          case VARIANCE_ERROR ->
              "Error of the standard deviations of genes among cells; 1 for cells that are all"
                  + " alike.";
          case DETECTION_ERROR -> "Mean difference in the share of cells that express a gene.";
          case INTERVAL_COVERAGE ->
              "Share of expressed genes whose measured effect lies in the stated interval; the goal"
                  + " is "
                  + metric.best()
                  + ".";
          case INTERVAL_WIDTH -> "Mean width of the stated interval over expressed genes.";
        };
    String controls =
        metric.direction() == Metric.Direction.NEITHER
            ? ""
            : metric.controls() == Metric.Controls.SHARED
                ? " Shared controls: the same control cells stand behind training and test effects,"
                    + " which flatters every average."
                : " Judged against control cells that no model has seen.";
    String direction =
        switch (metric.direction()) {
          case HIGHER -> " Higher is better.";
          case LOWER -> " Lower is better.";
          case NEITHER -> "";
        };
    return what + controls + direction;
  }
}
