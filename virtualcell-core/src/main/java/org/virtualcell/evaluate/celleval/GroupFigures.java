package org.virtualcell.evaluate.celleval;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.virtualcell.evaluate.cache.NumberArrays;
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

  /** Writes all figures; {@link #read} makes them again. */
  void write(DataOutputStream out) throws IOException {
    NumberArrays.write(out, mean);
    out.writeBoolean(energy.isPresent());
    if (energy.isPresent()) {
      out.writeDouble(energy.get().distance());
      out.writeDouble(energy.get().terms());
    }
    out.writeBoolean(table.isPresent());
    if (table.isPresent()) {
      table.get().write(out);
    }
  }

  static GroupFigures read(DataInputStream in, List<String> genes) throws IOException {
    double[] mean = NumberArrays.read(in);
    Optional<EnergyDistance.Value> energy =
        in.readBoolean()
            ? Optional.of(new EnergyDistance.Value(in.readDouble(), in.readDouble()))
            : Optional.empty();
    Optional<DifferentialTable> table =
        in.readBoolean() ? Optional.of(DifferentialTable.read(in, genes)) : Optional.empty();
    return new GroupFigures(mean, energy, table);
  }
}
