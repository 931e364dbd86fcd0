package org.virtualcell.evaluate.paired;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;

/**
 * Measured and predicted cells of one context that have been found comparable: the same genes in
 * the same order, the same labels, control cells on both sides. Immutable.
 */
public final class PairedCells {
  private static final int LISTED = 20;

  private final GroupedCells real;
  private final GroupedCells predicted;
  private final String control;
  private final List<String> perturbations;

  private PairedCells(GroupedCells real, GroupedCells predicted, String control) {
    this.real = real;
    this.predicted = predicted;
    this.control = control;
    List<String> labels = new ArrayList<>(real.labels());
    labels.remove(control);
    this.perturbations = Collections.unmodifiableList(labels);
  }

  /**
   * Pairs two sides.
   *
   * @param real the measured cells
   * @param predicted the predicted cells, controls among them
   * @param control the label of control cells on both sides
   * @return the pair
   * @throws InvalidDataException if genes differ in number, names or order, label sets differ,
   *     controls are missing on a side, or nothing but controls is there
   */
  public static PairedCells of(LabelledMatrix real, LabelledMatrix predicted, String control) {
    requireSameGenes(real, predicted);
    return of(GroupedCells.of(real), GroupedCells.of(predicted), control);
  }

  /**
   * Pairs groups of cells whose genes are the same.
   *
   * @param real measured groups
   * @param predicted predicted groups
   * @param control the label of control cells on both sides
   * @return the pair
   * @throws InvalidDataException as for the other form
   */
  public static PairedCells of(GroupedCells real, GroupedCells predicted, String control) {
    Objects.requireNonNull(control, "control");
    requireSameGenes(real.side(), predicted.side());
    requireControl(real, control);
    requireControl(predicted, control);
    requireSameLabels(real, predicted);
    if (real.labels().size() == 1) {
      throw new InvalidDataException(
          "There is no perturbation beside the control '" + control + "'",
          real.side().source(),
          "Pass cells of at least one perturbation, or name the right control.");
    }
    return new PairedCells(real, predicted, control);
  }

  /**
   * Pairs two sides context by context.
   *
   * @param real the measured cells
   * @param realContexts the context of each measured cell
   * @param predicted the predicted cells
   * @param predictedContexts the context of each predicted cell
   * @param control the label of control cells
   * @return a pair per context, contexts in order of code points
   * @throws InvalidDataException if the sides have different contexts, or a pair is refused
   */
  public static Map<String, PairedCells> byContext(
      LabelledMatrix real,
      List<String> realContexts,
      LabelledMatrix predicted,
      List<String> predictedContexts,
      String control) {
    requireSameGenes(real, predicted);
    Set<String> ours = contexts(real, realContexts);
    Set<String> theirs = contexts(predicted, predictedContexts);
    if (!ours.equals(theirs)) {
      throw new InvalidDataException(
          "The two files have different contexts: " + ours + " and " + theirs,
          real.source() + " and " + predicted.source(),
          "Predict every context, and no other, under the same names.");
    }
    Map<String, PairedCells> pairs = new TreeMap<>(CodePointOrder.COMPARATOR);
    for (String context : ours) {
      pairs.put(
          context,
          of(
              GroupedCells.of(real, row -> context.equals(realContexts.get(row))),
              GroupedCells.of(predicted, row -> context.equals(predictedContexts.get(row))),
              control));
    }
    return Collections.unmodifiableMap(pairs);
  }

  private static Set<String> contexts(LabelledMatrix side, List<String> contexts) {
    if (contexts.size() != side.labels().size() || new ArrayList<>(contexts).contains(null)) {
      throw new InvalidDataException(
          "Not every cell has a context", side.source(), "State the context of every cell.");
    }
    Set<String> all = new TreeSet<>(CodePointOrder.COMPARATOR);
    all.addAll(contexts);
    return all;
  }

  private static void requireSameGenes(LabelledMatrix real, LabelledMatrix predicted) {
    GeneVocabulary a = real.genes();
    GeneVocabulary b = predicted.genes();
    String where = real.source() + " and " + predicted.source();
    if (a.size() != b.size()) {
      throw new InvalidDataException(
          "The two files have different numbers of genes: " + a.size() + " and " + b.size(),
          where,
          "Predict exactly the measured genes, in their order.");
    }
    for (int g = 0; g < a.size(); g++) {
      if (!a.id(g).equals(b.id(g))) {
        throw new InvalidDataException(
            "Genes differ in name or order: '" + a.id(g) + "' and '" + b.id(g) + "'",
            where + ", gene " + g,
            "Write the predicted genes in the order of the measured ones.");
      }
    }
  }

  private static void requireControl(GroupedCells side, String control) {
    if (side.size(control) == 0) {
      throw new InvalidDataException(
          "There is no control cell labelled '" + control + "'",
          side.side().source() + ", labels " + listed(side.labels()),
          "Name the control's label, or add the control cells.");
    }
  }

  private static void requireSameLabels(GroupedCells real, GroupedCells predicted) {
    List<String> unpredicted = new ArrayList<>(real.labels());
    unpredicted.removeAll(new TreeSet<>(predicted.labels()));
    List<String> unmeasured = new ArrayList<>(predicted.labels());
    unmeasured.removeAll(new TreeSet<>(real.labels()));
    if (!unpredicted.isEmpty() || !unmeasured.isEmpty()) {
      throw new InvalidDataException(
          "The two files have different perturbations: measured but not predicted "
              + listed(unpredicted)
              + ", predicted but not measured "
              + listed(unmeasured),
          real.side().source() + " and " + predicted.side().source(),
          "Predict every measured perturbation, and no other, under the same label.");
    }
  }

  private static String listed(List<String> labels) {
    return labels.size() <= LISTED
        ? labels.toString()
        : labels.subList(0, LISTED) + " and " + (labels.size() - LISTED) + " more";
  }

  /**
   * The measured cells.
   *
   * @return groups by label
   */
  public GroupedCells real() {
    return real;
  }

  /**
   * The predicted cells.
   *
   * @return groups by label
   */
  public GroupedCells predicted() {
    return predicted;
  }

  /**
   * The label of control cells.
   *
   * @return a label of both sides
   */
  public String control() {
    return control;
  }

  /**
   * All labels but the control, sorted by code points.
   *
   * @return an unmodifiable list, not empty
   */
  public List<String> perturbations() {
    return perturbations;
  }

  /**
   * The genes of both sides.
   *
   * @return the vocabulary
   */
  public GeneVocabulary genes() {
    return real.side().genes();
  }
}
