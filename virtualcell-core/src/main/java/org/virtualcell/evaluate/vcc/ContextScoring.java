package org.virtualcell.evaluate.vcc;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.Progress;
import org.virtualcell.evaluate.SharedWork;
import org.virtualcell.evaluate.cache.ResultCache;
import org.virtualcell.evaluate.paired.GroupedCells;
import org.virtualcell.evaluate.paired.OwnTargets;
import org.virtualcell.evaluate.paired.PairedCells;
import org.virtualcell.evaluate.paired.Resources;
import org.virtualcell.evaluate.paired.SharedProgress;

/**
 * Scores one context. Perturbations are read in batches of whole groups; of each only its profile
 * and its metrics are kept. Both the prediction and the baseline are compared with the measured
 * cells while these are in memory; the halves of the replicate take another sweep each.
 */
final class ContextScoring {
  private final String context;
  private final PairedCells pair;
  private final ChallengeProfile profile;
  private final ChallengeOptions options;
  private final Progress progress;
  private final List<String> panel;
  private final OwnTargets targets;
  private final int[] nameRank;
  private final FileGroups real;
  private final List<String> digests;
  private final List<double[]> response;
  private final MeanResponse mean;
  private boolean lookedThrough;

  ContextScoring(
      String context,
      PairedCells pair,
      ChallengeProfile profile,
      ChallengeOptions options,
      Progress progress) {
    this.context = context;
    this.pair = pair;
    this.profile = profile;
    this.options = options;
    this.progress = SharedProgress.of(progress);
    this.panel = pair.perturbations();
    this.targets = OwnTargets.resolve(panel, pair.genes(), options.targetGenes());
    this.nameRank = PanelScores.nameRanks(pair.genes().ids());
    this.real = new FileGroups(pair.real(), true, profile.rules());
    this.digests = new ArrayList<>(Collections.nCopies(panel.size(), null));
    this.response = new ArrayList<>(Collections.nCopies(panel.size(), null));
    this.mean = new MeanResponse(pair.genes().size());
  }

  /** One prediction of the panel, on its way. */
  private static final class Arm {
    private final PredictedGroups groups;
    private final boolean full;
    private final List<GroupBulk> bulks;
    private final List<MetricRow> rows;

    Arm(PredictedGroups groups, boolean full, int size) {
      this.groups = groups;
      this.full = full;
      this.bulks = new ArrayList<>(Collections.nCopies(size, null));
      this.rows = new ArrayList<>(Collections.nCopies(size, null));
    }
  }

  ContextResult score() {
    ChallengeRules rules = profile.rules();
    requireRoomForControls();
    CellCounts control = real.read(pair.control());
    // the submission's own controls are checked and then not used
    FileGroups predicted = new FileGroups(pair.predicted(), !options.fractional(), rules);
    predicted.read(pair.control());

    if (options.cache().keeps(ResultCache.Scope.MEASURED)) {
      lookThrough();
    }
    Compared compared = compare(predicted, control);
    String data = digest(control);
    Optional<ContextAnchors> anchors =
        anchors(compared.scored(), control, compared.changes(), data, compared.kept());
    return ContextResult.of(
        context,
        profile,
        compared.scored(),
        anchors,
        data,
        targets.unresolved(),
        options.fractional(),
        panel.stream().mapToInt(pair.real()::size).sum() + control.cells());
  }

  private void requireRoomForControls() {
    for (GroupedCells side : List.of(pair.real(), pair.predicted())) {
      long bytes = side.bytes(pair.control());
      Resources.besideControls(options.batchBytes(), bytes, side.side().source());
    }
  }

  /** What is kept of the comparison; the profiles are not, the halves need their memory. */
  private record Compared(
      List<PanelScores.Scored> scored, List<SignificantChanges> changes, KeptFigures kept) {}

  /** The digest of each measured group, so that it is known before its figures are asked for. */
  private void lookThrough() {
    String stage = "looking through " + context;
    int done = 0;
    for (List<String> batch : GroupedCells.batches(List.of(pair.real()), panel, bytesForBatch())) {
      progress.check(stage);
      PredictedGroups.Batch cells = real.read(batch);
      int first = done;
      SharedWork.run(
          batch.size(),
          options.threads(),
          options.helpers(),
          i -> {
            CellCounts own = cells.cells(i);
            digests.set(first + i, own.rows().digest().hex());
            response.set(first + i, MeanResponse.part(own));
            return i;
          },
          n -> progress.update(stage, first + n, panel.size()));
      for (int p = first; p < first + batch.size(); p++) {
        mean.add(response.get(p), targets.gene(p));
        response.set(p, null);
      }
      done += batch.size();
    }
    lookedThrough = true;
  }

