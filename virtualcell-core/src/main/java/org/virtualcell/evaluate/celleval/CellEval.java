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
import org.virtualcell.evaluate.paired.Resources;
import org.virtualcell.stats.differential.DifferentialTable;

/** Evaluates predicted cells by the 2025 suite. */
public final class CellEval {
  private static final Resources UNLIMITED = Resources.defaults().withBytes(Long.MAX_VALUE);

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
    SuiteScoring scoring = new SuiteScoring(UNLIMITED, progress);
    scoring.add(ComparedSides.of(real, predicted, options), options, Optional.empty());
    return scoring.score().get(0);
  }

  /** As {@link #evaluate} within a budget; no table is kept. */
  static CellEvalResult evaluate(
      CellEvalSide real,
      CellEvalSide predicted,
      CellEvalOptions options,
      Resources resources,
      Progress progress) {
    SuiteScoring scoring = new SuiteScoring(resources, progress);
    scoring.add(
        ComparedSides.of(real, predicted, options), options, Optional.of((ours, theirs) -> {}));
    return scoring.score().get(0);
  }

  /**
   * A prediction and the mean baseline, judged by the same measured cells.
   *
   * @param predicted the prediction
   * @param baseline the baseline
   */
  public record BesideBaseline(CellEvalResult predicted, CellEvalResult baseline) {}

  /**
   * Evaluates a prediction and the mean baseline in batches of whole perturbations that fit a
   * budget, so that files larger than memory can be compared. The result is the same for any budget
   * and any number of threads.
   *
   * @param real measured cells
   * @param predicted predicted cells, controls among them
   * @param options profile, control and rules; the baseline is judged without an embedding
   * @param resources threads, and the bytes of cells to hold at a time
   * @param tables takes the prediction's tables of differential expression; no result keeps any
   * @param progress hears how many perturbations are done; may cancel
   * @return both results
   * @throws InvalidDataException if the sides cannot be compared; the message names the gene, label
   *     or cell
   * @throws org.virtualcell.api.MemoryBudgetException if the control cells, or those of a
   *     perturbation, do not fit the budget; the message names the bytes
   */
  public static BesideBaseline besideBaseline(
      CellEvalSide real,
      CellEvalSide predicted,
      CellEvalOptions options,
      Resources resources,
      TableSink tables,
      Progress progress) {
    SuiteScoring scoring = new SuiteScoring(resources, progress);
    ComparedSides sides = ComparedSides.of(real, predicted, options);
    scoring.add(sides, options, Optional.of(tables));
    CellEvalOptions ofGenes = options.withEmbedding(false);
    CellEvalSide baseline = MeanBaseline.of(real, options.control());
    scoring.add(sides.with(baseline, ofGenes), ofGenes, Optional.of((ours, theirs) -> {}));
    List<CellEvalResult> results = scoring.score();
    return new BesideBaseline(results.get(0), results.get(1));
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
    SuiteScoring scoring = new SuiteScoring(UNLIMITED, progress);
    scoring.addWithTables(sides, options, realTable, predictedTable);
    return scoring.score().get(0);
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
