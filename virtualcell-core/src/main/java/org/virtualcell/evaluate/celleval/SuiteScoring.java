package org.virtualcell.evaluate.celleval;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.virtualcell.api.Progress;
import org.virtualcell.evaluate.QuietProgress;
import org.virtualcell.evaluate.SharedWork;
import org.virtualcell.evaluate.cache.ResultCache;
import org.virtualcell.evaluate.paired.CodePointOrder;
import org.virtualcell.evaluate.paired.GroupedCells;
import org.virtualcell.evaluate.paired.Resources;
import org.virtualcell.evaluate.paired.SharedProgress;
import org.virtualcell.stats.differential.CellValues;
import org.virtualcell.stats.differential.DifferentialTable;

/**
 * Scores predictions of the same measured cells, reading each side in batches of whole groups that
 * fit a budget. Of a group only its figures are kept; what needs the whole panel is computed from
 * these at the end.
 */
final class SuiteScoring {
  private static final String STAGE = "scoring perturbations";

  private final Resources resources;
  private final Progress progress;
  private final List<Arm> arms = new ArrayList<>();
  private SideFigures real;
  private long controls;

  SuiteScoring(Resources resources, Progress progress) {
    this.resources = resources;
    this.progress = SharedProgress.of(progress);
  }

  /** Tables that were there already. */
  private record Given(DifferentialTable real, DifferentialTable predicted) {}

  /** One prediction, on its way. */
  private static final class Arm {
    private final ComparedSides sides;
    private final CellEvalOptions options;
    private final Optional<TableSink> sink;
    private final Optional<Given> given;
    private final SideFigures predicted;
    private final Map<String, TableMetrics.Row> rows = new LinkedHashMap<>();
    private final Map<String, GroupFigures> measured = new LinkedHashMap<>();
    private final Map<String, GroupFigures> guessed = new LinkedHashMap<>();
    private Map<String, String> facts = Map.of();

    Arm(
        ComparedSides sides,
        CellEvalOptions options,
        Optional<TableSink> sink,
        Optional<Given> given,
        SideFigures predicted) {
      this.sides = sides;
      this.options = options;
      this.sink = sink;
      this.given = given;
      this.predicted = predicted;
    }
  }

  /**
   * Adds a prediction; all must be of the same measured cells.
   *
   * @param sink takes its tables; where empty they are kept in the result
   */
  void add(ComparedSides sides, CellEvalOptions options, Optional<TableSink> sink) {
    add(sides, options, sink, Optional.empty());
  }

  /** Adds the one prediction whose tables are there already. */
  void addWithTables(
      ComparedSides sides,
      CellEvalOptions options,
      DifferentialTable realTable,
      DifferentialTable predictedTable) {
    add(sides, options, Optional.empty(), Optional.of(new Given(realTable, predictedTable)));
  }

  private void add(
      ComparedSides sides,
      CellEvalOptions options,
      Optional<TableSink> sink,
      Optional<Given> given) {
    boolean tests = options.profile().needs(CellEvalMetric.Input.TABLES) && given.isEmpty();
    if (real == null) {
      CellValues control = control(sides.real(), sides.realRows(sides.control()));
      real =
          new SideFigures(
              sides.real(),
              sides.realRows(),
              control,
              options,
              tests,
              resources.cache(),
              ResultCache.Scope.MEASURED);
    }
    CellValues control =
        options.strict()
            ? real.control()
            : control(sides.predicted(), sides.predictedRows(sides.control()));
    SideFigures predicted =
        new SideFigures(
            sides.predicted(),
            sides.predictedRows(),
            control,
            options,
            tests,
            resources.cache(),
            sides.predicted().values() instanceof BaselineValues
                ? ResultCache.Scope.MEASURED
                : ResultCache.Scope.RUN);
    arms.add(new Arm(sides, options, sink, given, predicted));
  }

  private CellValues control(CellEvalSide side, int... rows) {
    controls += side.values().gatheredBytes(rows);
    resources.besideControls(controls, side.source());
    return side.values().gather(rows);
  }

  List<CellEvalResult> score() {
    TreeSet<String> union = new TreeSet<>(CodePointOrder.COMPARATOR);
    arms.forEach(arm -> union.addAll(arm.sides.perturbations()));
    List<String> panel = List.copyOf(union);
    int done = 0;
    for (List<String> batch : batches(panel)) {
      progress.check(STAGE);
      take(batch, done, panel.size());
      done += batch.size();
    }
    return arms.stream().map(this::result).toList();
  }

  private List<List<String>> batches(List<String> panel) {
    long budget = resources.besideControls(controls, arms.get(0).sides.real().source());
    List<List<String>> batches =
        GroupedCells.batches(
            panel, this::bytes, budget, budget + " are left beside the control cells");
    return batches.isEmpty() ? List.of(List.of()) : batches;
  }

  private long bytes(String label) {
    return real.bytes(label)
        + arms.stream()
            .filter(arm -> arm.sides.predicts(label))
            .mapToLong(arm -> arm.predicted.bytes(label))
            .sum();
  }

