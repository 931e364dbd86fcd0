package org.virtualcell.evaluate.celleval;

import java.util.Optional;
import org.virtualcell.stats.differential.DifferentialTable;

/** All that is kept of one group of cells on one side. */
final class GroupFigures {
  private final double[] mean;
  private final Optional<EnergyDistance.Value> energy;
  private final Optional<DifferentialTable> table;

  /**
   * Parts that belong together; the array is not copied and not to be changed.
   *
   * @param mean the mean log1p profile; empty where no metric reads it
   * @param energy the energy distance from the control, where a metric reads it
   * @param table differential expression, where a metric reads it
   */
  GroupFigures(
      double[] mean, Optional<EnergyDistance.Value> energy, Optional<DifferentialTable> table) {
    this.mean = mean;
    this.energy = energy;
    this.table = table;
  }

  double[] mean() {
    return mean;
  }

  Optional<EnergyDistance.Value> energy() {
    return energy;
  }

  Optional<DifferentialTable> table() {
    return table;
  }

  GroupFigures withoutTable() {
    return new GroupFigures(mean, energy, Optional.empty());
  }
}
