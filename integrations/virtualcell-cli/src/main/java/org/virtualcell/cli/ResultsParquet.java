package org.virtualcell.cli;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** The long tables of an evaluation as Parquet files with the same columns. */
final class ResultsParquet {
  /** The tables that may be there. */
  private static final List<String> TABLES = List.of("results", "agg_results", "scores");

  /** All other columns are text. */
  private static final Set<String> NUMBERS =
      Set.of(
          "value", "cohort", "baseline", "replicate", "score", "from_baseline", "constant_scale");

  private ResultsParquet() {}

  /**
   * The names of the files.
   *
   * @return all that can be written
   */
  static List<String> names() {
    return TABLES.stream().map(table -> table + ".parquet").toList();
  }

  /**
   * Writes each table that is in a folder as CSV once more.
   *
   * @param folder where the tables are
   */
  static void write(Path folder) {
    for (String table : TABLES) {
      Path csv = folder.resolve(table + ".csv");
      if (Files.exists(csv)) {
        List<String[]> rows = rows(csv);
        List<ParquetTable.Column> columns =
            Arrays.stream(rows.get(0)).map(ResultsParquet::column).toList();
        ParquetTable.write(
            folder.resolve(table + ".parquet"),
            false,
            columns,
            rows.stream().skip(1).map(row -> values(columns, row)).toList());
      }
    }
  }

  private static ParquetTable.Column column(String name) {
    return new ParquetTable.Column(
        name, NUMBERS.contains(name) ? ParquetTable.Kind.NUMBER : ParquetTable.Kind.TEXT);
  }

  private static List<Object> values(List<ParquetTable.Column> columns, String... row) {
    List<Object> values = new ArrayList<>();
    for (int c = 0; c < row.length; c++) {
      boolean number = columns.get(c).kind() == ParquetTable.Kind.NUMBER;
      values.add(!number ? row[c] : row[c].isEmpty() ? null : Double.valueOf(row[c]));
    }
    return values;
  }

  private static List<String[]> rows(Path csv) {
    try (MappingIterator<String[]> rows =
        CsvMapper.builder()
            .enable(CsvParser.Feature.WRAP_AS_ARRAY)
            .build()
            .readerFor(String[].class)
            .readValues(csv.toFile())) {
      return rows.readAll();
    } catch (IOException e) {
      throw new UncheckedIOException("Reading back " + csv, e);
    }
  }
}
