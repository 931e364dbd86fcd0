package org.virtualcell.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.util.ArrayList;
import java.util.List;
import org.virtualcell.provenance.Json;

/**
 * Rows of text as CSV: a header line, a comma between cells, quotes only where needed, lines end
 * with LF. Numbers have the fewest digits that give the same number back, with a point.
 */
final class CsvTable {
  private final String[] columns;
  private final List<String[]> rows = new ArrayList<>();

  CsvTable(String... columns) {
    this.columns = columns.clone();
  }

  void add(String... cells) {
    if (cells.length != columns.length) {
      throw new IllegalArgumentException(cells.length + " cells, " + columns.length + " columns");
    }
    rows.add(cells);
  }

  static String number(double value) {
    return Json.line(value);
  }

  /** The whole table as text. */
  String text() {
    CsvSchema.Builder schema = CsvSchema.builder();
    for (String column : columns) {
      schema.addColumn(column);
    }
    try {
      return CsvMapper.builder()
          // else every text with a plus sign is quoted
          .enable(CsvGenerator.Feature.STRICT_CHECK_FOR_QUOTING)
          .build()
          .writer(schema.build().withLineSeparator("\n").withHeader())
          .writeValueAsString(rows);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("rows of text can always be written", e);
    }
  }
}
