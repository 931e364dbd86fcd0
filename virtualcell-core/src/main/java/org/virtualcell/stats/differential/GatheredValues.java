package org.virtualcell.stats.differential;

/** Cells copied out of a file of double precision: compressed rows. */
final class GatheredValues implements CellValues {
  private final int[] start;
  private final int[] gene;
  private final double[] value;
  private final int genes;

  /** Arrays are not copied and not to be changed. */
  GatheredValues(int[] start, int[] gene, double[] value, int genes) {
    this.start = start;
    this.gene = gene;
    this.value = value;
    this.genes = genes;
  }

  @Override
  public int cells() {
    return start.length - 1;
  }

  @Override
  public int genes() {
    return genes;
  }

  @Override
  public int row(int cell, int[] toGene, double[] toValue) {
    int count = start[cell + 1] - start[cell];
    System.arraycopy(gene, start[cell], toGene, 0, count);
    System.arraycopy(value, start[cell], toValue, 0, count);
    return count;
  }
}
