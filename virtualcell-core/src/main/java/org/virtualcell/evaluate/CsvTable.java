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
public final class CsvTable {
  private final String[] columns;
  private final List<String[]> rows = new ArrayList<>();

  /**
   * Starts a table.
   *
   * @param columns the names of its columns
   */
  public CsvTable(String... columns) {
    this.columns = columns.clone();
  }

  /**
   * Adds a row.
   *
   * @param cells one text per column
   * @throws IllegalArgumentException if their number differs from that of the columns
   */
  public void add(String... cells) {
    if (cells.length != columns.length) {
      throw new IllegalArgumentException(cells.length + " cells, " + columns.length + " columns");
    }
    rows.add(cells);
  }

  /**
   * A number as text.
   *
   * @param value any number
   * @return the fewest digits that give it back; {@code NaN}, {@code Infinity} or {@code -Infinity}
   *     where there are none
   */
  public static String number(double value) {
    return Double.isFinite(value) ? Json.line(value) : Double.toString(value);
  }

  /**
   * The whole table.
   *
   * @return its text, the header first
   */
  public String text() {
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
