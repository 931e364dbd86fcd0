package org.virtualcell.evaluate.paired;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.MemoryBudgetException;

/**
 * The cells of one side by label, in the order of code points of the labels; within a group in the
 * order of the file. Groups are read whole, several at a time in one sweep over the file. Safe for
 * concurrent use as far as the matrix is.
 */
public final class GroupedCells {
  private static final int BYTES_PER_VALUE = Integer.BYTES + Float.BYTES;

  private final LabelledMatrix side;
  private final Map<String, int[]> rows;

  private GroupedCells(LabelledMatrix side, Map<String, int[]> rows) {
    this.side = side;
    this.rows = rows;
  }

  /**
   * All cells of a side.
   *
   * @param side the cells
   * @return its groups
   */
  public static GroupedCells of(LabelledMatrix side) {
    return of(side, row -> true);
  }

  /**
   * Some cells of a side.
   *
   * @param side the cells
   * @param chosen says which rows belong
   * @return the groups of these rows
   */
  public static GroupedCells of(LabelledMatrix side, IntPredicate chosen) {
    Map<String, Integer> count = new TreeMap<>(CodePointOrder.COMPARATOR);
    int n = side.labels().size();
    for (int row = 0; row < n; row++) {
      if (chosen.test(row)) {
        count.merge(side.labels().get(row), 1, Integer::sum);
      }
    }
    Map<String, int[]> rows = new TreeMap<>(CodePointOrder.COMPARATOR);
    count.forEach((label, size) -> rows.put(label, new int[size]));
    for (int row = n - 1; row >= 0; row--) {
      if (chosen.test(row)) {
        String label = side.labels().get(row);
        rows.get(label)[count.merge(label, -1, Integer::sum)] = row;
      }
    }
    return new GroupedCells(side, rows);
  }

  /**
   * The side the cells are of.
   *
   * @return the labelled matrix
   */
  public LabelledMatrix side() {
    return side;
  }

  /**
   * The labels, sorted by code points.
   *
   * @return an unmodifiable list
   */
  public List<String> labels() {
    return Collections.unmodifiableList(new ArrayList<>(rows.keySet()));
  }

  /**
   * The rows of a group.
   *
   * @param label a label
   * @return ascending rows of the side's matrix; a new array, empty where there is no such label
   */
  public int[] rows(String label) {
    return rows.getOrDefault(label, new int[0]).clone();
  }

  /**
   * The number of cells of a group.
   *
   * @param label a label
   * @return zero where there is no such label
   */
  public int size(String label) {
    return rows.getOrDefault(label, new int[0]).length;
  }

  /**
   * How many bytes a group needs once it is read.
   *
   * @param label a label
   * @return the bytes of its sparse rows
   */
  public long bytes(String label) {
    long values = 0;
    int[] own = rows.getOrDefault(label, new int[0]);
    for (int i = 0; i < own.length; ) {
      int run = run(own, i);
      values += side.cells().nonZeros(own[i], run);
      i += run;
    }
    return values * BYTES_PER_VALUE + (own.length + 1L) * Integer.BYTES;
  }

  /**
   * Divides labels into batches that fit a budget, in their order.
   *
   * @param labels labels of this side
   * @param budget the most bytes of sparse rows at a time
   * @return batches of whole groups
   * @throws MemoryBudgetException if one group alone does not fit
   */
  public List<List<String>> batches(List<String> labels, long budget) {
    List<List<String>> batches = new ArrayList<>();
    List<String> batch = new ArrayList<>();
    long used = 0;
    for (String label : labels) {
      long need = bytes(label);
      if (need > budget) {
        throw new MemoryBudgetException(
            "The cells of one perturbation need " + need + " bytes, the budget is " + budget,
            side.source() + ", '" + label + "'",
            "Raise the budget: groups are read whole.");
      }
      if (used + need > budget) {
        batches.add(List.copyOf(batch));
        batch.clear();
        used = 0;
      }
      batch.add(label);
      used += need;
    }
    if (!batch.isEmpty()) {
      batches.add(List.copyOf(batch));
    }
    return batches;
  }

  /**
   * Reads one group.
   *
   * @param label a label
   * @return its cells in the order of the file; no row where there is no such label
   * @throws InvalidDataException if a value is not finite; the message names the cell and the gene
   */
  public CsrMatrix read(String label) {
    int[] own = rows.getOrDefault(label, new int[0]);
    if (side.cells() instanceof CsrMatrix whole) {
      return whole.select(own);
    }
    int[] start = new int[own.length + 1];
    long stored = (bytes(label) - (own.length + 1L) * Integer.BYTES) / BYTES_PER_VALUE;
    if (stored > CsrMatrix.MAX_NON_ZEROS) {
      throw new MemoryBudgetException(
          "A group holds " + stored + " values, more than one array can",
          side.source() + ", '" + label + "'",
          "Use fewer cells per group.");
    }
    int[] gene = new int[(int) stored];
    float[] value = new float[(int) stored];
    int next = 0;
    for (int i = 0; i < own.length; ) {
      int run = run(own, i);
      int size = Math.toIntExact(side.cells().nonZeros(own[i], run));
      int[] runStart = new int[run + 1];
      int[] runGene = new int[size];
      float[] runValue = new float[size];
      side.cells().copyRows(own[i], run, runStart, runGene, runValue);
      System.arraycopy(runGene, 0, gene, next, size);
      System.arraycopy(runValue, 0, value, next, size);
      for (int r = 0; r < run; r++) {
        start[i + r + 1] = next + runStart[r + 1];
      }
      next += size;
      i += run;
    }
    requireFinite(own, start, gene, value);
    return CsrMatrix.wrap(own.length, side.genes().size(), start, gene, value);
  }

  private static int run(int[] own, int from) {
    int to = from + 1;
    while (to < own.length && own[to] == own[to - 1] + 1) {
      to++;
    }
    return to - from;
  }

  private void requireFinite(int[] own, int[] start, int[] gene, float[] value) {
    for (int i = 0; i < own.length; i++) {
      for (int k = start[i]; k < start[i + 1]; k++) {
        if (!Float.isFinite(value[k])) {
          throw new InvalidDataException(
              "A value is " + value[k],
              side.place(own[i]) + ", gene " + side.genes().id(gene[k]),
              "Remove or repair values that are not finite.");
        }
      }
    }
  }

  @Override
  public String toString() {
    return side.source() + ": " + rows.size() + " labels";
  }
}
