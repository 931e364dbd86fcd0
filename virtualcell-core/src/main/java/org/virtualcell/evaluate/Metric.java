package org.virtualcell.evaluate;

import java.util.Arrays;
import java.util.List;

/**
 * What is measured of a predicted effect, per perturbation and context, with the perturbation's own
 * target genes left out.
 *
 * <p>Most metrics exist twice. With shared controls, the measured effect and the model's training
 * data are compared with the same control cells, so that the sampling error of these cells sits in
 * both and makes any average of training effects look good. With separate controls, the model is
 * trained on one half of the cells and controls and judged against the other half of the controls;
 * only these figures say something of biology.
 */
public enum Metric {
  /** Pearson correlation over genes of predicted and measured effect; shared controls. */
  PEARSON(
      "pearson_effect", "Pearson of the effect", Controls.SHARED, Direction.HIGHER, 1, Kind.MEAN),
  /** The same with separate control halves. */
  PEARSON_SEPARATE(
      "pearson_effect_separate",
      "Pearson of the effect",
      Controls.SEPARATE,
      Direction.HIGHER,
      1,
      Kind.MEAN),
  /** Cosine after the context's mean effect is projected out of both; shared controls. */
  COSINE_PROJECTED(
      "cosine_projected",
      "cosine beyond the mean effect",
      Controls.SHARED,
      Direction.HIGHER,
      1,
      Kind.MEAN),
  /** The same with separate control halves. */
  COSINE_PROJECTED_SEPARATE(
      "cosine_projected_separate",
      "cosine beyond the mean effect",
      Controls.SEPARATE,
      Direction.HIGHER,
      1,
      Kind.MEAN),
  /**
   * Cosine after the context's mean effect is subtracted from both; shared controls. Flatters "no
   * change"; stands beside the projection.
   */
  COSINE_SUBTRACTED(
      "cosine_subtracted",
      "cosine, mean effect subtracted",
      Controls.SHARED,
      Direction.HIGHER,
      1,
      Kind.MEAN),
  /** The same with separate control halves. */
  COSINE_SUBTRACTED_SEPARATE(
      "cosine_subtracted_separate",
      "cosine, mean effect subtracted",
      Controls.SEPARATE,
      Direction.HIGHER,
      1,
      Kind.MEAN),
  /** Pearson correlation of differences to the mean perturbed centroid; shared controls. */
  PEARSON_PERTURBED(
      "pearson_perturbed_reference",
      "Pearson, perturbed reference",
      Controls.SHARED,
      Direction.HIGHER,
      1,
      Kind.MEAN),
  /** The same with separate control halves. */
  PEARSON_PERTURBED_SEPARATE(
      "pearson_perturbed_reference_separate",
      "Pearson, perturbed reference",
      Controls.SEPARATE,
      Direction.HIGHER,
      1,
      Kind.MEAN),
  /** Squared error over squared measured effect; shared controls. 1 is no change. */
  RELATIVE_ERROR(
      "relative_error", "relative squared error", Controls.SHARED, Direction.LOWER, 0, Kind.RATIO),
  /** The same with separate control halves. */
  RELATIVE_ERROR_SEPARATE(
      "relative_error_separate",
      "relative squared error",
      Controls.SEPARATE,
      Direction.LOWER,
      0,
      Kind.RATIO),
  /** Rank of the own measured effect among others; 1 is best, 0.5 is chance. */
  DISCRIMINATION_RANK(
      "discrimination_rank",
      "discrimination rank",
      Controls.SEPARATE,
      Direction.HIGHER,
      1,
      Kind.MEAN),
  /** Share of other centroids that are strictly farther than the own one. */
  CENTROID_ACCURACY(
      "centroid_accuracy", "centroid accuracy", Controls.SEPARATE, Direction.HIGHER, 1, Kind.MEAN),
  /** Share of the 20 most changed genes that are found; shared controls. */
  TOP_20("top20_overlap", "top 20 genes found", Controls.SHARED, Direction.HIGHER, 1, Kind.MEAN),
  /** The same with separate control halves. */
  TOP_20_SEPARATE(
      "top20_overlap_separate",
      "top 20 genes found",
      Controls.SEPARATE,
      Direction.HIGHER,
      1,
      Kind.MEAN),
  /** Share of the 50 most changed genes that are found; shared controls. */
  TOP_50("top50_overlap", "top 50 genes found", Controls.SHARED, Direction.HIGHER, 1, Kind.MEAN),
  /** The same with separate control halves. */
  TOP_50_SEPARATE(
      "top50_overlap_separate",
      "top 50 genes found",
      Controls.SEPARATE,
      Direction.HIGHER,
      1,
      Kind.MEAN),
  /** Energy distance of predicted and measured cells, both without their mean. */
  ENERGY_CENTRED(
      "energy_distance_centred",
      "energy distance beyond the mean",
      Controls.SHARED,
      Direction.LOWER,
      0,
      Kind.MEAN),
  /** Error of the standard deviations of genes among cells; 1 for cells that are all alike. */
  VARIANCE_ERROR(
      "variance_error",
      "error of the variation among cells",
      Controls.SHARED,
      Direction.LOWER,
      0,
      Kind.MEAN),
  /** Error of the share of cells that express a gene. */
  DETECTION_ERROR(
      "detection_error",
      "error of detection rates",
      Controls.SHARED,
      Direction.LOWER,
      0,
      Kind.MEAN),
  /** Share of expressed genes whose measured effect lies in the stated interval. */
  INTERVAL_COVERAGE(
      "interval_coverage",
      "interval coverage, expressed genes",
      Controls.SHARED,
      Direction.NEITHER,
      0.9,
      Kind.MEAN),
  /** Mean width of the stated interval over expressed genes. */
  INTERVAL_WIDTH(
      "interval_width",
      "interval width, expressed genes",
      Controls.SHARED,
      Direction.NEITHER,
      0,
      Kind.MEAN);

