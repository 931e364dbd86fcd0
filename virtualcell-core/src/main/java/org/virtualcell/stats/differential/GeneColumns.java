package org.virtualcell.stats.differential;

/** Some genes of cells, gene by gene; within a gene in the order of cells. */
final class GeneColumns {
  private final int first;
  private final int[] start;
  private final int[] cell;
  private final double[] value;

  private GeneColumns(int first, int[] start) {
    this.first = first;
    this.start = start;
    this.cell = new int[start[start.length - 1]];
    this.value = new double[cell.length];
  }

  /** Turns the genes from {@code first} up to {@code end} around. */
  static GeneColumns of(CellValues cells, CellScan scan, int first, int end) {
    int[] start = new int[end - first + 1];
    for (int g = first; g < end; g++) {
      start[g - first + 1] = Math.addExact(start[g - first], scan.stored(g));
    }
    GeneColumns columns = new GeneColumns(first, start);
    int[] next = start.clone();
    int[] gene = new int[cells.genes()];
    double[] value = new double[cells.genes()];
    for (int c = 0; c < cells.cells(); c++) {
      int count = cells.row(c, gene, value);
      for (int k = 0; k < count; k++) {
        if (gene[k] >= first && gene[k] < end) {
          int at = next[gene[k] - first]++;
          columns.cell[at] = c;
          columns.value[at] = value[k];
        }
      }
    }
    return columns;
  }

  int from(int gene) {
    return start[gene - first];
  }

  int to(int gene) {
    return start[gene - first + 1];
  }

  int cell(int at) {
    return cell[at];
  }

  double value(int at) {
    return value[at];
  }
}
