package org.virtualcell.api;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A population of cells in one context: its genes, its expression, the units of the expression, and
 * where the cells come from. Immutable. Two states are equal when their parts are; a streamed
 * matrix may equal only itself, so compare {@link #digest()} where states may come from files.
 *
 * @param genes the genes, one per column of the expression
 * @param expression cells x genes
 * @param units what the values are; negative values fit none of them
 * @param context in which cells
 * @param substates a label per cell (a cluster, a cycle phase) where the caller knows one
 */
public record CellState(
    GeneVocabulary genes,
    ExpressionMatrix expression,
    ExpressionUnits units,
    CellContext context,
    Optional<List<String>> substates) {
  /**
   * Checks that the parts fit. Values are checked against the units where they are in memory
   * ({@link CsrMatrix}); a streamed matrix is checked by the reader that made it.
   *
   * @throws InvalidDataException if there is no cell, the genes do not fit, a value is negative,
   *     raw counts are fractional, or the labels are not one per cell or one is blank
   */
  public CellState {
    Objects.requireNonNull(genes, "genes");
    Objects.requireNonNull(expression, "expression");
    Objects.requireNonNull(units, "units");
    Objects.requireNonNull(context, "context");
    substates = Objects.requireNonNull(substates, "substates").map(CellState::copyOfLabels);
    if (expression.genes() != genes.size()) {
      throw new InvalidDataException(
          "The expression has " + expression.genes() + " genes, the vocabulary " + genes.size(),
          "state of " + context,
          "Pass the vocabulary the matrix was built with.");
    }
    if (expression.rows() == 0) {
      throw new InvalidDataException(
          "A state holds no cell", "state of " + context, "Pass at least one cell.");
    }
    if (substates.isPresent() && substates.get().size() != expression.rows()) {
      throw new InvalidDataException(
          substates.get().size() + " substate labels for " + expression.rows() + " cells",
          "state of " + context,
          "Pass one label per cell.");
    }
    if (expression instanceof CsrMatrix inMemory) {
      requireUnits(inMemory, units, context);
    }
  }

  /**
   * A state without substate labels.
   *
   * @param genes the genes, one per column of the expression
   * @param expression cells x genes
   * @param units what the values are
   * @param context in which cells
   * @return the state
   * @throws InvalidDataException if the parts do not fit
   */
  public static CellState of(
      GeneVocabulary genes,
      ExpressionMatrix expression,
      ExpressionUnits units,
      CellContext context) {
    return new CellState(genes, expression, units, context, Optional.empty());
  }

  /**
   * This state with a label per cell.
   *
   * @param labels one label per cell
   * @return a new state
   * @throws InvalidDataException if the number of labels is not the number of cells, or one is
   *     blank
   */
  public CellState withSubstates(List<String> labels) {
    return new CellState(genes, expression, units, context, Optional.of(labels));
  }

  private static List<String> copyOfLabels(List<String> labels) {
    List<String> copy = Collections.unmodifiableList(new ArrayList<>(labels));
    for (int cell = 0; cell < copy.size(); cell++) {
      if (copy.get(cell) == null || copy.get(cell).isBlank()) {
        throw new InvalidDataException(
            "A substate label is blank",
            "cell " + cell,
            "Label every cell; use a word of your own, such as 'unassigned', where none is known.");
      }
    }
    return copy;
  }

  private static void requireUnits(CsrMatrix matrix, ExpressionUnits units, CellContext context) {
    boolean counts = units instanceof ExpressionUnits.RawCounts;
    for (int r = 0; r < matrix.rows(); r++) {
      for (int k = matrix.rowStart(r); k < matrix.rowStart(r + 1); k++) {
        float v = matrix.valueAt(k);
        if (v < 0 || counts && v != Math.rint(v)) {
          throw new InvalidDataException(
              "Value " + v + " cannot be " + units,
              "cell " + r + ", gene " + matrix.geneAt(k) + " of " + context,
              "State the units the values are really in.");
        }
      }
    }
  }

  /**
   * The number of cells.
   *
   * @return one or more
   */
  public long cells() {
    return expression.rows();
  }

  /**
   * The digest of genes, values, units, context and labels. It does not depend on how the values
   * are stored.
   *
   * @return equal for equal states, on every platform
   */
  public ContentDigest digest() {
    ContentDigest.Builder content =
        ContentDigest.of("cell-state/1")
            .add(genes.digest())
            .add(expression.digest())
            .add(units.digest())
            .add(context.digest());
    substates.ifPresent(labels -> labels.forEach(content::add));
    return content.build();
  }
}
