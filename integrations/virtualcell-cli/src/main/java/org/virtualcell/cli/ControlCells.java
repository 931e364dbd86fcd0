package org.virtualcell.cli;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.Condition;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.UnknownContextException;
import org.virtualcell.atlas.LabelReader;
import org.virtualcell.atlas.PerturbationKeys;
import org.virtualcell.io.AnnotatedData;
import org.virtualcell.io.Table;

/**
 * The control cells of a file, by context: what predictions start from. Perturbed cells need not be
 * there; their labels only help to read those asked for. Immutable.
 */
final class ControlCells {
  private static final int BLOCK = 4096;

  private final String source;
  private final GeneVocabulary genes;
  private final ExpressionUnits units;
  private final PerturbationKeys keys;
  private final Map<String, CellState> byContext;
  private final Set<Condition> conditions;

  private ControlCells(
      AnnotatedData file,
      PerturbationKeys keys,
      Map<String, CellState> byContext,
      Set<Condition> conditions) {
    this.source = file.source();
    this.genes = file.genes();
    this.units = file.units().require(file.source());
    this.keys = keys;
    this.byContext = byContext;
    this.conditions = conditions;
  }

  /**
   * Reads the controls of a file, block by block.
   *
   * @param file an open file; it may be closed afterwards
   * @param keys which columns say what
   * @return its controls
   * @throws InvalidDataException if no cell is a control
   */
  static ControlCells of(AnnotatedData file, PerturbationKeys keys) {
    Table table = file.observations();
    LabelReader labels = new LabelReader(table, keys);
    List<String> contexts =
        keys.context()
            .map(c -> table.column(c).strings())
            .orElse(Collections.nCopies(table.rows(), PerturbationKeys.ONLY_CONTEXT));
    Map<String, List<Integer>> rows = new TreeMap<>();
    Set<Condition> conditions = new LinkedHashSet<>();
    for (int cell = 0; cell < table.rows(); cell++) {
      String context = contexts.get(cell);
      Optional<Perturbation> labelled = context == null ? Optional.empty() : labels.at(cell);
      if (labelled.isPresent()) {
        Perturbation perturbation = labelled.get();
        if (perturbation instanceof Perturbation.Control) {
          rows.computeIfAbsent(context, c -> new ArrayList<>()).add(cell);
        } else {
          conditions.add(new Condition(perturbation, CellContext.of(context)));
        }
      }
    }
    if (rows.isEmpty()) {
      throw new InvalidDataException(
          "No cell is a control",
          file.source() + ", column '" + keys.perturbation() + "'",
          "Name the label of the control cells with --control.");
    }
    ExpressionUnits units = file.units().require(file.source());
    Map<String, CellState> states = new LinkedHashMap<>();
    rows.forEach(
        (context, cells) ->
            states.put(
                context,
                CellState.of(
                    file.genes(),
                    select(file.expression(), cells),
                    units,
                    CellContext.of(context))));
    return new ControlCells(file, keys, states, conditions);
  }

  private static CsrMatrix select(ExpressionMatrix matrix, List<Integer> rows) {
    int[] rowStart = new int[rows.size() + 1];
    List<CsrMatrix> parts = new ArrayList<>();
    int next = 0;
    while (next < rows.size()) {
      int first = rows.get(next);
      int count = (int) Math.min(BLOCK, matrix.rows() - first);
      int end = next;
      while (end < rows.size() && rows.get(end) < first + count) {
        end++;
      }
      CsrMatrix block = matrix.block(first, count);
      parts.add(block.select(rows.subList(next, end).stream().mapToInt(r -> r - first).toArray()));
      next = end;
    }
    int stored = Math.toIntExact(parts.stream().mapToLong(CsrMatrix::nonZeros).sum());
    int[] gene = new int[stored];
    float[] value = new float[stored];
    int row = 0;
    int at = 0;
    for (CsrMatrix part : parts) {
      for (int r = 0; r < part.rows(); r++) {
        for (int k = part.rowStart(r); k < part.rowStart(r + 1); k++) {
          gene[at] = part.geneAt(k);
          value[at++] = part.valueAt(k);
        }
        rowStart[++row] = at;
      }
    }
    return CsrMatrix.wrap(rows.size(), matrix.genes(), rowStart, gene, value);
  }

  /**
   * The controls of a context.
   *
   * @param context its name
   * @return the cells
   * @throws UnknownContextException if it has none
   */
  CellState of(String context) {
    CellState state = byContext.get(context);
    if (state == null) {
      throw new UnknownContextException(
          "There are no control cells of context '" + context + "'",
          source,
          "Contexts with controls: " + String.join(", ", byContext.keySet()) + ".");
    }
    return state;
  }

  /**
   * The contexts that have controls.
   *
   * @return names in alphabetical order
   */
  List<String> contexts() {
    return List.copyOf(byContext.keySet());
  }

  /**
   * What else was measured in the file.
   *
   * @return conditions, without their cells
   */
  Set<Condition> conditions() {
    return conditions;
  }

  /**
   * The genes of the file.
   *
   * @return in its order
   */
  GeneVocabulary genes() {
    return genes;
  }

  /**
   * What the values are.
   *
   * @return the units
   */
  ExpressionUnits units() {
    return units;
  }

  /**
   * The label of controls.
   *
   * @return as the file spells it
   */
  String label() {
    return keys.control();
  }

  /**
   * The column of perturbations.
   *
   * @return its name
   */
  String perturbationKey() {
    return keys.perturbation();
  }

  /**
   * The column of contexts.
   *
   * @return its name; {@code context} where the file has none
   */
  String contextKey() {
    return keys.context().orElse(LabelledCells.NO_CONTEXT_COLUMN);
  }
}
