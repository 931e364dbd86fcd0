package org.virtualcell.evaluate.compare;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.StorageException;

/** The rows of a {@code results.csv}. */
final class ResultRows {
  static final String FILE = "results.csv";

  private static final List<String> COLUMNS =
      List.of("model", "regime", "perturbation", "context", "metric", "value");

  private ResultRows() {}

  /** One value of one held-out condition. */
  record Row(
      String model,
      String regime,
      String perturbation,
      String context,
      String metric,
      double value) {}

  /**
   * Reads a file, or the file of that name in a folder.
   *
   * @throws StorageException if it cannot be read
   * @throws DataFormatException if it is no table of results; the message names the line
   */
  static List<Row> read(Path source) {
    Path file = Files.isDirectory(source) ? source.resolve(FILE) : source;
    if (!Files.isRegularFile(file)) {
      throw new StorageException(
          "There are no results here",
          file.toString(),
          "Name a folder that 'vc quickstart' or 'vc evaluate' wrote, or a results.csv.");
    }
    List<Row> rows = new ArrayList<>();
    try (MappingIterator<String[]> lines =
        CsvMapper.builder()
            .enable(CsvParser.Feature.WRAP_AS_ARRAY)
            .build()
            .readerFor(String[].class)
            .readValues(file.toFile())) {
      requireHeader(file, lines.hasNext() ? lines.next() : new String[0]);
      for (int line = 2; lines.hasNext(); line++) {
        Row row = row(file, line, lines.next());
        if (!Double.isNaN(row.value())) { // not defined there, which is the same as no value
          rows.add(row);
        }
      }
    } catch (IOException | RuntimeException e) {
      if (e instanceof DataFormatException format) {
        throw format;
      }
      throw new StorageException(
          "The results cannot be read", file.toString(), "Check that it is a CSV file.", e);
    }
    if (rows.isEmpty()) {
      throw new DataFormatException(
          "The results are empty", file.toString(), "Evaluate something first.");
    }
    return rows;
  }

  private static void requireHeader(Path file, String[] header) {
    if (!List.of(header).equals(COLUMNS)) {
      throw new DataFormatException(
          "These are no results of an evaluation: the columns are " + List.of(header),
          file + ", line 1",
          "Pass a results.csv with the columns " + COLUMNS + ".");
    }
  }

  private static Row row(Path file, int line, String[] cells) {
    if (cells.length != COLUMNS.size()) {
      throw new DataFormatException(
          cells.length + " cells instead of " + COLUMNS.size(),
          file + ", line " + line,
          "The file is damaged; evaluate again.");
    }
    double value;
    try {
      value = Double.parseDouble(cells[5]);
    } catch (NumberFormatException e) {
      value = Double.POSITIVE_INFINITY;
    }
    if (Double.isInfinite(value)) {
      throw new DataFormatException(
          "'" + cells[5] + "' is no finite number",
          file + ", line " + line,
          "Leave out what has no value.");
    }
    return new Row(cells[0], cells[1], cells[2], cells[3], cells[4], value);
  }
}
