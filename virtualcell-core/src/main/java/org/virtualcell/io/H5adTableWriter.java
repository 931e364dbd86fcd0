package org.virtualcell.io;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.virtualcell.api.InvalidDataException;

/** Writes a table as an h5ad data frame. */
final class H5adTableWriter {
  private static final String INDEX = "_index";

  private final Hdf5Output out;

  H5adTableWriter(Hdf5Output out) {
    this.out = out;
  }

  void write(String place, Table table) {
    table.names().forEach(H5adWriter::requireName);
    if (table.has(INDEX)) {
      throw new InvalidDataException(
          "A column is named '_index', the name of the row labels", place, "Rename the column.");
    }
    out.dataFrame(place, INDEX, table.names());
    out.strings(place + "/" + INDEX, table.index());
    for (Column column : table.columns()) {
      write(place + "/" + column.name(), column);
    }
  }

  private void write(String place, Column column) {
    switch (column.kind()) {
      case TEXT -> writeText(place, column);
      case CATEGORY -> writeCategories(place, column.categories(), column.codes());
      case DECIMAL -> out.doubles(place, column.numbers());
      case INTEGER, BOOLEAN -> writeNullable(place, column);
    }
  }

  private void writeText(String place, Column column) {
    List<String> values = column.strings();
    TreeSet<String> distinct = new TreeSet<>();
    boolean missing = false;
    for (String value : values) {
      if (value == null) {
        missing = true;
      } else {
        distinct.add(value);
      }
    }
    if (missing || distinct.size() < values.size()) {
      List<String> categories = new ArrayList<>(distinct);
      Map<String, Integer> code = new HashMap<>();
      for (int c = 0; c < categories.size(); c++) {
        code.put(categories.get(c), c);
      }
      int[] codes =
          values.stream().mapToInt(v -> v == null ? Column.MISSING : code.get(v)).toArray();
      writeCategories(place, categories, codes);
    } else {
      out.strings(place, values);
    }
  }

  private void writeCategories(String place, List<String> categories, int[] codes) {
    if (new HashSet<>(categories).size() < categories.size()) {
      throw new InvalidDataException("A category occurs twice", place, "Name every category once.");
    }
    out.categorical(place);
    out.strings(place + "/categories", categories);
    NativeOutput.Width width =
        categories.size() <= Byte.MAX_VALUE
            ? NativeOutput.Width.INT8
            : categories.size() <= Short.MAX_VALUE
                ? NativeOutput.Width.INT16
                : NativeOutput.Width.INT32;
    out.longs(place + "/codes", Arrays.stream(codes).asLongStream().toArray(), width);
  }

  private void writeNullable(String place, Column column) {
    boolean[] missing = new boolean[column.size()];
    boolean any = false;
    for (int row = 0; row < missing.length; row++) {
      missing[row] = column.isMissing(row);
      any |= missing[row];
    }
    boolean whole = column.kind() == Column.Kind.INTEGER;
    if (any) {
      out.group(place, whole ? "nullable-integer" : "nullable-boolean", "0.1.0");
      out.booleans(place + "/mask", missing);
    }
    String values = any ? place + "/values" : place;
    if (whole) {
      out.longs(values, column.integers(), NativeOutput.Width.INT64);
    } else {
      out.booleans(values, column.booleans());
    }
  }
}
