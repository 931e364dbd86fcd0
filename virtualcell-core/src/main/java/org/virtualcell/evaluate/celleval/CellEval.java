package org.virtualcell.evaluate.celleval;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.Progress;
import org.virtualcell.evaluate.paired.CodePointOrder;
import org.virtualcell.stats.differential.CellGroups;
import org.virtualcell.stats.differential.CellValues;
import org.virtualcell.stats.differential.DifferentialExpression;
import org.virtualcell.stats.differential.DifferentialOptions;
import org.virtualcell.stats.differential.DifferentialTable;
import org.virtualcell.stats.differential.GeneGate;

/** Evaluates predicted cells by the 2025 suite. */
public final class CellEval {
  private CellEval() {}

  /**
   * Evaluates a prediction.
   *
   * @param real measured cells
   * @param predicted predicted cells, controls among them
   * @param options profile, control and rules
   * @param progress hears how far the work is; may cancel
   * @return the metrics
   * @throws InvalidDataException if the sides cannot be compared; the message names the gene, label
   *     or cell
   */
  public static CellEvalResult evaluate(
      CellEvalSide real, CellEvalSide predicted, CellEvalOptions options, Progress progress) {
    ComparedSides sides = ComparedSides.of(real, predicted, options);
    Optional<DifferentialTable> realTable = Optional.empty();
    Optional<DifferentialTable> predictedTable = Optional.empty();
    if (options.profile().needs(CellEvalMetric.Input.TABLES)) {
      realTable = Optional.of(table(sides, sides.real(), options, progress));
      predictedTable = Optional.of(table(sides, sides.predicted(), options, progress));
    }
    return evaluate(sides, options, realTable, predictedTable, progress);
  }

  /**
   * Evaluates a prediction with tables of differential expression that are there already.
   *
   * @param real measured cells
   * @param predicted predicted cells, controls among them
   * @param realTable differential expression of the measured cells
   * @param predictedTable differential expression of the predicted cells
   * @param options profile, control and rules
   * @param progress hears how far the work is; may cancel
   * @return the metrics
   * @throws InvalidDataException if the sides or tables cannot be compared
   */
  public static CellEvalResult evaluate(
      CellEvalSide real,
      CellEvalSide predicted,
      DifferentialTable realTable,
      DifferentialTable predictedTable,
      CellEvalOptions options,
      Progress progress) {
    ComparedSides sides = ComparedSides.of(real, predicted, options);
    for (DifferentialTable table : List.of(realTable, predictedTable)) {
      List<String> absent = new ArrayList<>(sides.perturbations());
      absent.removeAll(table.groups());
      if (!absent.isEmpty()) {
        throw new InvalidDataException(
            "A table of differential expression lacks perturbations of the cells",
            absent.subList(0, Math.min(20, absent.size())).toString(),
            "Pass tables of the same cells.");
      }
    }
    return evaluate(sides, options, Optional.of(realTable), Optional.of(predictedTable), progress);
  }

  private static CellEvalResult evaluate(
      ComparedSides sides,
      CellEvalOptions options,
      Optional<DifferentialTable> realTable,
      Optional<DifferentialTable> predictedTable,
      Progress progress) {
    TableMetrics onTables =
        realTable.isEmpty()
            ? null
            : new TableMetrics(
                sides.perturbations(), realTable.get(), predictedTable.orElseThrow());
    MatrixMetrics onCells =
        options.profile().needs(CellEvalMetric.Input.CELLS)
            ? new MatrixMetrics(sides, options, progress)
            : null;
    List<MetricColumn> columns = new ArrayList<>();
    List<String> notes = new ArrayList<>(sides.notes());
    for (CellEvalMetric metric : options.profile().metrics()) {
      progress.check(metric.label());
      MetricColumn column =
          metric.input() == CellEvalMetric.Input.TABLES
              ? onTables.column(metric)
              : onCells.column(metric);
      if (options.strict() && column.undefined() > 0) {
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
        options, sides.perturbations(), columns, realTable, predictedTable, sides.omitted(), notes);
  }

  /**
   * Groups against the side's own control; in the strict reading against measured control cells.
   */
  private static DifferentialTable table(
      ComparedSides sides, CellEvalSide side, CellEvalOptions options, Progress progress) {
    CellGroups groups =
        CellGroups.of(side.values(), side.genes(), side.labels(), options.control());
    if (options.strict()) {
      CellValues measured = sides.real().values().select(sides.realRows(options.control()));
      groups = groups.against(measured, options.control());
    }
    DifferentialOptions rules = DifferentialOptions.cellEval();
    if (options.cpmGate().isPresent()) {
      rules = rules.withGate(GeneGate.pooledEitherSide(options.cpmGate().getAsDouble()));
    }
    return DifferentialExpression.of(groups, rules, progress);
  }

  /**
   * Evaluates each cell type for itself.
   *
   * @param real measured cells
   * @param realTypes the type of each measured cell
   * @param predicted predicted cells
   * @param predictedTypes the type of each predicted cell
   * @param options profile, control and rules
   * @param progress hears how far the work is; may cancel
   * @return a result per type, types sorted
   * @throws InvalidDataException if the sides have different types or cannot be compared
   */
  public static Map<String, CellEvalResult> byCellType(
      CellEvalSide real,
      List<String> realTypes,
      CellEvalSide predicted,
      List<String> predictedTypes,
      CellEvalOptions options,
      Progress progress) {
    Set<String> types = types(real, realTypes);
    Set<String> theirs = types(predicted, predictedTypes);
    if (!types.equals(theirs)) {
      throw new InvalidDataException(
          "The files have different cell types: " + types + " and " + theirs,
          real.source() + " and " + predicted.source(),
          "Predict every cell type, and no other, under the same name.");
    }
    Map<String, CellEvalResult> results = new LinkedHashMap<>();
    for (String type : types) {
      results.put(
          type,
          evaluate(
              real.select(rows(realTypes, type)),
              predicted.select(rows(predictedTypes, type)),
              options,
              progress));
    }
    return results;
  }

  private static Set<String> types(CellEvalSide side, List<String> types) {
    if (types.size() != side.labels().size() || new ArrayList<>(types).contains(null)) {
      throw new InvalidDataException(
          "Not every cell has a type", side.source(), "State the type of every cell.");
    }
    Set<String> different = new TreeSet<>(CodePointOrder.COMPARATOR);
    different.addAll(types);
    return different;
  }

  private static int[] rows(List<String> types, String type) {
    return IntStream.range(0, types.size()).filter(i -> type.equals(types.get(i))).toArray();
  }
}
