package org.virtualcell.io;

import java.util.Optional;
import org.virtualcell.api.ExpressionUnits;

/** How a file written by this library states the units of its matrix X, below {@code uns}. */
final class UnitsNote {
  static final String GROUP = "virtualcell";
  static final String UNITS = "uns/" + GROUP + "/units";
  static final String TOTAL = "uns/" + GROUP + "/total";
  static final String COUNTS = "counts";
  static final String LOG1P = "log1p";

  private UnitsNote() {}

  /** What the file states, empty when it states nothing that is understood. */
  static Optional<ExpressionUnits> read(Hdf5File file) {
    if (!file.isDataset(UNITS)) {
      return Optional.empty();
    }
    String[] stated = file.strings(UNITS);
    if (stated.length != 1 || stated[0] == null) {
      return Optional.empty();
    }
    return switch (stated[0]) {
      case COUNTS -> Optional.of(ExpressionUnits.rawCounts());
      case LOG1P ->
          Optional.of(
              total(file)
                  .map(ExpressionUnits::logNormalized)
                  .orElseGet(ExpressionUnits::logNormalizedToUnstatedTotal));
      default -> Optional.empty();
    };
  }

  private static Optional<Double> total(Hdf5File file) {
    if (!file.isDataset(TOTAL)) {
      return Optional.empty();
    }
    Object value = file.readWhole(file.dataset(TOTAL), TOTAL);
    return value instanceof Double total && total > 0 && Double.isFinite(total)
        ? Optional.of(total)
        : Optional.empty();
  }
}
