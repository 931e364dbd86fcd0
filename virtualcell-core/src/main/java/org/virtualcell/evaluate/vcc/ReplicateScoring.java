package org.virtualcell.evaluate.vcc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.Progress;
import org.virtualcell.evaluate.SharedWork;
import org.virtualcell.evaluate.paired.GroupedCells;
import org.virtualcell.evaluate.paired.OwnTargets;
import org.virtualcell.evaluate.paired.PairedCells;
import org.virtualcell.evaluate.paired.Resources;

/**
 * What one half of the measured cells reaches as a prediction of the other, each half with its own
 * half of the controls; the mean of the aggregates over several splits.
 *
 * <p>The fold-change error takes its genes and its denominator from the full measured table, and
 * its numerator from the difference of the two halves' changes.
 */
final class ReplicateScoring {
  private static final ChallengeProfile MEMBERS = ChallengeProfile.VCC2026;

  private final PairedCells pair;
  private final FileGroups real;
  private final CellCounts control;
  private final OwnTargets targets;
  private final int[] nameRank;
  private final List<SignificantChanges> changes;
  private final ChallengeRules rules;
  private final ChallengeOptions options;
  private final Progress progress;

  ReplicateScoring(
      PairedCells pair,
      FileGroups real,
      CellCounts control,
      OwnTargets targets,
      int[] nameRank,
      List<SignificantChanges> changes,
      ChallengeRules rules,
      ChallengeOptions options,
      Progress progress) {
    this.pair = pair;
    this.real = real;
    this.control = control;
    this.targets = targets;
    this.nameRank = nameRank;
    this.changes = changes;
    this.rules = rules;
    this.options = options;
    this.progress = progress;
  }

  /**
   * Scores all splits.
   *
   * @param data the digest of the measured cells
   * @param kept where what halves reached is kept
   */
  Map<ChallengeMetric, ContextAnchors.Replicate> score(
      String context, String data, Optional<KeptFigures> kept, ReplicateSplits splits) {
    requireTwoCells();
    Map<String, Integer> own = new TreeMap<>();
    for (int p = 0; p < pair.perturbations().size(); p++) {
      own.put(pair.perturbations().get(p), targets.gene(p));
    }
    List<Map<ChallengeMetric, KeptFigures.Outcome>> outcomes = new ArrayList<>();
    for (int s = 0; s < rules.splits(); s++) {
      String stage = "halving " + context + ", split " + (s + 1) + " of " + rules.splits();
      Map<String, byte[]> halves = splits.halves(s, pair.real());
      outcomes.add(
          kept.map(k -> k.halves(data, halves, own, () -> outcomes(split(stage, halves))))
              .orElseGet(() -> outcomes(split(stage, halves))));
    }
    Map<ChallengeMetric, ContextAnchors.Replicate> replicates =
        new EnumMap<>(ChallengeMetric.class);
    for (ChallengeMetric metric : MEMBERS.metrics()) {
      replicates.put(metric, summary(outcomes.stream().map(o -> o.get(metric)).toList()));
    }
    return replicates;
  }

  private static Map<ChallengeMetric, KeptFigures.Outcome> outcomes(MetricTable table) {
    Map<ChallengeMetric, KeptFigures.Outcome> outcomes = new EnumMap<>(ChallengeMetric.class);
    for (ChallengeMetric metric : MEMBERS.metrics()) {
      MetricTable.Aggregate aggregate = table.aggregate(metric);
      outcomes.put(metric, new KeptFigures.Outcome(aggregate.value(), aggregate.used()));
    }
    return outcomes;
  }

  private void requireTwoCells() {
    for (String label : pair.real().labels()) {
      if (pair.real().size(label) < 2) {
        throw new InvalidDataException(
            "A group has a single cell and cannot be halved",
            pair.real().side().source() + ", '" + label + "'",
            "Leave the group out on both sides, or score without computed anchors.");
      }
    }
  }

