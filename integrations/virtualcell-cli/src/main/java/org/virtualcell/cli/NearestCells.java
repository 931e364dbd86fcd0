package org.virtualcell.cli;

import com.github.jelmerk.hnswlib.core.DistanceFunctions;
import com.github.jelmerk.hnswlib.core.Item;
import com.github.jelmerk.hnswlib.core.hnsw.HnswIndex;
import java.util.Comparator;
import java.util.List;
import org.virtualcell.api.InvalidDataException;

/**
 * Finds the nearest of many cells in the space of an embedding, by Euclidean distance, with a graph
 * index (hierarchical navigable small worlds; Malkov and Yashunin, IEEE TPAMI 42, 2020). The graph
 * is built by one thread in the order of the cells: the same cells give the same answers.
 */
final class NearestCells {
  private static final int LINKS = 16; // per cell and level
  private static final int WIDTH_BUILDING = 200;
  private static final int LEAST_WIDTH = 100; // of a search

  private final HnswIndex<Integer, float[], Cell, Float> index;
  private final int cells;
  private final int dimensions;

  /** A cell of the index. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Cell(Integer id, float[] vector) implements Item<Integer, float[]> {
    @Override
    public int dimensions() {
      return vector.length;
    }
  }

  /**
   * A found cell.
   *
   * @param cell its row
   * @param distance Euclidean
   */
  record Found(int cell, double distance) {}

  /**
   * Indexes cells.
   *
   * @param vectors row-major [cells, dimensions]
   * @param dimensions one or more
   * @param progress hears how many cells are indexed
   * @param most the largest number of neighbours that will be asked for
   */
  NearestCells(float[] vectors, int dimensions, int most, ProgressDisplay progress) {
    this.dimensions = dimensions;
    this.cells = vectors.length / dimensions;
    requireFinite(vectors, "the cells to search in");
    this.index =
        HnswIndex.newBuilder(
                dimensions, DistanceFunctions.FLOAT_EUCLIDEAN_DISTANCE, Math.max(1, cells))
            .withM(LINKS)
            .withEfConstruction(WIDTH_BUILDING)
            .withEf(Math.max(LEAST_WIDTH, 4 * most))
            .build();
    for (int i = 0; i < cells; i++) {
      index.add(new Cell(i, row(vectors, i)));
      if (i % 1024 == 0) {
        progress.check("indexing cells");
        progress.update("indexing cells", i, cells);
      }
    }
  }

  private float[] row(float[] vectors, int row) {
    return java.util.Arrays.copyOfRange(vectors, row * dimensions, (row + 1) * dimensions);
  }

  private static void requireFinite(float[] vectors, String where) {
    for (int i = 0; i < vectors.length; i++) {
      if (!Float.isFinite(vectors[i])) {
        throw new InvalidDataException(
            "A number of an embedding is " + vectors[i],
            where + ", number " + i,
            "Embed the cells again.");
      }
    }
  }

  int cells() {
    return cells;
  }

  /**
   * The nearest cells.
   *
   * @param vector of this many dimensions
   * @param count how many at most
   * @return the nearest first, equally near ones by row
   * @throws InvalidDataException if it has another number of dimensions or one that is not finite
   */
  List<Found> nearest(float[] vector, int count) {
    if (vector.length != dimensions) {
      throw new InvalidDataException(
          "A vector of " + vector.length + " numbers is sought among ones of " + dimensions,
          "nearest cells",
          "Embed both files with the same embedding.");
    }
    requireFinite(vector, "the cell sought");
    return index.findNearest(vector, count).stream()
        .map(r -> new Found(r.item().id(), r.distance()))
        .sorted(Comparator.comparingDouble(Found::distance).thenComparingInt(Found::cell))
        .toList();
  }
}