  private Compared compare(FileGroups predicted, CellCounts control) {
    ChallengeRules rules = profile.rules();
    ReferenceCells reference = ReferenceCells.of(control, rules);
    if (reference.gate().length == 0) {
      throw new InvalidDataException(
          "No gene has more than " + rules.gate() + " counts per million in the control cells",
          pair.real().side().source() + ", '" + pair.control() + "'",
          "Pass raw counts of real control cells.");
    }
    List<Arm> arms = new ArrayList<>();
    arms.add(new Arm(predicted, profile.isFull(), panel.size()));
    if (options.anchors() instanceof Anchors.Computed computed) {
      arms.add(new Arm(baseline(computed.baseline(), control), profile.isFull(), panel.size()));
    }
    List<GroupBulk> realBulks = new ArrayList<>(Collections.nCopies(panel.size(), null));
    List<SignificantChanges> changes = new ArrayList<>(Collections.nCopies(panel.size(), null));
    KeptFigures kept =
        new KeptFigures(
            options.cache(),
            rules,
            reference,
            ContentDigest.of("challenge-control/1")
                .add(pair.genes().digest())
                .add(control.rows().digest())
                .build());
    sweep(arms, realBulks, changes, reference, kept);

    GroupBulk controlBulk = GroupBulk.of(control, rules.bulkTargetSum());
    PanelScores.Measured measured =
        new PanelScores.Measured(panel, realBulks, controlBulk, own(panel), targets.genes());
    PanelScores scores = new PanelScores(measured, profile, options);
    List<PanelScores.Scored> scored =
        arms.stream().map(arm -> scores.score(arm.bulks, controlBulk.profile(), arm.rows)).toList();
    return new Compared(scored, changes, kept);
  }

  /** The budget of perturbed cells: what the measured controls, which stay, leave of it. */
  private long bytesForBatch() {
    return Resources.besideControls(
        options.batchBytes(), pair.real().bytes(pair.control()), pair.real().side().source());
  }

  /** The targets of the panel as the metrics of profiles want them. */
  private int[] own(List<String> labels) {
    return labels.stream().mapToInt(label -> targets.gene(panel.indexOf(label))).toArray();
  }

  private void sweep(
      List<Arm> arms,
      List<GroupBulk> realBulks,
      List<SignificantChanges> changes,
      ReferenceCells reference,
      KeptFigures kept) {
    List<GroupedCells> files =
        Stream.concat(
                Stream.of(pair.real()), arms.stream().flatMap(arm -> arm.groups.files().stream()))
            .toList();
    int done = 0;
    for (List<String> batch : GroupedCells.batches(files, panel, bytesForBatch())) {
      progress.check("scoring " + context);
      int first = done;
      List<Optional<KeptFigures.Measured>> known = known(first, batch.size(), kept);
      List<String> unknown =
          IntStream.range(0, batch.size())
              .filter(i -> known.get(i).isEmpty())
              .mapToObj(batch::get)
              .toList();
      PredictedGroups.Batch measured = real.read(unknown);
      List<PredictedGroups.Batch> predicted =
          arms.stream().map(arm -> arm.groups.read(batch)).toList();
      SharedWork.run(
          batch.size(),
          options.threads(),
          options.helpers(),
          i -> {
            progress.check("scoring " + context);
            int p = first + i;
            KeptFigures.Measured group =
                known
                    .get(i)
                    .orElseGet(
                        () ->
                            measure(
                                p, measured.cells(unknown.indexOf(batch.get(i))), reference, kept));
            realBulks.set(p, group.bulk());
            for (int a = 0; a < arms.size(); a++) {
              CellCounts cells = predicted.get(a).cells(i);
              compare(arms.get(a), p, group.table(), cells, reference, kept);
            }
            changes.set(p, SignificantChanges.of(group.table(), targets.gene(p)));
            return p;
          },
          n -> progress.update("scoring " + context, first + n, panel.size()));
      done += batch.size();
    }
  }

  /** The measured groups whose figures are there already. */
  private List<Optional<KeptFigures.Measured>> known(int first, int count, KeptFigures kept) {
    List<Optional<KeptFigures.Measured>> known = new ArrayList<>();
    for (int p = first; p < first + count; p++) {
      known.add(lookedThrough ? kept.find(kept.measuredKey(digests.get(p))) : Optional.empty());
    }
    return known;
  }

