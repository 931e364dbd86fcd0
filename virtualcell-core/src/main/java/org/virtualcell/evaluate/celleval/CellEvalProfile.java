package org.virtualcell.evaluate.celleval;

import java.util.Arrays;
import java.util.List;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.api.InvalidDataException;

/** A named choice of metrics of cell-eval 0.8.1. */
public enum CellEvalProfile {
  /** All 27 registered metrics, 28 columns. */
  FULL_V1("full-v1"),
  /** The three metrics of the 2025 challenge. */
  VCC2025("vcc2025"),
  /** A short list. */
  MINIMAL("minimal"),
  /** The metrics on tables of differential expression. */
  DE("de"),
  /** The metrics on cells. */
  ANNDATA("anndata"),
  /** The discrimination score alone. */
  PDS("pds");

  private final String label;

  CellEvalProfile(String label) {
    this.label = label;
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
    return switch (this) {
      case FULL_V1 -> List.of(CellEvalMetric.values());
      case VCC2025 ->
          List.of(
              CellEvalMetric.OVERLAP_AT_N, CellEvalMetric.MAE, CellEvalMetric.DISCRIMINATION_L1);
      case MINIMAL ->
          List.of(
              CellEvalMetric.OVERLAP_AT_N,
              CellEvalMetric.PRECISION_AT_N,
              CellEvalMetric.SIGNIFICANT_REAL,
              CellEvalMetric.SIGNIFICANT_PREDICTED,
              CellEvalMetric.PEARSON_DELTA,
              CellEvalMetric.MSE,
              CellEvalMetric.MAE,
              CellEvalMetric.DISCRIMINATION_L1);
      case DE -> reading(CellEvalMetric.Input.TABLES);
      case ANNDATA -> reading(CellEvalMetric.Input.CELLS);
      case PDS -> List.of(CellEvalMetric.DISCRIMINATION_L1);
    };
  }

  private static List<CellEvalMetric> reading(CellEvalMetric.Input input) {
    return Arrays.stream(CellEvalMetric.values()).filter(m -> m.input() == input).toList();
  }

  boolean needs(CellEvalMetric.Input input) {
    return metrics().stream().anyMatch(m -> m.input() == input);
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
    metrics().forEach(metric -> rules.add(metric.label()).add(metric.kind().name()));
    return rules.build();
  }
}
