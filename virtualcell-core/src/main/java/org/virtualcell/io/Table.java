package org.virtualcell.io;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.virtualcell.api.InvalidDataException;

/** Named columns over labelled rows: the cells or the genes of a file. Immutable. */
public final class Table {
  private final String source;
  private final List<String> index;
  private final Map<String, Column> columns;

  private Table(String source, List<String> index, Map<String, Column> columns) {
    this.source = source;
    this.index = index;
    this.columns = columns;
  }

  /**
   * A table.
   *
   * @param source the file and table the columns come from, for messages
   * @param index a label per row
   * @param columns columns of as many rows, with different names
   * @return the table
   * @throws InvalidDataException if a column's length differs or a name occurs twice
   */
  public static Table of(String source, List<String> index, Collection<Column> columns) {
    Map<String, Column> byName = new LinkedHashMap<>();
    for (Column column : columns) {
      if (column.size() != index.size()) {
        throw new InvalidDataException(
            "Column '" + column.name() + "' has " + column.size() + " of " + index.size() + " rows",
            source,
            "Every column needs one value per row.");
      }
      if (byName.put(column.name(), column) != null) {
        throw new InvalidDataException(
            "Column '" + column.name() + "' occurs twice", source, "Rename one of them.");
      }
    }
    return new Table(Objects.requireNonNull(source, "source"), List.copyOf(index), byName);
  }

  /**
   * The number of rows.
   *
   * @return zero or more
   */
  public int rows() {
    return index.size();
  }

  /**
   * The labels of the rows: cell barcodes or gene names.
   *
   * @return an immutable list
   */
  public List<String> index() {
    return index;
  }

  /**
   * The names of the columns in the file's order, the labels not among them.
   *
   * @return an immutable list
   */
  public List<String> names() {
    return List.copyOf(columns.keySet());
  }

  /**
   * Whether there is a column of this name.
   *
   * @param name a name, in the file's own spelling
   * @return true if so
   */
  public boolean has(String name) {
    return columns.containsKey(name);
  }

  /**
   * A column.
   *
   * @param name its name, in the file's own spelling
   * @return the column
   * @throws InvalidDataException if there is none of this name; the message lists those there are
   */
  public Column column(String name) {
    Column column = columns.get(Objects.requireNonNull(name, "name"));
    if (column == null) {
      throw new InvalidDataException(
          "There is no column '" + name + "'",
          source,
          "Name one of: "
              + (columns.isEmpty() ? "(no columns)" : String.join(", ", names()))
              + ".");
    }
    return column;
  }

  /**
   * All columns in the file's order.
   *
   * @return an unmodifiable list
   */
  public List<Column> columns() {
    return Collections.unmodifiableList(new ArrayList<>(columns.values()));
  }

  /**
   * The file and table the columns come from.
   *
   * @return for messages
   */
  public String source() {
    return source;
  }

  @Override
  public String toString() {
    return source + ": " + rows() + " rows, columns " + columns.keySet();
  }
}
