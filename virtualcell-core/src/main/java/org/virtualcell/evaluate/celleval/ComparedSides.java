package org.virtualcell.evaluate.celleval;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.evaluate.paired.CodePointOrder;

/**
 * Measured and predicted cells found comparable, both in log1p values: the same genes in the same
 * order, the same labels, controls on both sides.
 */
final class ComparedSides {
  private static final int LISTED = 20;

  private final LogValues.Result measured;
  private final CellEvalSide real;
  private final CellEvalSide predicted;
  private final Map<String, int[]> realRows;
  private final Map<String, int[]> predictedRows;
  private final String control;
  private final List<String> perturbations;
  private final List<String> omitted = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  private ComparedSides(
      CellEvalSide real,
      CellEvalSide predicted,
      CellEvalOptions options,
      Optional<ComparedSides> earlier) {
    requireSameGenes(real, predicted);
    control = options.control();
    realRows = rows(real.labels());
    predictedRows = rows(predicted.labels());
    requireControl(real, realRows);
    requireControl(predicted, predictedRows);
    requireSameLabels(real, predicted);
    LogValues.Result measured =
        earlier
            .map(sides -> sides.measured)
            .orElseGet(() -> LogValues.of(real, options.allowDiscrete()));
    LogValues.Result guessed = LogValues.of(predicted, options.allowDiscrete());
    this.measured = measured;
    this.real = measured.side();
    this.predicted = guessed.side();
    notes.add("measured cells: " + measured.note());
    notes.add("predicted cells: " + guessed.note());
    List<String> kept = new ArrayList<>(realRows.keySet());
    kept.remove(control);
    if (options.strict()) {
      kept.removeIf(label -> tooSmall(label, options.fewestCells()));
    }
    if (kept.isEmpty()) {
      throw new InvalidDataException(
          "There is no perturbation to score beside the control '" + control + "'",
          real.source() + (omitted.isEmpty() ? "" : ": " + omitted),
          "Pass cells of at least one perturbation, or name the right control.");
    }
    perturbations = List.copyOf(kept);
  }

  static ComparedSides of(CellEvalSide real, CellEvalSide predicted, CellEvalOptions options) {
    return new ComparedSides(real, predicted, options, Optional.empty());
  }

  /** Another prediction of the same measured cells, which are not looked through again. */
  ComparedSides with(CellEvalSide other, CellEvalOptions options) {
    return new ComparedSides(real, other, options, Optional.of(this));
  }

  private boolean tooSmall(String label, int fewest) {
    int cells = Math.min(realRows.get(label).length, predictedRows.get(label).length);
    if (cells < fewest) {
      omitted.add(label + ": " + cells + " cells on a side, fewer than " + fewest);
    }
    return cells < fewest;
  }

  /** The cells of each label, ascending; labels in the order of code points. */
  static Map<String, int[]> rows(List<String> labels) {
    Map<String, Integer> count = new TreeMap<>(CodePointOrder.COMPARATOR);
    labels.forEach(label -> count.merge(label, 1, Integer::sum));
    Map<String, int[]> rows = new TreeMap<>(CodePointOrder.COMPARATOR);
    count.forEach((label, size) -> rows.put(label, new int[size]));
    for (int cell = labels.size() - 1; cell >= 0; cell--) {
      rows.get(labels.get(cell))[count.merge(labels.get(cell), -1, Integer::sum)] = cell;
    }
    return rows;
  }

  private static void requireSameGenes(CellEvalSide real, CellEvalSide predicted) {
    String where = real.source() + " and " + predicted.source();
    if (real.genes().size() != predicted.genes().size()) {
      TreeSet<String> missing = new TreeSet<>(real.genes());
      missing.removeAll(new TreeSet<>(predicted.genes()));
      throw new InvalidDataException(
          "The files have different numbers of genes: "
              + real.genes().size()
              + " and "
              + predicted.genes().size(),
          where + ", not predicted " + listed(new ArrayList<>(missing)),
          "Predict exactly the measured genes, in their order.");
    }
    for (int g = 0; g < real.genes().size(); g++) {
      if (!real.genes().get(g).equals(predicted.genes().get(g))) {
        throw new InvalidDataException(
            "Genes differ in name or order: '"
                + real.genes().get(g)
                + "' and '"
                + predicted.genes().get(g)
                + "'",
            where + ", gene " + g,
            "Write the predicted genes in the order of the measured ones.");
      }
    }
  }

  private void requireControl(CellEvalSide side, Map<String, int[]> rows) {
    if (!rows.containsKey(control)) {
      throw new InvalidDataException(
          "There is no control cell labelled '" + control + "'",
          side.source() + ", labels " + listed(new ArrayList<>(rows.keySet())),
          "Name the control's label, or add the control cells.");
    }
  }

  private void requireSameLabels(CellEvalSide measured, CellEvalSide guessed) {
    List<String> unpredicted = new ArrayList<>(realRows.keySet());
    unpredicted.removeAll(predictedRows.keySet());
    List<String> unmeasured = new ArrayList<>(predictedRows.keySet());
    unmeasured.removeAll(realRows.keySet());
    if (!unpredicted.isEmpty() || !unmeasured.isEmpty()) {
      throw new InvalidDataException(
          "The files have different perturbations: measured but not predicted "
              + listed(unpredicted)
              + ", predicted but not measured "
              + listed(unmeasured),
          measured.source() + " and " + guessed.source(),
          "Predict every measured perturbation, and no other, under the same label.");
    }
  }

  private static String listed(List<String> labels) {
    return labels.size() <= LISTED
        ? labels.toString()
        : labels.subList(0, LISTED) + " and " + (labels.size() - LISTED) + " more";
  }

  CellEvalSide real() {
    return real;
  }

  CellEvalSide predicted() {
    return predicted;
  }

  /** How many measured cells are compared, controls among them. */
  int cells() {
    return realRows.get(control).length
        + perturbations.stream().mapToInt(label -> realRows.get(label).length).sum();
  }

  /** Whether a perturbation is compared. */
  boolean predicts(String label) {
    return Collections.binarySearch(perturbations, label, CodePointOrder.COMPARATOR) >= 0;
  }

  /** The measured cells of each label; not to be changed. */
  Map<String, int[]> realRows() {
    return realRows;
  }

  /** The predicted cells of each label; not to be changed. */
  Map<String, int[]> predictedRows() {
    return predictedRows;
  }

  int[] realRows(String label) {
    return realRows.get(label).clone();
  }

  int[] predictedRows(String label) {
    return predictedRows.get(label).clone();
  }

  String control() {
    return control;
  }

  List<String> perturbations() {
    return perturbations;
  }

  List<String> omitted() {
    return List.copyOf(omitted);
  }

  List<String> notes() {
    return List.copyOf(notes);
  }
}
