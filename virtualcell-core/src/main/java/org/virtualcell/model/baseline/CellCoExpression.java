package org.virtualcell.model.baseline;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.virtualcell.api.CellState;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.GeneVocabulary;

/** Co-expression measured in cells. Columns of the genes asked for are read once and kept. */
final class CellCoExpression implements CoExpression {
  /** Fewer cells give a correlation that is mostly noise: its standard error is above 0.2. */
  static final int LEAST_CELLS = 25;

  private static final int BLOCK_ROWS = 4096;

  private final CellState state;
  private final Map<String, Optional<double[]>> columns = new HashMap<>(); // standardised

  CellCoExpression(CellState state) {
    this.state = state;
  }

  @Override
  public synchronized OptionalDouble between(String a, String b) {
    Optional<double[]> x = column(a);
    Optional<double[]> y = column(b);
    if (x.isEmpty() || y.isEmpty()) {
      return OptionalDouble.empty();
    }
    double product = 0;
    for (int i = 0; i < x.get().length; i++) {
      product += x.get()[i] * y.get()[i];
    }
    return OptionalDouble.of(Math.max(-1, Math.min(1, product)));
  }

  /** Reads several genes in one pass. */
  synchronized void prepare(Set<String> genes) {
    Map<Integer, double[]> wanted = new HashMap<>();
    GeneVocabulary vocabulary = state.genes();
    for (String gene : genes) {
      OptionalInt index = vocabulary.find(gene);
      if (!columns.containsKey(gene) && index.isPresent() && state.cells() >= LEAST_CELLS) {
        wanted.computeIfAbsent(index.getAsInt(), i -> new double[Math.toIntExact(state.cells())]);
      }
    }
    if (!wanted.isEmpty()) {
      read(wanted);
    }
    for (String gene : genes) {
      OptionalInt index = vocabulary.find(gene);
      columns.computeIfAbsent(
          gene,
          g ->
              index.isPresent() && wanted.containsKey(index.getAsInt())
                  ? standardised(wanted.get(index.getAsInt()).clone())
                  : Optional.empty());
    }
  }

  private Optional<double[]> column(String gene) {
    if (!columns.containsKey(gene)) {
      prepare(Set.of(gene));
    }
    return columns.get(gene);
  }

  private void read(Map<Integer, double[]> wanted) {
    for (long row = 0; row < state.cells(); row += BLOCK_ROWS) {
      int rows = (int) Math.min(BLOCK_ROWS, state.cells() - row);
      CsrMatrix block = state.expression().block(row, rows);
      for (int r = 0; r < rows; r++) {
        for (int k = block.rowStart(r); k < block.rowStart(r + 1); k++) {
          double[] column = wanted.get(block.geneAt(k));
          if (column != null) {
            column[(int) row + r] = block.valueAt(k);
          }
        }
      }
    }
  }

  private static Optional<double[]> standardised(double[] column) {
    double mean = 0;
    for (double v : column) {
      mean += v / column.length;
    }
    double squares = 0;
    for (int i = 0; i < column.length; i++) {
      column[i] -= mean;
      squares += column[i] * column[i];
    }
    if (!(squares > 1e-12)) {
      return Optional.empty();
    }
    double norm = Math.sqrt(squares);
    for (int i = 0; i < column.length; i++) {
      column[i] /= norm;
    }
    return Optional.of(column);
  }
}
