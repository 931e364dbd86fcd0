package org.virtualcell.evaluate.paired;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.function.ToLongFunction;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.MemoryBudgetException;
import org.virtualcell.api.RowRun;

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
   * Divides labels into batches of whole groups that fit a budget, in their order.
   *
   * @param sides groups that are read together
   * @param labels the labels
   * @param budget the most bytes of sparse rows of all sides at a time
   * @return the batches
   * @throws MemoryBudgetException if one label alone does not fit
   */
  public static List<List<String>> batches(
      List<GroupedCells> sides, List<String> labels, long budget) {
    return batches(
        labels,
        label -> sides.stream().mapToLong(side -> side.bytes(label)).sum(),
        budget,
        "the budget is " + budget);
  }

  /**
   * Divides labels into batches of whole groups that fit a budget, in their order.
   *
   * @param labels the labels
   * @param bytes what the cells of a label need
   * @param budget the most bytes at a time
   * @param limit says what the budget is, in messages
   * @return the batches
   * @throws MemoryBudgetException if one label alone does not fit
   */
  public static List<List<String>> batches(
      List<String> labels, ToLongFunction<String> bytes, long budget, String limit) {
    List<List<String>> batches = new ArrayList<>();
    List<String> batch = new ArrayList<>();
    long used = 0;
    for (String label : labels) {
      long need = bytes.applyAsLong(label);
      if (need > budget) {
        throw new MemoryBudgetException(
            "The cells of one perturbation need " + need + " bytes, " + limit,
            "'" + label + "'",
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
    return read(List.of(label)).get(0);
  }

  /**
   * Reads several groups in one sweep over the file.
   *
   * @param labels different labels
   * @return the cells of each, in the order of the file; no row where there is no such label
   * @throws InvalidDataException if a value is not finite; the message names the cell and the gene
   * @throws MemoryBudgetException if a group is larger than one matrix can be
   */
  public List<CsrMatrix> read(List<String> labels) {
    List<int[]> own = labels.stream().map(label -> rows.getOrDefault(label, new int[0])).toList();
    if (side.cells() instanceof CsrMatrix whole) {
      return own.stream().map(whole::select).toList();
    }
    List<GroupRows> groups = new ArrayList<>();
    for (int i = 0; i < own.size(); i++) {
      groups.add(new GroupRows(side, labels.get(i), own.get(i), bytes(labels.get(i))));
    }
    long[] order = order(own);
    int[] all = Arrays.stream(order).mapToInt(row -> (int) (row >>> Integer.SIZE)).toArray();
    for (int i = 0; i < all.length; ) {
      RowRun run = RowRun.from(side.cells(), all, i);
      CsrMatrix block = block(run.first(), run.count());
      for (; i < run.to(); i++) {
        groups.get((int) order[i]).take(block, (int) (all[i] - run.first()));
      }
    }
    return groups.stream().map(GroupRows::matrix).toList();
  }

  /** Rows ascending in the upper half, the group of each in the lower. */
  private static long[] order(List<int[]> own) {
    long[] order = new long[own.stream().mapToInt(rows -> rows.length).sum()];
    int next = 0;
    for (int group = 0; group < own.size(); group++) {
      for (int row : own.get(group)) {
        order[next++] = (long) row << Integer.SIZE | group;
      }
    }
    Arrays.sort(order);
    return order;
  }

  private CsrMatrix block(long first, int count) {
    int size = Math.toIntExact(side.cells().nonZeros(first, count));
    int[] start = new int[count + 1];
    int[] gene = new int[size];
    float[] value = new float[size];
    side.cells().copyRows(first, count, start, gene, value);
    requireFinite(first, start, gene, value);
    return CsrMatrix.wrap(count, side.genes().size(), start, gene, value);
  }

  private static int run(int[] own, int from) {
    int to = from + 1;
    while (to < own.length && own[to] == own[to - 1] + 1) {
      to++;
    }
    return to - from;
  }

  private void requireFinite(long first, int[] start, int[] gene, float[] value) {
    for (int i = 0; i + 1 < start.length; i++) {
      for (int k = start[i]; k < start[i + 1]; k++) {
        if (!Float.isFinite(value[k])) {
          throw new InvalidDataException(
              "A value is " + value[k],
              side.place((int) first + i) + ", gene " + side.genes().id(gene[k]),
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
