package org.virtualcell.model.embedding;

import java.util.Arrays;
import java.util.List;
import org.virtualcell.api.InvalidDataException;

/**
 * Cells in the space of an embedding. Immutable and thread-safe.
 *
 * <p>Genes the cells do not have are named in {@link #missing()}: they are placed at the mean of
 * the cells the embedding was fitted to, where they move a cell in no direction, never at zero.
 */
public final class EmbeddedCells {
  private final int cells;
  private final int dimensions;
  private final float[] values;
  private final double coverage;
  private final List<String> missing;

  EmbeddedCells(int cells, int dimensions, float[] values, double coverage, List<String> missing) {
    this.cells = cells;
    this.dimensions = dimensions;
    this.values = values;
    this.coverage = coverage;
    this.missing = List.copyOf(missing);
  }

  /**
   * How many cells there are.
   *
   * @return one or more
   */
  public int cells() {
    return cells;
  }

  /**
   * How many numbers a cell has.
   *
   * @return the embedding's dimensions
   */
  public int dimensions() {
    return dimensions;
  }

  /**
   * All numbers, row-major [cells, dimensions].
   *
   * @return a copy
   */
  public float[] values() {
    return values.clone();
  }

  /**
   * One cell.
   *
   * @param cell 0 to {@link #cells()} - 1
   * @return its numbers, a copy
   * @throws InvalidDataException if there is no such cell
   */
  public float[] cell(int cell) {
    if (cell < 0 || cell >= cells) {
      throw new InvalidDataException(
          "There is no cell " + cell, cells + " embedded cells", "Ask for 0 to " + (cells - 1));
    }
    return Arrays.copyOfRange(values, cell * dimensions, (cell + 1) * dimensions);
  }

  /**
   * The share of the embedding's genes that the cells have.
   *
   * @return up to 1
   */
  public double coverage() {
    return coverage;
  }

  /**
   * The embedding's genes that the cells do not have.
   *
   * @return an immutable list of gene ids
   */
  public List<String> missing() {
    return missing;
  }
}
