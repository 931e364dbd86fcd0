package org.virtualcell.evaluate.celleval;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.evaluate.paired.LabelledMatrix;
import org.virtualcell.stats.differential.CellValues;

/**
 * Measured or predicted cells: counts or log1p values, with a label each.
 *
 * @param source where they come from, for messages
 * @param values cells x genes
 * @param genes the genes' names
 * @param labels the perturbation of each cell
 * @param storage how the file keeps the values; it decides how the original rounds
 * @param embedding a vector per cell, where there is one
 */
public record CellEvalSide(
    String source,
    CellValues values,
    List<String> genes,
    List<String> labels,
    Storage storage,
    Optional<List<double[]>> embedding) {
  /** How a file keeps its values. */
  public enum Storage {
    /** Compressed rows in single precision. */
    SPARSE_SINGLE,
    /** A dense array in single precision. */
    DENSE_SINGLE,
    /** Double precision. */
    DOUBLE
  }

  /**
   * Checks that the parts fit.
   *
   * @throws InvalidDataException if numbers differ, a gene's name occurs twice or a cell has no
   *     label
   */
  public CellEvalSide {
    Objects.requireNonNull(storage, "storage");
    Objects.requireNonNull(embedding, "embedding");
    if (labels.size() != values.cells() || genes.size() != values.genes()) {
      throw new InvalidDataException(
          labels.size()
              + " labels and "
              + genes.size()
              + " genes for "
              + values.cells()
              + " cells x "
              + values.genes()
              + " genes",
          source,
          "Pass one label per cell and one name per gene.");
    }
    Set<String> seen = new HashSet<>();
    for (String gene : genes) {
      if (!seen.add(gene)) {
        throw new InvalidDataException(
            "Gene '" + gene + "' occurs twice", source, "Make the genes' names unique.");
      }
    }
    int bare = new ArrayList<>(labels).indexOf(null);
    if (bare >= 0) {
      throw new InvalidDataException(
          "A cell has no perturbation label", source + ", cell " + bare, "Label every cell.");
    }
    if (embedding.isPresent() && embedding.get().size() != labels.size()) {
      throw new InvalidDataException(
          "The embedding has " + embedding.get().size() + " rows for " + labels.size() + " cells",
          source,
          "Pass one vector per cell.");
    }
    genes = List.copyOf(genes);
    labels = List.copyOf(labels);
  }

  /**
   * Cells without an embedding, as a file of compressed rows keeps them.
   *
   * @param cells the cells
   * @return a side
   */
  public static CellEvalSide of(LabelledMatrix cells) {
    return new CellEvalSide(
        cells.source(),
        CellValues.of(cells.cells()),
        cells.genes().ids(),
        cells.labels(),
        Storage.SPARSE_SINGLE,
        Optional.empty());
  }

  /**
   * Some of the cells, in the order given.
   *
   * @param rows indices; they may repeat
   * @return a side
   */
  public CellEvalSide select(int... rows) {
    return new CellEvalSide(
        source,
        values.select(rows),
        genes,
        IntStream.of(rows).mapToObj(labels::get).toList(),
        storage,
        embedding.map(e -> IntStream.of(rows).mapToObj(e::get).toList()));
  }

  /**
   * The cells in log1p values, by the original's rule: whole numbers are counts, which are scaled
   * to the median total of these cells; values with a fraction are log1p values already.
   *
   * @param allowDiscrete whether whole numbers, and values of 15 and more, are log1p values as well
   * @return these cells, converted where need be
   * @throws InvalidDataException if a value is negative, not finite or too large; the message names
   *     cell and gene
   */
  public CellEvalSide inLogValues(boolean allowDiscrete) {
    return LogValues.of(this, allowDiscrete).side();
  }

  CellEvalSide withValues(CellValues other) {
    return new CellEvalSide(source, other, genes, labels, storage, embedding);
  }
}
