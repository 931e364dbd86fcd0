package org.virtualcell.io;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a file is, as far as it can be told.
 *
 * @param source the file
 * @param format its format and age
 * @param cells how many cells it has
 * @param genes how many genes it has
 * @param observationColumns the columns that describe the cells
 * @param variableColumns the columns that describe the genes
 * @param matrices the matrices that can be chosen with {@link ReadOptions#withMatrix(String)}
 * @param units what the values of the chosen matrix are; empty when it could not be read
 * @param faults what is wrong with the file or was left out, a sentence each
 */
public record FileReport(
    String source,
    String format,
    long cells,
    int genes,
    List<String> observationColumns,
    List<String> variableColumns,
    List<String> matrices,
    Optional<DetectedUnits> units,
    List<String> faults) {
  /** Copies the lists. */
  public FileReport {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(format, "format");
    observationColumns = List.copyOf(observationColumns);
    variableColumns = List.copyOf(variableColumns);
    matrices = List.copyOf(matrices);
    Objects.requireNonNull(units, "units");
    faults = List.copyOf(faults);
  }

  /** The report of a file that was opened without error; reads all values once to find faults. */
  static FileReport of(AnnotatedData data) {
    List<String> faults = new java.util.ArrayList<>(data.contents().faults());
    faults.addAll(data.units().faults());
    firstFault(data).ifPresent(faults::add);
    return new FileReport(
        data.source(),
        data.format(),
        data.expression().rows(),
        data.genes().size(),
        data.observations().names(),
        data.variables().names(),
        data.contents().matrices(),
        Optional.of(data.units()),
        faults);
  }

  private static Optional<String> firstFault(AnnotatedData data) {
    final int block = 1024;
    try {
      for (long row = 0; row < data.expression().rows(); row += block) {
        data.expression().block(row, (int) Math.min(block, data.expression().rows() - row));
      }
      return Optional.empty();
    } catch (org.virtualcell.api.VirtualCellException e) {
      return Optional.of(e.getMessage());
    }
  }
}
