package org.virtualcell.evaluate.celleval;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.virtualcell.stats.differential.DifferentialTable;

/**
 * The genes of one perturbation in a table of differential expression, in single precision as the
 * original compares them; significant with an adjusted p value strictly below 0.05.
 */
final class GroupGenes {
  private static final float LEVEL = 0.05f;

  private final String[] name;
  private final float[] change;
  private final float[] fdr;
  private final Map<String, Integer> index = new HashMap<>();
  private final int[] significantBySize;

  private GroupGenes(String[] name, float[] change, float[] fdr) {
    this.name = name;
    this.change = change;
    this.fdr = fdr;
    for (int i = 0; i < name.length; i++) {
      index.put(name[i], i);
    }
    significantBySize =
        IntStream.range(0, name.length)
            .filter(this::significant)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -size(i)))
            .mapToInt(i -> i)
            .toArray();
  }

  /** The rows of a group; none where the table has no such group. */
  static GroupGenes of(DifferentialTable table, String group) {
    int at = table.groups().indexOf(group);
    int from = at < 0 ? 0 : table.firstRow(at);
    int to = at < 0 ? 0 : table.firstRow(at + 1);
    String[] name = new String[to - from];
    float[] change = new float[name.length];
    float[] fdr = new float[name.length];
    for (int row = from; row < to; row++) {
      name[row - from] = table.genes().get(table.gene(row));
      change[row - from] = (float) table.log2FoldChange(row);
      fdr[row - from] = (float) table.fdr(row);
    }
    return new GroupGenes(name, change, fdr);
  }

  /** Undefined changes come last. */
  private double size(int i) {
    return Float.isNaN(change[i]) ? -1 : Math.abs(change[i]);
  }

  int genes() {
    return name.length;
  }

  String name(int i) {
    return name[i];
  }

  float change(int i) {
    return change[i];
  }

  float fdr(int i) {
    return fdr[i];
  }

  boolean significant(int i) {
    return fdr[i] < LEVEL;
  }

  /** Where a gene is, or -1. */
  int find(String gene) {
    return index.getOrDefault(gene, -1);
  }

  int significantCount() {
    return significantBySize.length;
  }

  /** The significant genes, largest absolute change first; ties in the order of the table. */
  int[] significant() {
    return significantBySize.clone();
  }

  /** How many of the first k significant genes of two sides are the same. */
  static int common(GroupGenes a, GroupGenes b, int k) {
    int common = 0;
    int[] theirs =
        Arrays.stream(b.significantBySize).limit(k).map(i -> a.find(b.name[i])).sorted().toArray();
    for (int rank = 0; rank < Math.min(k, a.significantBySize.length); rank++) {
      common += Arrays.binarySearch(theirs, a.significantBySize[rank]) >= 0 ? 1 : 0;
    }
    return common;
  }
}
