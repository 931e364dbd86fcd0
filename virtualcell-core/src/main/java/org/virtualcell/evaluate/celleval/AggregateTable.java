package org.virtualcell.evaluate.celleval;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.StorageException;

/**
 * Statistics of metrics over perturbations, as the original aggregates them: missing values are
 * skipped, one NaN makes mean and std NaN, and quantiles are values, never interpolated. Immutable.
 */
public final class AggregateTable {
  /** The statistics in their order. */
  public static final List<String> STATISTICS =
      List.of("count", "null_count", "mean", "std", "min", "25%", "50%", "75%", "max");

  private static final String STATISTIC = "statistic";

  private final List<String> columns;
  private final Map<String, Map<String, OptionalDouble>> rows;

  private AggregateTable(List<String> columns, Map<String, Map<String, OptionalDouble>> rows) {
    this.columns = List.copyOf(columns);
    this.rows = Collections.unmodifiableMap(rows);
  }

  static AggregateTable of(List<MetricColumn> columns) {
    Map<String, Map<String, OptionalDouble>> rows = new LinkedHashMap<>();
    STATISTICS.forEach(s -> rows.put(s, new LinkedHashMap<>()));
    List<String> names = new ArrayList<>();
    for (MetricColumn column : columns) {
      names.add(column.metric().label());
      describe(column)
          .forEach((statistic, value) -> rows.get(statistic).put(column.metric().label(), value));
    }
    return new AggregateTable(names, rows);
  }

  /**
   * A table of given statistics, as read from a file.
   *
   * @param columns the metrics in their order
   * @param rows statistic to metric to value
   * @return the table
   */
  public static AggregateTable of(
      List<String> columns, Map<String, Map<String, OptionalDouble>> rows) {
    Map<String, Map<String, OptionalDouble>> copy = new LinkedHashMap<>();
    rows.forEach((statistic, values) -> copy.put(statistic, Map.copyOf(values)));
    return new AggregateTable(columns, copy);
  }

  /**
   * Reads a table of aggregates as cell-eval writes it ({@code agg_results.csv}, here {@code
   * wide_agg_results.csv}): a column {@code statistic}, a column per metric.
   *
   * @param file the file
   * @return the table
   * @throws StorageException if the file cannot be read
   * @throws DataFormatException if it is no such table; the message names the line and the column
   */
  public static AggregateTable read(Path file) {
    List<String[]> lines = new ArrayList<>();
    try (MappingIterator<String[]> rows =
        CsvMapper.builder()
            .enable(CsvParser.Feature.WRAP_AS_ARRAY)
            .build()
            .readerFor(String[].class)
            .readValues(file.toFile())) {
      rows.forEachRemaining(lines::add);
    } catch (IOException | RuntimeException e) {
      throw new StorageException(
          "The table cannot be read", file.toString(), "Check that it is there and is CSV.", e);
    }
    List<String> header = lines.isEmpty() ? List.of() : List.of(lines.get(0));
    int name = header.indexOf(STATISTIC);
    if (name < 0) {
      throw new DataFormatException(
          "There is no column '" + STATISTIC + "'",
          file + ", line 1: columns " + header,
          "Pass the agg_results.csv of cell-eval, or the wide_agg_results.csv of vc evaluate.");
    }
    List<String> metrics = new ArrayList<>(header);
    metrics.remove(name);
    Map<String, Map<String, OptionalDouble>> rows = new LinkedHashMap<>();
    for (int i = 1; i < lines.size(); i++) {
      String place = file + ", line " + (i + 1);
      String[] cells = lines.get(i);
      if (cells.length != header.size()) {
        throw new DataFormatException(
            "A row has " + cells.length + " cells, the header " + header.size(),
            place,
            "The file is damaged; aggregate again.");
      }
      Map<String, OptionalDouble> row = new LinkedHashMap<>();
      for (int c = 0; c < cells.length; c++) {
        if (c != name) {
          row.put(header.get(c), number(cells[c], place + ", column " + header.get(c)));
        }
      }
      if (rows.putIfAbsent(cells[name], row) != null) {
        throw new DataFormatException(
            "The statistic '" + cells[name] + "' stands twice", place, "Leave one of them out.");
      }
    }
    return of(metrics, rows);
  }

  private static OptionalDouble number(String cell, String place) {
    if (cell.isEmpty()) {
      return OptionalDouble.empty();
    }
    try {
      return OptionalDouble.of(Double.parseDouble(cell));
    } catch (NumberFormatException e) {
      throw new DataFormatException(
          "'" + cell + "' is no number", place, "Write numbers with a point; leave out others.", e);
    }
  }

  private static Map<String, OptionalDouble> describe(MetricColumn column) {
    double[] present = column.present();
    int m = present.length;
    Map<String, OptionalDouble> row = new LinkedHashMap<>();
    row.put("count", OptionalDouble.of(m));
    row.put("null_count", OptionalDouble.of(column.size() - m));
    double mean = Arrays.stream(present).sum() / m;
    row.put("mean", m == 0 ? OptionalDouble.empty() : OptionalDouble.of(mean));
    double squares = 0;
    for (double value : present) {
      squares += (value - mean) * (value - mean);
    }
    row.put(
        "std",
        m < 2 ? OptionalDouble.empty() : OptionalDouble.of(StrictMath.sqrt(squares / (m - 1))));
    Arrays.sort(present); // NaN comes last
    row.put("min", quantile(present, 0));
    row.put("25%", quantile(present, 0.25));
    row.put("50%", quantile(present, 0.5));
    row.put("75%", quantile(present, 0.75));
    row.put("max", most(column, present));
    return row;
  }

  /** The value at index q (m - 1), halves rounded up. */
  private static OptionalDouble quantile(double[] sorted, double q) {
    return sorted.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(sorted[(int) Math.floor(q * (sorted.length - 1) + 0.5)]);
  }

  /** The largest number; where all are NaN it is NaN, and missing if a value is. */
  private static OptionalDouble most(MetricColumn column, double... sorted) {
    int numbers = sorted.length - column.undefined();
    if (numbers > 0) {
      return OptionalDouble.of(sorted[numbers - 1]);
    }
    return sorted.length == column.size() && sorted.length > 0
        ? OptionalDouble.of(Double.NaN)
        : OptionalDouble.empty();
  }

  /**
   * The metrics.
   *
   * @return their names in order
   */
  public List<String> columns() {
    return columns;
  }

  /**
   * The statistics there are.
   *
   * @return their names in order
   */
  public List<String> statistics() {
    return List.copyOf(rows.keySet());
  }

  /**
   * A statistic of a metric.
   *
   * @param statistic such as {@code mean}
   * @param column a metric
   * @return the value, possibly NaN; empty where it is missing
   * @throws InvalidDataException if there is no such statistic
   */
  public OptionalDouble value(String statistic, String column) {
    Map<String, OptionalDouble> row = rows.get(statistic);
    if (row == null) {
      throw new InvalidDataException(
          "There is no statistic '" + statistic + "'",
          "aggregate of " + columns,
          "Use one of " + rows.keySet() + ".");
    }
    return row.getOrDefault(column, OptionalDouble.empty());
  }
}
