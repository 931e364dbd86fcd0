package org.virtualcell.atlas;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.virtualcell.api.Dose;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.io.Table;

/**
 * Which columns say how much of a compound or protein was given, and for how long.
 *
 * @param dose the column of doses; empty where none is read
 * @param doseUnit the column of their units; empty where the doses carry it or it is stated
 * @param statedUnit the unit of doses that carry none
 * @param time the column of times; empty where none is read
 * @param timeUnit the column of their units; empty where the times carry it
 */
public record ExposureColumns(
    Optional<String> dose,
    Optional<String> doseUnit,
    Optional<Dose.Unit> statedUnit,
    Optional<String> time,
    Optional<String> timeUnit) {
  /** Neither dose nor time is read. */
  public static final ExposureColumns NONE =
      new ExposureColumns(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  private static final List<String> DOSES =
      List.of("dose_value", "dose", "pert_dose", "concentration");
  private static final List<String> DOSE_UNITS =
      List.of("dose_unit", "dose_units", "pert_dose_unit", "concentration_unit");
  private static final List<String> TIMES = List.of("time", "timepoint", "pert_time");
  private static final List<String> TIME_UNITS =
      List.of("time_unit", "timepoint_unit", "pert_time_unit");
  private static final Set<String> UNKNOWN = Set.of("", "NA", "NaN", "nan", "None", "null", "-666");

  /** Checks that nothing is null. */
  public ExposureColumns {
    Objects.requireNonNull(dose, "dose");
    Objects.requireNonNull(doseUnit, "doseUnit");
    Objects.requireNonNull(statedUnit, "statedUnit");
    Objects.requireNonNull(time, "time");
    Objects.requireNonNull(timeUnit, "timeUnit");
  }

  /**
   * A stated column is read; of others those whose values have units. A dose whose unit nobody
   * knows tells conditions apart and yet says nothing of how they differ.
   */
  static ExposureColumns detect(Table table, KeyRequest stated, List<String> why) {
    Optional<String> doseUnit = first(table, DOSE_UNITS);
    Optional<String> dose =
        stated
            .dose()
            .or(
                () ->
                    first(table, DOSES)
                        .filter(
                            c ->
                                doseUnit.isPresent()
                                    || stated.doseUnit().isPresent()
                                    || hasUnits(table, c)));
    Optional<String> timeUnit = first(table, TIME_UNITS);
    Optional<String> time =
        stated
            .time()
            .or(() -> first(table, TIMES).filter(c -> timeUnit.isPresent() || hasUnits(table, c)));
    dose.ifPresent(
        c ->
            why.add(
                "dose of compounds and proteins: column '"
                    + c
                    + "'"
                    + stated
                        .doseUnit()
                        .map(u -> " in " + u.symbol())
                        .orElse(doseUnit.map(u -> ", unit in '" + u + "'").orElse(""))));
    time.ifPresent(c -> why.add("time of compounds and proteins: column '" + c + "'"));
    dose.ifPresent(table::column);
    time.ifPresent(table::column);
    return new ExposureColumns(dose, doseUnit, stated.doseUnit(), time, timeUnit);
  }

  private static Optional<String> first(Table table, List<String> names) {
    return names.stream().filter(table::has).findFirst();
  }

  /** Whether some value has letters behind its number, and no sign of several parts. */
  private static boolean hasUnits(Table table, String column) {
    return table.column(column).strings().stream()
        .anyMatch(v -> v != null && v.strip().matches("[0-9.]+\\s*[A-Za-z\u00b5\u03bc].*"));
  }

  /** The exposure of a row, as text with units; blank where nothing is stated. */
  String[] texts(Table table, int row) {
    return new String[] {
      text(
          table,
          row,
          dose,
          statedUnit
              .map(Dose.Unit::symbol)
              .or(() -> doseUnit.map(c -> table.column(c).strings().get(row)))),
      text(table, row, time, timeUnit.map(c -> table.column(c).strings().get(row)))
    };
  }

  private static String text(Table table, int row, Optional<String> column, Optional<String> unit) {
    String value = column.map(c -> table.column(c).strings().get(row)).orElse(null);
    if (value == null || UNKNOWN.contains(value.strip())) {
      return "";
    }
    boolean bare = value.strip().matches("[0-9.eE+-]+");
    return bare ? value + unit.map(u -> " " + u).orElse("") : value;
  }

  /** A dose, with a hint at the option where its unit is missing. */
  static Dose dose(String text, String where) {
    try {
      return ExposureText.dose(text, where);
    } catch (InvalidDataException e) {
      throw new InvalidDataException(
          e.what(), where, e.remedy() + " Or state the unit of the column (--dose-unit).", e);
    }
  }
}
