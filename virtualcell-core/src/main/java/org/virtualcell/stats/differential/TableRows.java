package org.virtualcell.stats.differential;

import java.util.Arrays;

/** Collects the rows of a table; they come group by group. */
final class TableRows {
  private static final int COLUMNS = 7;

  private int[] group = new int[1024];
  private int[] gene = new int[1024];
  private final double[][] numbers = new double[COLUMNS][1024];
  private int size;

  void add(DifferentialTable.Row row) {
    if (size == gene.length) {
      int larger = Math.max(size + 1, (int) Math.min(Integer.MAX_VALUE - 8L, size * 2L));
      group = Arrays.copyOf(group, larger);
      gene = Arrays.copyOf(gene, larger);
      for (int c = 0; c < COLUMNS; c++) {
        numbers[c] = Arrays.copyOf(numbers[c], larger);
      }
    }
    group[size] = row.group();
    gene[size] = row.gene();
    numbers[0][size] = row.targetMean();
    numbers[1][size] = row.referenceMean();
    numbers[2][size] = row.log2FoldChange();
    numbers[3][size] = row.percentChange();
    numbers[4][size] = row.statistic();
    numbers[5][size] = row.p();
    numbers[6][size] = row.fdr();
    size++;
  }

  int[] firstRow(int groups) {
    int[] first = new int[groups + 1];
    for (int row = 0; row < size; row++) {
      first[group[row] + 1]++;
    }
    for (int g = 0; g < groups; g++) {
      first[g + 1] += first[g];
    }
    return first;
  }

  int[] genes() {
    return Arrays.copyOf(gene, size);
  }

  double[][] numbers() {
    double[][] exact = new double[COLUMNS][];
    for (int c = 0; c < COLUMNS; c++) {
      exact[c] = Arrays.copyOf(numbers[c], size);
    }
    return exact;
  }
}
