package org.virtualcell.stats.differential;

import java.util.Arrays;
import java.util.Optional;
import org.virtualcell.api.ExpressionMatrix;

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

  @Override
  public Optional<ExpressionMatrix> inSinglePrecision() {
    return all.inSinglePrecision().map(matrix -> StackedRows.of(matrix, chosen));
  }

  @Override
  public CellValues gather(int... some) {
    return all.gather(Arrays.stream(some).map(cell -> chosen[cell]).toArray());
  }

  @Override
  public long gatheredBytes(int... some) {
    return all.gatheredBytes(Arrays.stream(some).map(cell -> chosen[cell]).toArray());
  }
}
