package org.virtualcell.stats.differential;

import java.util.List;
import java.util.Optional;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.InvalidDataException;

/**
 * Values of cells x genes in double precision, copied out cell by cell. A view: files of single
 * precision are widened, files of double precision lose nothing. Implementations are thread-safe
 * for reading.
 */
public interface CellValues {
  /**
   * The number of cells.
   *
   * @return zero or more
   */
  int cells();

  /**
   * The number of genes.
   *
   * @return zero or more
   */
  int genes();

  /**
   * Copies the stored values of one cell; genes that are not stored are zero.
   *
   * @param cell its index, 0 to {@link #cells()} - 1
   * @param gene receives the gene of each value, strictly increasing; at least {@link #genes()}
   *     long
   * @param value receives the values; at least as long
   * @return how many values there are
   */
  int row(int cell, int[] gene, double[] value);

  /**
   * The same cells as a matrix in single precision, where no value loses a digit by that; the
   * kernels of a device work on those.
   *
   * @return a view; empty where the values need double precision or are read from a file on demand
   */
  default Optional<ExpressionMatrix> inSinglePrecision() {
    return Optional.empty();
  }

  /**
   * A matrix; what it keeps in single precision is widened.
   *
   * @param matrix cells x genes, in memory or read from a file on demand
   * @return a view of it
   * @throws InvalidDataException if it has more than 2^31 - 1 cells
   */
  static CellValues of(ExpressionMatrix matrix) {
    if (matrix.rows() > Integer.MAX_VALUE) {
      throw new InvalidDataException(
          matrix.rows() + " cells are more than one table can compare",
          matrix.toString(),
          "Compare fewer cells at a time.");
    }
    return matrix instanceof CsrMatrix inMemory
        ? new MatrixValues(inMemory)
        : new StreamedValues(matrix);
  }

  /**
   * Dense rows.
   *
   * @param rows a row per cell, not to be changed any more
   * @param genes the number of genes
   * @return a view of them
   * @throws InvalidDataException if a row has another length
   */
  static CellValues ofRows(List<double[]> rows, int genes) {
    for (int cell = 0; cell < rows.size(); cell++) {
      if (rows.get(cell).length != genes) {
        throw new InvalidDataException(
            "A row has " + rows.get(cell).length + " values, " + genes + " genes were stated",
            "cell " + cell,
            "Pass equal rows.");
      }
    }
    return new DenseValues(List.copyOf(rows), genes);
  }

  /**
   * Some of the cells, in the order given.
   *
   * @param chosen indices of cells; they may repeat
   * @return a view
   */
  default CellValues select(int... chosen) {
    return new ChosenValues(this, chosen);
  }

  /**
   * Some of the cells in memory, in the order given. From a file they are read in its order, in one
   * sweep; what is in memory already is only viewed.
   *
   * @param chosen indices of cells; they may repeat
   * @return the cells
   */
  default CellValues gather(int... chosen) {
    return select(chosen);
  }

  /**
   * How many bytes {@link #gather} copies.
   *
   * @param chosen indices of cells
   * @return 0 for a view
   */
  default long gatheredBytes(int... chosen) {
    return 0;
  }
}
