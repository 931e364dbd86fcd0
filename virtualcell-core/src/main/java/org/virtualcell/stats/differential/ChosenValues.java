package org.virtualcell.stats.differential;

/** Some cells of others. */
final class ChosenValues implements CellValues {
  private final CellValues all;
  private final int[] chosen;

  ChosenValues(CellValues all, int[] chosen) {
    this.all = all;
    this.chosen = chosen.clone();
    for (int cell : chosen) {
      java.util.Objects.checkIndex(cell, all.cells());
    }
  }

  @Override
  public int cells() {
    return chosen.length;
  }

  @Override
  public int genes() {
    return all.genes();
  }

  @Override
  public int row(int cell, int[] gene, double[] value) {
    return all.row(chosen[cell], gene, value);
  }
}
