package org.virtualcell.evaluate.vcc;

import java.util.Arrays;
import java.util.List;
import org.virtualcell.api.InvalidDataException;

/**
 * The metrics of the 2026 suite: thirteen of expression and discrimination, forty-one of
 * differential expression. Names are those of the original program.
 */
public enum ChallengeMetric {
  /** Rank of the own effect among the panel's by cosine distance; 1 best, 0.5 chance. */
  PDS_COSINE("pds_cosine", Reading.BOUNDED),
  /** The same by the sum of absolute differences. */
  PDS_L1("pds_l1", Reading.BOUNDED),
  /** The same by Euclidean distance. */
  PDS_L2("pds_l2", Reading.BOUNDED),
  /** Mean absolute error of the pseudobulk profile. */
  EXPR_MAE("expr_mae", Reading.ERROR),
  /** Mean squared error of the pseudobulk profile. */
  EXPR_MSE("expr_mse", Reading.ERROR),
  /** Squared error less the sampling corrections of both sides, per gene. */
  EXPR_MSE_UNBIASED("expr_mse_unbiased", Reading.UNSCORED),
  /** The same where the predicted correction is capped; the numerator of the scored ratio. */
  EXPR_MSE_UNBIASED_CAPPED("expr_mse_unbiased_capped", Reading.UNSCORED),
  /** Ratio of sums of capped error and measured distance from the controls; no value by itself. */
  EXPR_MSE_UNBIASED_CAPPED_NORM("expr_mse_unbiased_capped_norm", Reading.ERROR),
  /** Squared distance of measured cells from controls less both corrections, per gene. */
  EXPR_DISTANCE_UNBIASED("expr_distance_unbiased", Reading.UNSCORED),
  /** Mass of the measured profile: 1, or 0 for an empty group. */
  EXPR_REAL_MASS_RATIO("expr_real_mass_ratio", Reading.UNSCORED),
  /** Mean absolute error of the effect. */
  DELTA_MAE("delta_mae", Reading.ERROR),
  /** Mean squared error of the effect. */
  DELTA_MSE("delta_mse", Reading.ERROR),
  /** Pearson correlation of the effects over genes. */
  DELTA_PEARSON("delta_pearson", Reading.BOUNDED, -1),
  /** Share of findings recovered among as many, ranked by absolute fold change. */
  OVERLAP("overlap", 0),
  /** The same among the first 50. */
  OVERLAP_TOP50("overlap_top50", 50),
  /** The same among the first 100. */
  OVERLAP_TOP100("overlap_top100", 100),
  /** The same among the first 200. */
  OVERLAP_TOP200("overlap_top200", 200),
  /** The same among the first 500. */
  OVERLAP_TOP500("overlap_top500", 500),
  /** Share of predicted findings that are findings, ranked by absolute fold change. */
  PRECISION("precision", 0),
  /** The same among the first 50. */
  PRECISION_TOP50("precision_top50", 50),
  /** The same among the first 100. */
  PRECISION_TOP100("precision_top100", 100),
  /** The same among the first 200. */
  PRECISION_TOP200("precision_top200", 200),
  /** The same among the first 500. */
  PRECISION_TOP500("precision_top500", 500),
  /** Number of findings in the measured cells. */
  NSIG_COUNTS_REAL("nsig_counts_real", Reading.UNSCORED),
  /** Number of findings in the predicted cells. */
  NSIG_COUNTS_PRED("nsig_counts_pred", Reading.UNSCORED),
  /** Spearman correlation of the two numbers over perturbations, the same for each. */
  NSIG_SPEARMAN("nsig_spearman", Reading.BOUNDED, -1),
  /** Share of findings that are predicted findings. */
  SIG_RECALL("sig_recall", Reading.BOUNDED, 0),
  /** Share of findings whose predicted change has the measured sign. */
  DIRECTION_MATCH("direction_match", Reading.BOUNDED, 0),
  /** Share of predicted findings whose measured change has the predicted sign. */
  MODEL_DIRECTION_MATCH("model_direction_match", Reading.BOUNDED, 0),
  /** Spearman correlation of fold changes over findings. */
  LFC_SPEARMAN("lfc_spearman", Reading.BOUNDED, -1),
  /** The same over findings that go up. */
  LFC_SPEARMAN_POS("lfc_spearman_pos", Reading.BOUNDED, -1),
  /** The same over findings that go down. */
  LFC_SPEARMAN_NEG("lfc_spearman_neg", Reading.BOUNDED, -1),
  /** Average precision of finding the findings by predicted adjusted p value. */
  PR_AUC("pr_auc", Reading.BOUNDED, 0),
  /** Area under the receiver operating characteristic of the same. */
  ROC_AUC("roc_auc", Reading.BOUNDED, 0),
  /** Informedness: recall less the share of false alarms. */
  SIG_RECALL_ADJUSTED("sig_recall_adjusted", Reading.BOUNDED, -1),
  /** Markedness: precision less the share of missed findings among the rest. */
  PRECISION_ADJUSTED("precision_adjusted", Reading.BOUNDED, -1),
  /** Matthews correlation of the two sets of findings. */
  SIG_MCC("sig_mcc", Reading.BOUNDED, -1),
  /** The same against as many predicted findings as there are findings. */
  OVERLAP_ADJUSTED("overlap_adjusted", Reading.BOUNDED, -1),
  /** Share of predicted findings with the right direction. */
  DIRECTION_PRECISION("direction_precision", Reading.BOUNDED, 0),
  /** Share of findings reached at a purity of 97.5 %. */
  DIRECTION_SENSITIVITY("direction_sensitivity", Reading.BOUNDED, 0),
  /** The same where all genes of both tables may be walked through. */
  DIRECTION_SENSITIVITY_UNIVERSE("direction_sensitivity_universe", Reading.RATIO, 0),
  /** Share of right calls beyond the share of the more frequent sign. */
  DIRECTION_FIDELITY("direction_fidelity", Reading.BOUNDED),
  /** Share of right calls. */
  DIRECTION_FIDELITY_RAW("direction_fidelity_raw", Reading.BOUNDED),
  /** Calls per finding. */
  DIRECTION_COVERAGE("direction_coverage", Reading.RATIO),
  /** Right calls beyond habit per finding. */
  DIRECTION_YIELD("direction_yield", Reading.SIGNED_RATIO),
  /** Right calls per finding. */
  DIRECTION_YIELD_RAW("direction_yield_raw", Reading.RATIO),
  /** Fidelity times coverage, the latter at most 1. */
  DIRECTION_FIDELITY_YIELD("direction_fidelity_yield", Reading.BOUNDED),
  /** Right calls over the larger of calls and findings. */
  DIRECTION_FIDELITY_YIELD_RAW("direction_fidelity_yield_raw", Reading.BOUNDED),
  /** Share of findings reached at a purity that depends on the more frequent sign. */
  DIRECTION_REACH("direction_reach", Reading.BOUNDED),
  /** Share of findings reached at a purity of 90 %. */
  DIRECTION_REACH_RAW("direction_reach_raw", Reading.BOUNDED),
  /** Reach where all genes of both tables may be walked through. */
  DIRECTION_REACH_UNBOUNDED("direction_reach_unbounded", Reading.RATIO),
  /** The same at a purity of 90 %. */
  DIRECTION_REACH_UNBOUNDED_RAW("direction_reach_unbounded_raw", Reading.RATIO),
  /** Findings of both over findings of either. */
  SIG_JACCARD("sig_jaccard", Reading.BOUNDED),
  /** Absolute error of fold changes over findings, relative to their size. */
  LFC_NMAE("lfc_nmae", Reading.ERROR);

