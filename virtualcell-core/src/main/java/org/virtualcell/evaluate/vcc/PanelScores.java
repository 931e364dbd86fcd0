package org.virtualcell.evaluate.vcc;

import java.util.Arrays;
import java.util.List;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.evaluate.SharedWork;
import org.virtualcell.evaluate.paired.CodePointOrder;
import org.virtualcell.evaluate.vcc.Discrimination.Distance;

/**
 * What can be computed only once all perturbations of a panel have been seen: ranks among the
 * measured effects, the budget of corrections, correlations over the panel.
 */
final class PanelScores {
  /** The measured side of a panel, and what a prediction of it is compared by. */
  static final class Measured {
    private final List<String> perturbations;
    private final List<GroupBulk> groups;
    private final GroupBulk control;
    private final int[] own;
    private final int[] excluded;

    Measured(
        List<String> perturbations,
        List<GroupBulk> groups,
        GroupBulk control,
        int[] own,
        int[] excluded) {
      this.perturbations = perturbations;
      this.groups = groups;
      this.control = control;
      this.own = own;
      this.excluded = excluded;
    }

    List<String> perturbations() {
      return perturbations;
    }

    List<GroupBulk> groups() {
      return groups;
    }

    GroupBulk control() {
      return control;
    }

    int[] own() {
      return own;
    }

    int[] excluded() {
      return excluded;
    }
  }

  private final Measured measured;
  private final ChallengeProfile profile;
  private final ChallengeOptions options;
  private final Discrimination discrimination;

  PanelScores(Measured measured, ChallengeProfile profile, ChallengeOptions options) {
    this.measured = measured;
    this.profile = profile;
    this.options = options;
    requireGenes();
    this.discrimination =
        new Discrimination(measured.groups(), measured.control().profile(), measured.excluded());
  }

  private void requireGenes() {
    if (measured.excluded().length == measured.control().profile().length) {
      throw new InvalidDataException(
          "Every gene is a target of the panel, so that no gene is left to tell effects apart",
          measured.excluded().length + " genes",
          "Pass the genes that were not targeted, too.");
    }
  }

  /** The table of a prediction, and how its corrections were granted. */
  record Scored(MetricTable table, ProfileMetrics.Budget budget) {}

  /**
   * Completes the rows of a prediction.
   *
   * @param predicted its groups, in the order of the panel
   * @param control the profile its effects are taken against
   * @param rows what was computed perturbation by perturbation
   */
  Scored score(List<GroupBulk> predicted, double[] control, List<MetricRow> rows) {
    ProfileMetrics metrics =
        new ProfileMetrics(
            measured.groups(),
            predicted,
            measured.control(),
            control,
            measured.own(),
            profile.rules());
    ProfileMetrics.Budget budget = metrics.budget();
    SharedWork.run(
        rows.size(),
        options.threads(),
        options.helpers(),
        p -> {
          discriminate(p, predicted.get(p).profile(), control, rows.get(p));
          metrics.putUnbiased(p, budget.rho(), rows.get(p));
          if (profile.isFull()) {
            metrics.putPlain(p, rows.get(p));
          }
          return p;
        },
        done -> {});
    if (profile.isFull()) {
      correlateCounts(rows);
      double smallest =
          rows.stream()
              .mapToDouble(MetricRow::smallestPositive)
              .min()
              .orElse(Double.POSITIVE_INFINITY);
      rows.forEach(row -> row.settleAreas(smallest));
      rows.forEach(MetricRow::fill);
    }
    return new Scored(MetricTable.of(measured.perturbations(), profile.metrics(), rows), budget);
  }

  private void discriminate(int p, double[] predicted, double[] control, MetricRow row) {
    double[] effect = Discrimination.without(predicted, control, measured.excluded());
    double[] scores =
        discrimination.scores(
            p, effect, profile.isFull() ? List.of(Distance.values()) : List.of(Distance.COSINE));
    row.put(ChallengeMetric.PDS_COSINE, scores[0]);
    if (profile.isFull()) {
      row.put(ChallengeMetric.PDS_L1, scores[1]);
      row.put(ChallengeMetric.PDS_L2, scores[2]);
    }
  }

  /** One correlation over the perturbations with findings, given to all; 1 where there is none. */
  static void correlateCounts(List<MetricRow> rows) {
    List<MetricRow> with =
        rows.stream().filter(row -> row.get(ChallengeMetric.NSIG_COUNTS_REAL) >= 1).toList();
    double value =
        with.isEmpty()
            ? 1
            : Correlation.spearman(
                counts(with, ChallengeMetric.NSIG_COUNTS_REAL),
                counts(with, ChallengeMetric.NSIG_COUNTS_PRED));
    rows.forEach(row -> row.put(ChallengeMetric.NSIG_SPEARMAN, value));
  }

  private static double[] counts(List<MetricRow> rows, ChallengeMetric metric) {
    return rows.stream()
        .mapToDouble(row -> Double.isNaN(row.get(metric)) ? 0 : row.get(metric))
        .toArray();
  }

  /** The places of genes in the order of their names. */
  static int[] nameRanks(List<String> names) {
    Integer[] order = new Integer[names.size()];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> CodePointOrder.COMPARATOR.compare(names.get(a), names.get(b)));
    int[] rank = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      rank[order[i]] = i;
    }
    return rank;
  }
}