  /** Some groups of one side. */
  private record Piece(SideFigures.Gathered groups, int from, int to) {}

  private void take(List<String> batch, int before, int all) {
    List<Piece> pieces = new ArrayList<>();
    List<Integer> first = new ArrayList<>();
    first.add(0);
    divide(real.gather(batch), batch.size(), pieces);
    List<List<String>> predicted = new ArrayList<>();
    for (Arm arm : arms) {
      List<String> own = batch.stream().filter(arm.sides::predicts).toList();
      predicted.add(own);
      first.add(pieces.size());
      divide(arm.predicted.gather(own), own.size(), pieces);
    }
    first.add(pieces.size());
    Progress quiet = new QuietProgress(progress); // several groups are on their way at a time
    List<List<GroupFigures>> figures =
        SharedWork.run(
            pieces.size(),
            resources.threads(),
            resources.helpers(),
            i -> {
              Piece piece = pieces.get(i);
              return piece.groups().figures(piece.from(), piece.to(), quiet);
            },
            n -> progress.update(STAGE, before + (long) batch.size() * n / pieces.size(), all));
    List<GroupFigures> measured = joined(figures, first.get(0), first.get(1));
    for (int a = 0; a < arms.size(); a++) {
      Arm arm = arms.get(a);
      List<GroupFigures> guessed = joined(figures, first.get(a + 1), first.get(a + 2));
      for (int i = 0; i < guessed.size(); i++) {
        String label = predicted.get(a).get(i);
        keep(arm, label, measured.get(batch.indexOf(label)), guessed.get(i));
      }
    }
  }

  private void divide(SideFigures.Gathered groups, int count, List<Piece> pieces) {
    int each = Math.max(1, (count + resources.threads() - 1) / resources.threads());
    for (int from = 0; from < count; from += each) {
      pieces.add(new Piece(groups, from, Math.min(count, from + each)));
    }
  }

  private static List<GroupFigures> joined(List<List<GroupFigures>> pieces, int from, int to) {
    return pieces.subList(from, to).stream().flatMap(List::stream).toList();
  }

  private void keep(Arm arm, String label, GroupFigures measured, GroupFigures guessed) {
    Optional<DifferentialTable> ours = arm.given.map(Given::real).or(measured::table);
    Optional<DifferentialTable> theirs = arm.given.map(Given::predicted).or(guessed::table);
    if (ours.isPresent()) {
      arm.rows.put(
          label,
          TableMetrics.row(
              GroupGenes.of(ours.get(), label),
              GroupGenes.of(theirs.orElseThrow(), label),
              arm.options.profile().metrics()));
      measured
          .table()
          .ifPresent(
              table ->
                  arm.facts =
                      arm.facts.isEmpty()
                          ? table.facts()
                          : DifferentialTable.joinedFacts(arm.facts, table.facts()));
      arm.sink.ifPresent(sink -> sink.take(ours.get(), theirs.get()));
    }
    boolean forgets = arm.sink.isPresent();
    arm.measured.put(label, forgets ? measured.withoutTable() : measured);
    arm.guessed.put(label, forgets ? guessed.withoutTable() : guessed);
  }

  private CellEvalResult result(Arm arm) {
    List<GroupFigures> measured = List.copyOf(arm.measured.values());
    List<GroupFigures> guessed = List.copyOf(arm.guessed.values());
    TableMetrics onTables = new TableMetrics(List.copyOf(arm.rows.values()));
    MatrixMetrics onCells =
        new MatrixMetrics(
            arm.sides,
            arm.options,
            MeanProfiles.of(
                measured, guessed, real.controlMean(), arm.predicted, arm.options.strict()),
            measured,
            guessed);
    List<MetricColumn> columns = new ArrayList<>();
    List<String> notes = new ArrayList<>(arm.sides.notes());
    for (CellEvalMetric metric : arm.options.profile().metrics()) {
      progress.check(metric.label());
      MetricColumn column =
          metric.input() == CellEvalMetric.Input.TABLES
              ? onTables.column(metric)
              : onCells.column(metric);
      if (arm.options.strict() && column.undefined() > 0) {
        notes.add(
            metric.label()
                + ": "
                + column.undefined()
                + " undefined values count as "
                + metric.worst());
        column = column.withWorst();
      }
      if (column.present().length > 0) {
        columns.add(column);
      }
    }
    return new CellEvalResult(
        arm.options,
        arm.sides.perturbations(),
        columns,
        arm.given.map(Given::real).or(() -> union(measured)),
        arm.given.map(Given::predicted).or(() -> union(guessed)),
        arm.facts,
        arm.rows.values().stream().map(TableMetrics.Row::real).toList(),
        arm.sides.cells(),
        arm.sides.omitted(),
        notes);
  }

  private static Optional<DifferentialTable> union(List<GroupFigures> figures) {
    return figures.get(0).table().isEmpty()
        ? Optional.empty()
        : Optional.of(
            DifferentialTable.union(figures.stream().map(f -> f.table().orElseThrow()).toList()));
  }
}
