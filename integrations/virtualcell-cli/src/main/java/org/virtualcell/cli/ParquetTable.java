package org.virtualcell.cli;

import blue.strategic.parquet.ParquetWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.io.AtomicFile;

/**
 * Writes a table as a Parquet file, for data frames of other languages. A missing value (null) is
 * written as missing; NaN is a number. The file is there whole or not at all.
 */
final class ParquetTable {
  /** What a column holds. */
  enum Kind {
    /** Text, UTF-8. */
    TEXT,
    /** A number in double precision. */
    NUMBER,
    /** A whole number of 64 bits. */
    COUNT
  }

  /** A column. */
  record Column(String name, Kind kind) {}

  private ParquetTable() {}

  /**
   * Writes a table.
   *
   * @param target where to
   * @param force whether a file that is there may be replaced
   * @param columns the columns, at least one
   * @param rows each with one value per column: text, a Number or null
   * @throws InvalidDataException if a row does not fit the columns; the message names the row
   */
  static void write(
      Path target, boolean force, List<Column> columns, Iterable<? extends List<?>> rows) {
    Types.MessageTypeBuilder schema = Types.buildMessage();
    for (Column column : columns) {
      switch (column.kind()) {
        case TEXT ->
            schema
                .optional(PrimitiveTypeName.BINARY)
                .as(LogicalTypeAnnotation.stringType())
                .named(column.name());
        case NUMBER -> schema.optional(PrimitiveTypeName.DOUBLE).named(column.name());
        case COUNT -> schema.optional(PrimitiveTypeName.INT64).named(column.name());
      }
    }
    MessageType type = schema.named("table");
    AtomicFile.writeVia(target, force, temporary -> write(temporary, type, columns, rows));
  }

  private static void write(
      Path file, MessageType type, List<Column> columns, Iterable<? extends List<?>> rows)
      throws IOException {
    try (ParquetWriter<List<?>> writer =
        ParquetWriter.writeFile(
            type,
            file.toFile(),
            (row, out) -> {
              for (int c = 0; c < columns.size(); c++) {
                Object value = row.get(c);
                if (value != null) {
                  out.write(columns.get(c).name(), converted(value, columns.get(c)));
                }
              }
            })) {
      long number = 0;
      for (List<?> row : rows) {
        number++;
        if (row.size() != columns.size()) {
          throw new InvalidDataException(
              "A row has " + row.size() + " values for " + columns.size() + " columns",
              "row " + number,
              "Give every column a value; null where it is missing.");
        }
        writer.write(row);
      }
    }
  }

  private static Object converted(Object value, Column column) {
    return switch (column.kind()) {
      case TEXT -> value.toString();
      case NUMBER -> ((Number) value).doubleValue();
      case COUNT -> ((Number) value).longValue();
    };
  }
}
