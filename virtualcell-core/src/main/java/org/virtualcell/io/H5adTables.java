package org.virtualcell.io;

import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads {@code obs} and {@code var} of every age: a group with a child per column (anndata 0.7 and
 * later), or one compound dataset (0.5 and 0.6). Columns in an encoding that is not supported are
 * left out and reported.
 */
final class H5adTables {
  private final Hdf5File file;
  private final List<String> faults;

  H5adTables(Hdf5File file, List<String> faults) {
    this.file = file;
    this.faults = faults;
  }

  Table read(String place) {
    String source = file.path() + ", " + place;
    if (!file.isGroup(place)) {
      return new CompoundTable(file, place, faults).read(source);
    }
    String index = file.text(place, "_index").orElseGet(() -> guessIndex(place));
    String[] labels = labels(place, index);
    List<Column> columns = new ArrayList<>();
    for (String name : columnOrder(place, index)) {
      column(place + "/" + name, name, labels.length).ifPresent(columns::add);
    }
    return Table.of(source, List.of(labels), columns);
  }

  private String guessIndex(String place) {
    for (String name : List.of("_index", "index")) {
      if (file.exists(place + "/" + name)) {
        return name;
      }
    }
    throw file.damaged("The table does not say which column holds its labels", place);
  }

  private String[] labels(String place, String index) {
    String at = place + "/" + index;
    Column column =
        column(at, index, -1)
            .orElseThrow(() -> file.damaged("The labels of the rows cannot be read", at));
    String[] labels = new String[column.size()];
    for (int row = 0; row < labels.length; row++) {
      labels[row] = column.string(row);
      if (labels[row] == null) {
        throw file.damaged("Row " + row + " has no label", at);
      }
    }
    return labels;
  }

  private Set<String> columnOrder(String place, String index) {
    Set<String> order = new LinkedHashSet<>(file.texts(place, "column-order").orElse(List.of()));
    for (String child : file.children(place)) {
      if (!child.equals("__categories")) {
        order.add(child);
      }
    }
    order.remove(index);
    return order;
  }

  /** A column, empty when its encoding is not supported; {@code rows} -1 takes any length. */
  private Optional<Column> column(String place, String name, int rows) {
    Optional<Column> column =
        file.isGroup(place)
            ? encodedColumn(place, name)
            : plainColumn(file.dataset(place), place, name);
    if (column.isPresent() && rows >= 0 && column.get().size() != rows) {
      throw file.damaged(
          "The column has " + column.get().size() + " values, the table " + rows + " rows", place);
    }
    if (column.isEmpty()) {
      faults.add("column " + place + " is left out: its encoding is not supported");
    }
    return column;
  }

  private Optional<Column> encodedColumn(String place, String name) {
    String encoding = file.text(place, "encoding-type").orElse("");
    return switch (encoding) {
      case "categorical" ->
          Optional.of(
              categorical(
                  name, codes(place + "/codes"), texts(place + "/categories"), place + "/codes"));
      case "nullable-integer", "nullable-boolean", "nullable-string-array" -> nullable(place, name);
      default -> Optional.empty();
    };
  }

  private Optional<Column> nullable(String place, String name) {
    boolean[] missing = toBooleans(codes(place + "/mask"));
    return plainColumn(file.dataset(place + "/values"), place + "/values", name)
        .map(values -> withMissing(values, missing, place));
  }

  private Column withMissing(Column values, boolean[] missing, String place) {
    if (missing.length != values.size()) {
      throw file.damaged(
          "The mask has " + missing.length + " values, the column " + values.size(), place);
    }
    return switch (values.kind()) {
      case BOOLEAN -> Column.ofBooleans(values.name(), values.booleans(), missing);
      case INTEGER -> Column.ofIntegers(values.name(), values.integers(), missing);
      case DECIMAL -> {
        double[] numbers = values.numbers();
        for (int row = 0; row < numbers.length; row++) {
          numbers[row] = missing[row] ? Double.NaN : numbers[row];
        }
        yield Column.ofNumbers(values.name(), numbers);
      }
      default -> {
        List<String> text = new ArrayList<>(values.strings());
        for (int row = 0; row < missing.length; row++) {
          if (missing[row]) {
            text.set(row, null);
          }
        }
        yield Column.ofStrings(values.name(), text);
      }
    };
  }

