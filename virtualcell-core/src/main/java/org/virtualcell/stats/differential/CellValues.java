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
   * @return a view; empty where the values need double precision
   */
  default Optional<ExpressionMatrix> inSinglePrecision() {
    return Optional.empty();
  }

  /**
   * A matrix; what it keeps in single precision is widened.