  private KeptFigures.Measured measure(
      int p, CellCounts cells, ReferenceCells reference, KeptFigures kept) {
    KeptFigures.Measured group =
        new KeptFigures.Measured(
            GroupBulk.of(cells, profile.rules().bulkTargetSum()),
            RankSumTable.of(cells, reference, profile.rules()));
    if (lookedThrough) {
      kept.keep(kept.measuredKey(digests.get(p)), group);
    } else {
      digests.set(p, cells.rows().digest().hex());
    }
    return group;
  }

  private void compare(
      Arm arm,
      int p,
      TestedGenes table,
      CellCounts cells,
      ReferenceCells reference,
      KeptFigures kept) {
    Supplier<MetricRow> row =
        () -> {
          TableComparison tables =
              TableComparison.of(
                  table,
                  RankSumTable.of(cells, reference, profile.rules()),
                  targets.gene(p),
                  nameRank,
                  profile.rules());
          MetricRow made = new MetricRow();
          tables.put(made, arm.full);
          return made;
        };
    ResultCache.Scope scope =
        arm.groups.madeFromMeasured() ? ResultCache.Scope.MEASURED : ResultCache.Scope.RUN;
    if (!lookedThrough || !options.cache().keeps(scope)) {
      arm.bulks.set(p, arm.groups.bulk(cells, profile.rules()));
      arm.rows.set(p, row.get());
      return;
    }
    KeptFigures.Predicted group =
        kept.predicted(
            scope,
            kept.predictedKey(kept.measuredKey(digests.get(p)), cells, targets.gene(p), arm.full),
            () -> new KeptFigures.Predicted(arm.groups.bulk(cells, profile.rules()), row.get()));
    // equal cells share one profile in memory
    arm.bulks.set(p, cells.copies() > 1 ? arm.groups.bulk(cells, profile.rules()) : group.bulk());
    arm.rows.set(p, group.row());
  }

  private PredictedGroups baseline(Baseline baseline, CellCounts control) {
    if (baseline instanceof Baseline.Given given) {
      GroupedCells cells = given.contexts().get(context);
      if (cells == null) {
        throw new InvalidDataException(
            "The baseline has no cells of a context",
            "context '" + context + "', baseline has " + given.contexts().keySet(),
            "Pass a baseline of every context.");
      }
      PairedCells.of(pair.real(), cells, pair.control());
      return new FileGroups(cells, false, profile.rules());
    }
    if (!lookedThrough) {
      int done = 0;
      for (List<String> batch :
          GroupedCells.batches(List.of(pair.real()), panel, bytesForBatch())) {
        PredictedGroups.Batch cells = real.read(batch);
        for (int i = 0; i < batch.size(); i++) {
          mean.add(MeanResponse.part(cells.cells(i)), targets.gene(done++));
        }
      }
    }
    if (baseline instanceof Baseline.MeanResponseDispersed dispersed) {
      return BaselineGroups.dispersed(
          mean.profileWithoutTargets(), control, panel, pair.real(), dispersed.seed());
    }
    return BaselineGroups.tiled(mean.profile(), pair.real(), profile.rules());
  }

  private Optional<ContextAnchors> anchors(
      List<PanelScores.Scored> scored,
      CellCounts control,
      List<SignificantChanges> changes,
      String data,
      KeptFigures kept) {
    String rules = profile.digest().hex();
    if (options.anchors() instanceof Anchors.Known known) {
      return Optional.of(KnownAnchors.require(known, context, data, rules));
    }
    if (!(options.anchors() instanceof Anchors.Computed computed)) {
      return Optional.empty();
    }
    ReplicateScoring replicates =
        new ReplicateScoring(
            pair, real, control, targets, nameRank, changes, profile.rules(), options, progress);
    Optional<KeptFigures> halves =
        options.cache().keeps(ResultCache.Scope.MEASURED) ? Optional.of(kept) : Optional.empty();
    Map<ChallengeMetric, Double> baselines = new EnumMap<>(ChallengeMetric.class);
    scored
        .get(1)
        .table()
        .aggregates()
        .forEach(aggregate -> baselines.put(aggregate.metric(), aggregate.value()));
    return Optional.of(
        new ContextAnchors(
            data,
            rules,
            computed.baseline().description(),
            computed.splits().description(),
            baselines,
            replicates.score(context, data, halves, computed.splits())));
  }

  /** Of the genes and the cells by label; the order of labels in a file does not matter. */
  private String digest(CellCounts control) {
    ContentDigest.Builder all =
        ContentDigest.of("challenge-context/1")
            .add(pair.genes().digest())
            .add(pair.control())
            .add(control.rows().digest().hex());
    for (int p = 0; p < digests.size(); p++) {
      all.add(panel.get(p)).add(digests.get(p));
    }
    return all.build().hex();
  }
}
