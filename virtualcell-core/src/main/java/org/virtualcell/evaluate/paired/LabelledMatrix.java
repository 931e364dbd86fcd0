package org.virtualcell.evaluate.paired;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;

/**
 * One side of a comparison: expression with a perturbation label and a name for each cell.
 *
 * @param source where it comes from, for messages
 * @param genes the genes, one per column
 * @param cells cells x genes, in memory or read from a file on demand
 * @param labels the perturbation label of each cell
 * @param names the name (barcode) of each cell
 */
public record LabelledMatrix(
    String source,
    GeneVocabulary genes,
    ExpressionMatrix cells,
    List<String> labels,
    List<String> names) {
  /**
   * Checks that the parts fit.
   *
   * @throws InvalidDataException if numbers of cells or genes differ, there is no cell, or a cell
   *     has no label; the message names it
   */
  public LabelledMatrix {
    Objects.requireNonNull(source, "source");
    if (cells.rows() != labels.size() || cells.rows() != names.size()) {
      throw new InvalidDataException(
          cells.rows() + " cells, " + labels.size() + " labels, " + names.size() + " names",
          source,
          "Pass one label and one name per cell.");
    }
    if (cells.genes() != genes.size()) {
      throw new InvalidDataException(
          "The expression has " + cells.genes() + " columns for " + genes.size() + " genes",
          source,
          "Pass the genes the matrix was built with.");
    }
    if (labels.isEmpty()) {
      throw new InvalidDataException("There is no cell", source, "Pass at least one cell.");
    }
    int unlabelled =
        new ArrayList<>(labels).indexOf(null); // immutable lists refuse to look for null
    if (unlabelled >= 0) {
      throw new InvalidDataException(
          "A cell has no perturbation label",
          source + ", cell " + names.get(unlabelled) + " (row " + unlabelled + ")",
          "Label every cell, or leave the cells without a label out.");
    }
    labels = List.copyOf(labels);
    names = List.copyOf(names);
  }

  /**
   * A place for messages.
   *
   * @param row a cell
   * @return the file, the cell's name and its row
   */
  public String place(int row) {
    return source + ", cell " + names.get(row) + " (row " + row + ", " + labels.get(row) + ")";
  }
}
