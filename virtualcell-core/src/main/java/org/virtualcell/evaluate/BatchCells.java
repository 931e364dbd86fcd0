package org.virtualcell.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.MatchedCells;
import org.virtualcell.stats.Normalization;

/** Cells of one condition by batch, reduced to sketches of their log1p values. */
final class BatchCells {
  /** The most cells of a condition and batch that are looked at, evenly spaced. */
  static final int MOST_CELLS = 8;

  private BatchCells() {}

  /** The batch of cells that are compared to the controls of their own batch. */
  static Optional<String> batch(MatchedCells group) {
    return group.level() == MatchedCells.Level.BATCH
        ? group.controls().context().get(CellContext.Fact.BATCH)
        : Optional.empty();
  }

  /** The measured cells; empty with fewer than two batches. */
  static List<BatchSketch> measured(List<MatchedCells> groups) {
    List<MatchedCells> known = groups.stream().filter(g -> batch(g).isPresent()).toList();
    if (known.stream().map(BatchCells::batch).distinct().count() < 2) {
      return List.of();
    }
    List<BatchSketch> cells = new ArrayList<>();
    known.forEach(g -> cells.addAll(of(batch(g).orElseThrow(), List.of(g.perturbed()))));
    return cells;
  }

  /** Some cells of a batch. */
  static List<BatchSketch> of(String batch, List<CellState> states) {
    long all = states.stream().mapToLong(CellState::cells).sum();
    long looked = Math.min(MOST_CELLS, all);
    List<BatchSketch> cells = new ArrayList<>();
    for (long i = 0; i < looked; i++) {
      long place = i * all / looked;
      for (CellState state : states) {
        if (place < state.cells()) {
          cells.add(BatchSketch.of(batch, cell(state, place)));
          break;
        }
        place -= state.cells();
      }
    }
    return cells;
  }

  /** The log1p values of a cell, one per gene. */
  static double[] cell(CellState state, long row) {
    CsrMatrix block = state.expression().block(row, 1);
    if (state.units() instanceof ExpressionUnits.RawCounts) {
      block = Normalization.logNormalize(block, Normalization.DEFAULT_TOTAL);
    }
    double[] values = new double[state.genes().size()];
    for (int k = block.rowStart(0); k < block.rowStart(1); k++) {
      values[block.geneAt(k)] = block.valueAt(k);
    }
    return values;
  }
}