  private static boolean[] toBooleans(long[] values) {
    boolean[] all = new boolean[values.length];
    for (int row = 0; row < all.length; row++) {
      all[row] = values[row] != 0;
    }
    return all;
  }

  private Optional<Column> plainColumn(Dataset dataset, String place, String name) {
    if (dataset.getDimensionsAsLong().length != 1) {
      return Optional.empty();
    }
    if (file.guard(place, () -> Hdf5File.isText(dataset))) {
      return Optional.of(Column.ofStrings(name, textsOf(dataset, place)));
    }
    Optional<ElementType> type = ElementType.of(file.guard(place, dataset::getDataType));
    if (type.isEmpty()) {
      return Optional.empty();
    }
    Optional<Dataset> categories = legacyCategories(dataset, place, name);
    if (categories.isPresent()) {
      String at = place + " categories";
      return Optional.of(categorical(name, codes(place), textsOf(categories.get(), at), place));
    }
    return Optional.of(numeric(dataset, place, name, type.get()));
  }

  private Column numeric(Dataset dataset, String place, String name, ElementType type) {
    if (Hdf5File.isTruth(dataset)) {
      return Column.ofBooleans(name, toBooleans(codes(place)));
    }
    Numbers numbers = new JavaNumbers(file, dataset, place);
    file.requireBudget(numbers.rows(), Long.BYTES, place);
    int rows = Math.toIntExact(numbers.rows());
    if (type.kind() == ElementType.Kind.FLOATING) {
      double[] values = new double[rows];
      numbers.read(0, rows, values, 0);
      return Column.ofNumbers(name, values);
    }
    return Column.ofIntegers(name, codes(place));
  }

  /** The categories of a column written by anndata 0.7: an attribute refers to them. */
  private Optional<Dataset> legacyCategories(Dataset codes, String place, String name) {
    Attribute reference = file.guard(place, () -> codes.getAttributes().get("categories"));
    if (reference == null) {
      return Optional.empty();
    }
    String beside = place.substring(0, place.lastIndexOf('/')) + "/__categories/" + name;
    if (file.isDataset(beside)) {
      return Optional.of(file.dataset(beside));
    }
    Object address = file.guard(place, reference::getData);
    if (address instanceof long[] many && many.length == 1) {
      address = many[0];
    }
    if (address instanceof Long at) {
      return Optional.of(file.dereference(at, place));
    }
    throw file.damaged("The reference to the categories cannot be followed", place);
  }

  private Column categorical(String name, long[] codes, List<String> categories, String place) {
    int[] narrow = new int[codes.length];
    for (int row = 0; row < codes.length; row++) {
      if (codes[row] < Column.MISSING || codes[row] >= categories.size()) {
        throw file.damaged(
            "Row " + row + " has code " + codes[row] + " of " + categories.size() + " categories",
            place);
      }
      narrow[row] = (int) codes[row];
    }
    return Column.ofCategories(name, categories, narrow);
  }

  private long[] codes(String place) {
    Numbers numbers = new JavaNumbers(file, file.dataset(place), place);
    file.requireBudget(numbers.rows(), Long.BYTES, place);
    long[] codes = new long[Math.toIntExact(numbers.rows())];
    numbers.read(0, codes.length, codes, 0);
    return codes;
  }

  /** Categories as text, whatever they are: text, numbers, truth values, nullable text. */
  private List<String> texts(String place) {
    return column(place, place, -1)
        .map(Column::strings)
        .orElseThrow(() -> file.damaged("The categories cannot be read", place));
  }

  private List<String> textsOf(Dataset dataset, String place) {
    if (file.guard(place, () -> Hdf5File.isText(dataset))) {
      return java.util.Arrays.asList(file.strings(dataset, place));
    }
    return plainColumn(dataset, place, place)
        .map(Column::strings)
        .orElseThrow(() -> file.damaged("The categories cannot be read", place));
  }
}
