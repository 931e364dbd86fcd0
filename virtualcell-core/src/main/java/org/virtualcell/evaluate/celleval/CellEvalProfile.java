package org.virtualcell.evaluate.celleval;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.api.InvalidDataException;

/** A named choice of metrics of cell-eval 0.8.1. */
public enum CellEvalProfile {
  /** All 27 registered metrics, 28 columns. */
  FULL_V1("full-v1", EnumSet.allOf(CellEvalMetric.class)),
  /** The three metrics of the 2025 challenge. */
  VCC2025(
      "vcc2025",
      EnumSet.of(
          CellEvalMetric.OVERLAP_AT_N, CellEvalMetric.MAE, CellEvalMetric.DISCRIMINATION_L1)),
  /** A short list. */
  MINIMAL(
      "minimal",
      EnumSet.of(
          CellEvalMetric.OVERLAP_AT_N,
          CellEvalMetric.PRECISION_AT_N,
          CellEvalMetric.SIGNIFICANT_REAL,
          CellEvalMetric.SIGNIFICANT_PREDICTED,
          CellEvalMetric.PEARSON_DELTA,
          CellEvalMetric.MSE,
          CellEvalMetric.MAE,
          CellEvalMetric.DISCRIMINATION_L1)),
  /** The metrics on tables of differential expression. */
  DE(
      "de",
      EnumSet.range(CellEvalMetric.OVERLAP_AT_N, CellEvalMetric.RECEIVER_OPERATING_AREA)),
  /** The metrics on cells. */
  ANNDATA(
      "anndata",
      EnumSet.range(CellEvalMetric.PEARSON_DELTA, CellEvalMetric.CLUSTERING_AGREEMENT)),
  /** The discrimination score alone. */
  PDS("pds", EnumSet.of(CellEvalMetric.DISCRIMINATION_L1));

  private final String label;
  private final Set<CellEvalMetric> metrics;

  CellEvalProfile(String label, Set<CellEvalMetric> metrics) {
    this.label = label;
    this.metrics = java.util.Collections.unmodifiableSet(metrics);
  }

  /**
   * The name users know.
   *
   * @return such as {@code full-v1}
   */
  public String label() {
    return label;
  }

  /**
   * The columns.
   *
   * @return in the order of the results
   */
  public List<CellEvalMetric> metrics() {
    return List.copyOf(metrics);
  }

  boolean needs(CellEvalMetric.Input input) {
    return metrics.stream().anyMatch(m -> m.input() == input);
  }

  /**
   * The names of all profiles.
   *
   * @return in the order of this type
   */
  public static List<String> labels() {
    return Arrays.stream(values()).map(CellEvalProfile::label).toList();
  }

  /**
   * A profile by its name.
   *
   * @param label such as {@code full-v1}
   * @return the profile
   * @throws InvalidDataException if there is none of that name; the message lists those there are
   */
  public static CellEvalProfile of(String label) {
    return Arrays.stream(values())
        .filter(p -> p.label.equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidDataException(
                    "There is no profile '" + label + "'",
                    "the 2025 suite",
                    "Use one of " + labels() + "."));
  }

  /**
   * The digest of the rules.
   *
   * @return equal for equal rules
   */
  public ContentDigest digest() {
    ContentDigest.Builder rules = ContentDigest.of("cell-eval-profile/1").add(label);
    metrics.forEach(metric -> rules.add(metric.label()).add(metric.kind().name()));
    return rules.build();
  }
}
