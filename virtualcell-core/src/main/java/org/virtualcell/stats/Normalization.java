package org.virtualcell.stats;

import java.util.OptionalDouble;
import org.virtualcell.api.CellState;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.UnitsMismatchException;

/**
 * Turns expression into log1p of counts scaled to a stated total. Totals are summed over the genes
 * of the state at hand: a state cut to fewer genes has other totals.
 */
public final class Normalization {
  /** The total cells are scaled to where nobody states another. */
  public static final double DEFAULT_TOTAL = 10_000;

  private Normalization() {}

  /**
   * log1p of counts scaled so that every cell sums to a total. Cells without any count stay empty.
   *
   * @param counts cells x genes, zero or more
   * @param total what every cell is scaled to, positive
   * @return a new matrix of the same shape
   * @throws InvalidDataException if the total is not positive and finite
   */
  public static CsrMatrix logNormalize(ExpressionMatrix counts, double total) {
    if (!(total > 0) || Double.isInfinite(total)) {
      throw new InvalidDataException(
          "The total cells are scaled to must be positive and finite",
          String.valueOf(total),
          "State the total, 10,000 for instance.");
    }
    return mapRows(
        counts,
        (value, from, to) -> {
          double sum = 0;
          for (int k = from; k < to; k++) {
            sum += value[k];
          }
          for (int k = from; k < to; k++) {
            value[k] = (float) StrictMath.log1p(value[k] * total / sum);
          }
        });
  }

  /**
   * A state in log1p units with a stated total.
   *
   * @param state raw counts, or log1p values whose total is stated
   * @param total what every cell is scaled to, positive
   * @return the same cells; the state itself where nothing has to change
   * @throws UnitsMismatchException if the state's own total is not stated
   */
  public static CellState logNormalize(CellState state, double total) {
    return convert(state, ExpressionUnits.logNormalized(total), "state of " + state.context());
  }

  /**
   * A state in the units that are needed, where an exact way exists: raw counts to a stated total,
   * or one stated total to another.
   *
   * @param state the cells
   * @param needed the units needed
   * @param where what the state is, for the message
   * @return the same cells; the state itself where nothing has to change
   * @throws UnitsMismatchException if there is no exact way
   */
  public static CellState convert(CellState state, ExpressionUnits needed, String where) {
    if (state.units().equals(needed)) {
      return state;
    }
    OptionalDouble total =
        needed instanceof ExpressionUnits.LogNormalized log ? log.total() : OptionalDouble.empty();
    if (total.isEmpty()) {
      throw new UnitsMismatchException(
          "Expression is in " + state.units() + ", needed is " + needed,
          where,
          needed instanceof ExpressionUnits.RawCounts
              ? "Pass the raw counts."
              : "The total of the needed values is not stated, so that nothing can be converted to"
                  + " them; pass cells prepared in the same way, or train on raw counts.");
    }
    CsrMatrix values;
    if (state.units() instanceof ExpressionUnits.RawCounts) {
      values = logNormalize(state.expression(), total.getAsDouble());
    } else if (state.units() instanceof ExpressionUnits.LogNormalized log
        && log.total().isPresent()) {
      double factor = total.getAsDouble() / log.total().getAsDouble();
      values =
          mapRows(
              state.expression(),
              (value, from, to) -> {
                for (int k = from; k < to; k++) {
                  value[k] = (float) StrictMath.log1p(StrictMath.expm1(value[k]) * factor);
                }
              });
    } else {
      throw new UnitsMismatchException(
          "Expression is in " + state.units() + ", needed is " + needed,
          where,
          "State the total these values were scaled to, or pass raw counts.");
    }
    return new CellState(state.genes(), values, needed, state.context(), state.substates());
  }

  private interface RowChange {
    void apply(float[] value, int from, int to);
  }

  private static CsrMatrix mapRows(ExpressionMatrix matrix, RowChange change) {
    if (matrix.rows() > Integer.MAX_VALUE - 8 || matrix.nonZeros() > CsrMatrix.MAX_NON_ZEROS) {
      throw new InvalidDataException(
          "The state is too large to normalise in memory",
          matrix.rows() + " cells, " + matrix.nonZeros() + " values",
          "Normalise fewer cells at a time.");
    }
    int rows = (int) matrix.rows();
    int[] rowStart = new int[rows + 1];
    int[] gene = new int[(int) matrix.nonZeros()];
    float[] value = new float[gene.length];
    matrix.copyRows(0, rows, rowStart, gene, value);
    for (int r = 0; r < rows; r++) {
      change.apply(value, rowStart[r], rowStart[r + 1]);
    }
    return CsrMatrix.wrap(rows, matrix.genes(), rowStart, gene, value);
  }
}
