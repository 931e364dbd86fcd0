package org.virtualcell.evaluate.celleval;

/** A column of the results, under the name cell-eval 0.8.1 gives it, in its order. */
public enum CellEvalMetric {
  /** Share of the real top genes found in the predicted top, as many as are really significant. */
  OVERLAP_AT_N("overlap_at_N", Input.TABLES, Kind.BENEFIT, 0),
  /** Overlap of at most 50 genes. */
  OVERLAP_AT_50("overlap_at_50", Input.TABLES, Kind.BENEFIT, 0),
  /** Overlap of at most 100 genes. */
  OVERLAP_AT_100("overlap_at_100", Input.TABLES, Kind.BENEFIT, 0),
  /** Overlap of at most 200 genes. */
  OVERLAP_AT_200("overlap_at_200", Input.TABLES, Kind.BENEFIT, 0),
  /** Overlap of at most 500 genes. */
  OVERLAP_AT_500("overlap_at_500", Input.TABLES, Kind.BENEFIT, 0),
  /** The same divided by the number of predicted genes. */
  PRECISION_AT_N("precision_at_N", Input.TABLES, Kind.BENEFIT, 0),
  /** Precision of at most 50 genes. */
  PRECISION_AT_50("precision_at_50", Input.TABLES, Kind.BENEFIT, 0),
  /** Precision of at most 100 genes. */
  PRECISION_AT_100("precision_at_100", Input.TABLES, Kind.BENEFIT, 0),
  /** Precision of at most 200 genes. */
  PRECISION_AT_200("precision_at_200", Input.TABLES, Kind.BENEFIT, 0),
  /** Precision of at most 500 genes. */
  PRECISION_AT_500("precision_at_500", Input.TABLES, Kind.BENEFIT, 0),
  /** Spearman over perturbations of the numbers of significant genes; one number. */
  SPEARMAN_SIGNIFICANT("de_spearman_sig", Input.TABLES, Kind.BENEFIT, -1),
  /** Share of the significant genes whose change has the right sign. */
  DIRECTION_MATCH("de_direction_match", Input.TABLES, Kind.BENEFIT, 0),
  /** Spearman of the fold changes of the significant genes. */
  SPEARMAN_FOLD_CHANGE("de_spearman_lfc_sig", Input.TABLES, Kind.BENEFIT, -1),
  /** Share of the significant genes that are also predicted significant. */
  SIGNIFICANT_RECALL("de_sig_genes_recall", Input.TABLES, Kind.BENEFIT, 0),
  /** The number of significant genes. */
  SIGNIFICANT_REAL("de_nsig_counts_real", Input.TABLES, Kind.COUNT, Double.NaN),
  /** The number of genes predicted significant. */
  SIGNIFICANT_PREDICTED("de_nsig_counts_pred", Input.TABLES, Kind.COUNT, Double.NaN),
  /** Average precision of the predicted adjusted p values for the significant genes. */
  PRECISION_RECALL_AREA("pr_auc", Input.TABLES, Kind.BENEFIT, 0),
  /** Area under the receiver operating curve of the same. */
  RECEIVER_OPERATING_AREA("roc_auc", Input.TABLES, Kind.BENEFIT, 0),
  /** Pearson over genes of the predicted and the real effect. */
  PEARSON_DELTA("pearson_delta", Input.CELLS, Kind.BENEFIT, -1),
  /** Mean squared error of the mean profile. */
  MSE("mse", Input.CELLS, Kind.ERROR, Double.NaN),
  /** Mean absolute error of the mean profile. */
  MAE("mae", Input.CELLS, Kind.ERROR, Double.NaN),
  /** Mean squared error of the effect. */
  MSE_DELTA("mse_delta", Input.CELLS, Kind.ERROR, Double.NaN),
  /** Mean absolute error of the effect. */
  MAE_DELTA("mae_delta", Input.CELLS, Kind.ERROR, Double.NaN),
  /** Rank of the own real effect among all, by Manhattan distance. */
  DISCRIMINATION_L1("discrimination_score_l1", Input.CELLS, Kind.BENEFIT, 0),
  /** The same by Euclidean distance. */
  DISCRIMINATION_L2("discrimination_score_l2", Input.CELLS, Kind.BENEFIT, 0),
  /** The same by cosine distance. */
  DISCRIMINATION_COSINE("discrimination_score_cosine", Input.CELLS, Kind.BENEFIT, 0),
  /** Pearson over perturbations of real and predicted energy distances; one number. */
  PEARSON_ENERGY_DISTANCE("pearson_edistance", Input.CELLS, Kind.BENEFIT, -1),
  /**
   * Agreement of the communities of perturbations; one number. Informational: the original depends
   * on a community search with its own random generator, and its numbers are not matched.
   */
  CLUSTERING_AGREEMENT("clustering_agreement", Input.CELLS, Kind.BENEFIT, 0);

  /** What a metric reads. */
  enum Input {
    TABLES,
    CELLS
  }

  /** How a metric is scored against a baseline. */
  enum Kind {
    BENEFIT,
    ERROR,
    COUNT
  }

  private final String label;
  private final Input input;
  private final Kind kind;
  private final double worst;

  CellEvalMetric(String label, Input input, Kind kind, double worst) {
    this.label = label;
    this.input = input;
    this.kind = kind;
    this.worst = worst;
  }

  /**
   * The column's name.
   *
   * @return as cell-eval spells it
   */
  public String label() {
    return label;
  }

  Input input() {
    return input;
  }

  Kind kind() {
    return kind;
  }

  /** Whether it is one number for all perturbations, repeated on every row. */
  boolean isOfPanel() {
    return this == SPEARMAN_SIGNIFICANT
        || this == PEARSON_ENERGY_DISTANCE
        || this == CLUSTERING_AGREEMENT;
  }

  /** What an undefined value counts as in the strict reading; NaN for errors and counts. */
  double worst() {
    return worst;
  }
}
