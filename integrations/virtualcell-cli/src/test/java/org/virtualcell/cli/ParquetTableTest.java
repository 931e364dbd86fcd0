package org.virtualcell.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import blue.strategic.parquet.Hydrator;
import blue.strategic.parquet.ParquetReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.OutputExistsException;
import org.virtualcell.cli.ParquetTable.Column;
import org.virtualcell.cli.ParquetTable.Kind;

class ParquetTableTest {
  private static final List<Column> COLUMNS =
      List.of(
          new Column("target", Kind.TEXT),
          new Column("p_value", Kind.NUMBER),
          new Column("cells", Kind.COUNT));

  @TempDir Path folder;

  /** A row per map, missing values left out. */
  static List<Map<String, Object>> read(Path file) throws IOException {
    Hydrator<Map<String, Object>, Map<String, Object>, String[]> hydrator =
        new Hydrator<>() {
          @Override
          public Map<String, Object> start() {
            return new LinkedHashMap<>();
          }

          @Override
          public Map<String, Object> add(Map<String, Object> row, String[] column, Object value) {
            row.put(column[0], value);
            return row;
          }

          @Override
          public Map<String, Object> finish(Map<String, Object> row) {
            return row;
          }
        };
    try (Stream<Map<String, Object>> rows = ParquetReader.streamContent(file.toFile(), hydrator)) {
      return rows.toList();
    }
  }

  @Test
  void whatIsWrittenIsReadBackAndMissingIsNotZero() throws IOException {
    Path file = folder.resolve("de.parquet");
    ParquetTable.write(
        file,
        false,
        COLUMNS,
        List.of(
            Arrays.asList("JAK2 \u03b2", 1e-300, 41), Arrays.asList("STAT1", Double.NaN, null)));
    List<Map<String, Object>> rows = read(file);
    assertEquals(2, rows.size());
    assertEquals("JAK2 \u03b2", rows.get(0).get("target"));
    assertEquals(1e-300, rows.get(0).get("p_value"));
    assertEquals(41L, rows.get(0).get("cells"));
    assertEquals(Double.NaN, rows.get(1).get("p_value"));
    assertEquals(null, rows.get(1).get("cells"));
  }

  @Test
  void aRowThatDoesNotFitLeavesNoFile() {
    Path file = folder.resolve("de.parquet");
    InvalidDataException refused =
        assertThrows(
            InvalidDataException.class,
            () -> ParquetTable.write(file, false, COLUMNS, List.of(List.of("JAK2", 0.5))));
    assertEquals("row 1", refused.where());
    assertFalse(Files.exists(file));
  }

  @Test
  void aFileThatIsThereIsKept() throws IOException {
    Path file = Files.writeString(folder.resolve("de.parquet"), "precious");
    assertThrows(
        OutputExistsException.class, () -> ParquetTable.write(file, false, COLUMNS, List.of()));
    assertEquals("precious", Files.readString(file));
  }
}