  /** How an aggregate is read against a baseline. */
  enum Reading {
    /** An error with the best value 0. */
    ERROR,
    /** A value that is 1 at best. */
    BOUNDED,
    /** A value without an upper end. */
    RATIO,
    /** The same where the baseline may be negative. */
    SIGNED_RATIO,
    /** Reported only. */
    UNSCORED
  }

  /** The prefix of the names of differential expression by the rank-sum test. */
  static final String DIFFERENTIAL = "de_wilcoxon_";

  /** How the names of metrics of profiles begin; all others are of differential expression. */
  private static final String PROFILES = "(pds|expr|delta)_.*";

  private final String label;
  private final Reading reading;
  private final double fill;
  private final int top;

  ChallengeMetric(String name, Reading reading) {
    this(name, reading, Double.NaN);
  }

  ChallengeMetric(String name, Reading reading, double fill) {
    this(name, reading, fill, 0);
  }

  ChallengeMetric(String name, int top) {
    this(name, Reading.BOUNDED, Double.NaN, top);
  }

  ChallengeMetric(String name, Reading reading, double fill, int top) {
    this.label = (name.matches(PROFILES) ? "" : DIFFERENTIAL) + name;
    this.reading = reading;
    this.fill = fill;
    this.top = top;
  }

  /**
   * The name files use.
   *
   * @return such as {@code pds_cosine}
   */
  public String label() {
    return label;
  }

  /**
   * Whether the metric compares tables of differential expression.
   *
   * @return false for metrics of pseudobulk profiles
   */
  public boolean isDifferential() {
    return label.startsWith(DIFFERENTIAL);
  }

  /**
   * The value a perturbation gets where the metric is not defined, so that no bad case vanishes.
   *
   * @return the value, NaN where such perturbations are left out of the mean
   */
  public double fill() {
    return fill;
  }

  Reading reading() {
    return reading;
  }

  /** How many genes are ranked at most; 0 for no limit. */
  int top() {
    return top;
  }

  /** Whether less is better. */
  boolean isError() {
    return reading == Reading.ERROR;
  }

  /** The six members a context is scored by. */
  static List<ChallengeMetric> scored() {
    return List.of(
        PDS_COSINE,
        EXPR_MSE_UNBIASED_CAPPED_NORM,
        DIRECTION_FIDELITY_YIELD_RAW,
        DIRECTION_REACH_RAW,
        SIG_JACCARD,
        LFC_NMAE);
  }

  /** The four that are reported beside them. */
  static List<ChallengeMetric> diagnostics() {
    return List.of(
        EXPR_MSE_UNBIASED, EXPR_MSE_UNBIASED_CAPPED, EXPR_DISTANCE_UNBIASED, EXPR_REAL_MASS_RATIO);
  }

  /**
   * A metric by the name files use.
   *
   * @param label such as {@code pds_cosine}
   * @return the metric
   * @throws InvalidDataException if there is none of that name; the message lists those there are
   */
  public static ChallengeMetric of(String label) {
    return Arrays.stream(values())
        .filter(metric -> metric.label.equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidDataException(
                    "There is no metric '" + label + "'",
                    "metrics of the 2026 suite",
                    "Use one of "
                        + Arrays.stream(values()).map(ChallengeMetric::label).toList()
                        + "."));
  }
}