  /** Which control cells a measured effect is compared with. */
  public enum Controls {
    /** The controls the model was trained with. */
    SHARED,
    /** Controls (and for the rank, cells) the model has never seen. */
    SEPARATE
  }

  /** Which values are good. */
  public enum Direction {
    /** More is better. */
    HIGHER,
    /** Less is better. */
    LOWER,
    /** The value is to be near its goal. */
    NEITHER
  }

  /** How values of single perturbations are summed up. */
  public enum Kind {
    /** The mean over perturbations of the mean over contexts. */
    MEAN,
    /** The sum of numerators over the sum of denominators; and the median beside it. */
    RATIO
  }

  private final String label;
  private final String title;
  private final Controls controls;
  private final Direction direction;
  private final double best;
  private final Kind kind;

  Metric(
      String label, String title, Controls controls, Direction direction, double best, Kind kind) {
    this.label = label;
    this.title = title;
    this.controls = controls;
    this.direction = direction;
    this.best = best;
    this.kind = kind;
  }

  /**
   * What a prediction without knowledge has.
   *
   * @param genes how many genes count
   * @return 0 for correlations, 0.5 for ranks, 1 (no change) for relative errors, k / genes for top
   *     genes; the best value where there is no such notion
   */
  double chance(int genes) {
    return switch (this) {
      case PEARSON,
          PEARSON_SEPARATE,
          COSINE_PROJECTED,
          COSINE_PROJECTED_SEPARATE,
          COSINE_SUBTRACTED,
          COSINE_SUBTRACTED_SEPARATE,
          PEARSON_PERTURBED,
          PEARSON_PERTURBED_SEPARATE ->
          0;
      case RELATIVE_ERROR, RELATIVE_ERROR_SEPARATE -> 1;
      case DISCRIMINATION_RANK, CENTROID_ACCURACY -> 0.5;
      case TOP_20, TOP_20_SEPARATE -> Math.min(1, 20.0 / genes);
      case TOP_50, TOP_50_SEPARATE -> Math.min(1, 50.0 / genes);
      case ENERGY_CENTRED, VARIANCE_ERROR, DETECTION_ERROR, INTERVAL_COVERAGE, INTERVAL_WIDTH ->
          best;
    };
  }

  /** Whether predicted cells are judged, not their mean. */
  boolean ofCells() {
    return this == ENERGY_CENTRED || this == VARIANCE_ERROR || this == DETECTION_ERROR;
  }

  /**
   * Whether the prediction is compared with a line-up of measured effects, not with its own only.
   */
  boolean ranks() {
    return this == DISCRIMINATION_RANK || this == CENTROID_ACCURACY;
  }

  /**
   * The name files use.
   *
   * @return such as {@code pearson_effect}
   */
  public String label() {
    return label;
  }

  /**
   * The name people read, without the kind of controls.
   *
   * @return a short phrase
   */
  public String title() {
    return title;
  }

  /**
   * Which controls the measured effect is compared with.
   *
   * @return shared or separate
   */
  public Controls controls() {
    return controls;
  }

  /**
   * Which values are good.
   *
   * @return the direction
   */
  public Direction direction() {
    return direction;
  }

  /**
   * The value of a perfect prediction, or the goal.
   *
   * @return the best value
   */
  public double best() {
    return best;
  }

  /**
   * How values of single perturbations are summed up.
   *
   * @return mean or ratio
   */
  public Kind kind() {
    return kind;
  }

  /**
   * The statistics that are reported of this metric.
   *
   * @return the mean; for a ratio the pooled ratio, the median and the mean
   */
  public List<Statistic> statistics() {
    return kind == Kind.MEAN
        ? List.of(Statistic.MEAN)
        : List.of(Statistic.POOLED, Statistic.MEDIAN, Statistic.MEAN);
  }

  /**
   * A metric by the name files use.
   *
   * @param label such as {@code pearson_effect}
   * @return the metric
   * @throws org.virtualcell.api.InvalidDataException if there is none of that name
   */
  public static Metric of(String label) {
    return Arrays.stream(values())
        .filter(metric -> metric.label.equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new org.virtualcell.api.InvalidDataException(
                    "There is no metric '" + label + "'",
                    "metrics of this library",
                    "Use one of " + Arrays.stream(values()).map(Metric::label).toList() + "."));
  }
}
