package org.virtualcell.io;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The table of anndata 0.5 and 0.6: one compound dataset with a field {@code index}; categories are
 * whole numbers whose labels lie in {@code uns/NAME_categories}.
 */
final class CompoundTable {
  private final Hdf5File file;
  private final String place;
  private final List<String> faults;

  CompoundTable(Hdf5File file, String place, List<String> faults) {
    this.file = file;
    this.place = place;
    this.faults = faults;
  }

  Table read(String source) {
    Object data = file.readWhole(file.dataset(place), place);
    if (!(data instanceof Map<?, ?> fields)) {
      throw file.damaged("The table is neither a group nor a compound dataset", place);
    }
    String index = fields.containsKey("index") ? "index" : "_index";
    if (!(fields.get(index) instanceof Object[] labels)) {
      throw file.damaged("The table has no text field 'index' of labels", place);
    }
    List<String> rows = new ArrayList<>();
    for (Object label : labels) {
      rows.add(String.valueOf(label));
    }
    List<Column> columns = new ArrayList<>();
    for (Map.Entry<?, ?> field : fields.entrySet()) {
      String name = String.valueOf(field.getKey());
      if (!name.equals(index)) {
        add(columns, name, field.getValue());
      }
    }
    return Table.of(source, rows, columns);
  }

  private void add(List<Column> columns, String name, Object values) {
    String categories = "uns/" + name + "_categories";
    if (values instanceof String[] text) {
      columns.add(isTruth(text) ? truth(name, text) : Column.ofStrings(name, Arrays.asList(text)));
    } else if (values instanceof float[] || values instanceof double[]) {
      columns.add(Column.ofNumbers(name, decimals(values)));
    } else if (values instanceof byte[]
        || values instanceof short[]
        || values instanceof int[]
        || values instanceof long[]) {
      columns.add(
          file.isDataset(categories)
              ? categorical(name, values, file.strings(categories))
              : Column.ofIntegers(name, integers(values)));
    } else {
      faults.add("column " + place + "/" + name + " is left out: its encoding is not supported");
    }
  }

  private Column categorical(String name, Object values, String[] categories) {
    long[] integers = integers(values);
    int[] codes = new int[integers.length];
    for (int row = 0; row < codes.length; row++) {
      if (integers[row] < Column.MISSING || integers[row] >= categories.length) {
        throw file.damaged(
            "Row "
                + row
                + " has code "
                + integers[row]
                + " of "
                + categories.length
                + " categories",
            place + "/" + name);
      }
      codes[row] = (int) integers[row];
    }
    return Column.ofCategories(name, Arrays.asList(categories), codes);
  }

  private static boolean isTruth(String[] text) {
    return text.length > 0
        && Arrays.stream(text).allMatch(t -> "TRUE".equals(t) || "FALSE".equals(t));
  }

  private static Column truth(String name, String[] text) {
    boolean[] values = new boolean[text.length];
    for (int row = 0; row < values.length; row++) {
      values[row] = text[row].equals("TRUE");
    }
    return Column.ofBooleans(name, values);
  }

  private static double[] decimals(Object values) {
    double[] all = new double[Array.getLength(values)];
    for (int row = 0; row < all.length; row++) {
      all[row] = Array.getDouble(values, row);
    }
    return all;
  }

  private static long[] integers(Object values) {
    long[] all = new long[Array.getLength(values)];
    for (int row = 0; row < all.length; row++) {
      all[row] = Array.getLong(values, row);
    }
    return all;
  }
}