  static ContextAnchors.Replicate summary(List<KeptFigures.Outcome> splits) {
    double[] values = splits.stream().mapToDouble(KeptFigures.Outcome::value).toArray();
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    double mean = sum / values.length;
    double squares = 0;
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    return new ContextAnchors.Replicate(
        mean,
        Math.sqrt(squares / values.length),
        least,
        most,
        splits.stream().mapToInt(KeptFigures.Outcome::used).min().orElse(0),
        splits.stream().mapToInt(KeptFigures.Outcome::used).max().orElse(0));
  }

  /** Controls of one half. */
  private record Half(byte half, GroupBulk control, ReferenceCells reference) {}

  private Half half(byte half, byte[] controlHalves) {
    CellCounts cells = control.select(HalfRows.rows(controlHalves, half));
    return new Half(
        half, GroupBulk.of(cells, rules.bulkTargetSum()), ReferenceCells.of(cells, rules));
  }

  MetricTable split(String stage, Map<String, byte[]> halves) {
    byte[] controlHalves = halves.get(pair.control());
    if (controlHalves == null) {
      throw new InvalidDataException(
          "The control cells cannot be halved",
          pair.real().side().source() + ", '" + pair.control() + "'",
          "Pass two control cells or more, on both halves.");
    }
    List<Half> sides =
        SharedWork.run(
            2,
            options.threads(),
            options.helpers(),
            i ->
                half(
                    i == 0 ? ReplicateSplits.REFERENCE : ReplicateSplits.PREDICTION, controlHalves),
            n -> {});
    Half a = sides.get(0);
    Half b = sides.get(1);
    List<String> all = pair.perturbations();
    List<String> panel = all.stream().filter(halves::containsKey).toList();
    List<GroupBulk> reference = new ArrayList<>(Collections.nCopies(panel.size(), null));
    List<GroupBulk> prediction = new ArrayList<>(Collections.nCopies(panel.size(), null));
    List<MetricRow> rows = new ArrayList<>(Collections.nCopies(panel.size(), null));
    int[] own = panel.stream().mapToInt(label -> targets.gene(all.indexOf(label))).toArray();
    int done = 0;
    long bytes =
        Resources.besideControls(
            options.batchBytes(), pair.real().bytes(pair.control()), pair.real().side().source());
    for (List<String> batch : GroupedCells.batches(List.of(pair.real()), panel, bytes)) {
      progress.check(stage);
      PredictedGroups.Batch read = real.read(batch);
      int first = done;
      SharedWork.run(
          batch.size(),
          options.threads(),
          options.helpers(),
          i -> {
            progress.check(stage);
            int p = first + i;
            CellCounts cells = read.cells(i);
            byte[] assigned = halves.get(batch.get(i));
            CellCounts left = cells.select(HalfRows.rows(assigned, a.half()));
            CellCounts right = cells.select(HalfRows.rows(assigned, b.half()));
            reference.set(p, GroupBulk.of(left, rules.bulkTargetSum()));
            prediction.set(p, GroupBulk.of(right, rules.bulkTargetSum()));
            rows.set(p, compare(all.indexOf(batch.get(i)), left, right, a, b));
            return p;
          },
          n -> progress.update(stage, first + n, panel.size()));
      done += batch.size();
    }
    int[] excluded = Arrays.stream(own).filter(g -> g >= 0).distinct().sorted().toArray();
    PanelScores.Measured measured =
        new PanelScores.Measured(panel, reference, a.control(), own, excluded);
    return new PanelScores(measured, MEMBERS, options)
        .score(prediction, b.control().profile(), rows)
        .table();
  }

  private MetricRow compare(int p, CellCounts left, CellCounts right, Half a, Half b) {
    TestedGenes ours = RankSumTable.of(left, a.reference(), rules);
    TestedGenes theirs = RankSumTable.of(right, b.reference(), rules);
    MetricRow row = new MetricRow();
    TableComparison.of(ours, theirs, targets.gene(p), nameRank, rules).put(row, false);
    row.remove(ChallengeMetric.LFC_NMAE);
    double error = changes.get(p).error(ours, theirs, rules);
    if (!Double.isNaN(error)) {
      row.put(ChallengeMetric.LFC_NMAE, error);
    }
    return row;
  }
}
