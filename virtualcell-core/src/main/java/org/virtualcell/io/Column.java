package org.virtualcell.io;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.virtualcell.api.InvalidDataException;

/**
 * One named column of a {@link Table}: text, categories, whole numbers, decimals or truth values,
 * any of which may be missing. Immutable.
 */
public final class Column {
  /** How the values are kept. */
  public enum Kind {
    /** A text per row. */
    TEXT,
    /** A code per row into a list of categories. */
    CATEGORY,
    /** A whole number per row. */
    INTEGER,
    /** A decimal number per row; NaN is a missing value. */
    DECIMAL,
    /** True or false per row. */
    BOOLEAN
  }

  /** The code of a missing category. */
  static final int MISSING = -1;

  private final String name;
  private final Kind kind;
  private final int size;
  private final String[] text; // TEXT: one per row, CATEGORY: the categories
  private final int[] codes; // CATEGORY: -1 missing; BOOLEAN: 0, 1, -1 missing
  private final long[] integers;
  private final double[] decimals;
  private final boolean[] missing; // INTEGER only; null when nothing is missing

  private Column(
      String name,
      Kind kind,
      int size,
      String[] text,
      int[] codes,
      long[] integers,
      double[] decimals,
      boolean[] missing) {
    this.name = Objects.requireNonNull(name, "name");
    this.kind = kind;
    this.size = size;
    this.text = text;
    this.codes = codes;
    this.integers = integers;
    this.decimals = decimals;
    this.missing = missing;
  }

  /**
   * A column of text.
   *
   * @param name its name
   * @param values one per row, null where missing
   * @return the column
   */
  public static Column ofStrings(String name, List<String> values) {
    String[] text = values.toArray(String[]::new);
    return new Column(name, Kind.TEXT, text.length, text, null, null, null, null);
  }

  /**
   * A column of categories.
   *
   * @param name its name
   * @param categories the categories in their order
   * @param codes one per row: an index into the categories, -1 where missing
   * @return the column
   * @throws InvalidDataException if a code is outside the categories
   */
  public static Column ofCategories(String name, List<String> categories, int[] codes) {
    for (int row = 0; row < codes.length; row++) {
      if (codes[row] < MISSING || codes[row] >= categories.size()) {
        throw new InvalidDataException(
            "Code " + codes[row] + " is outside the " + categories.size() + " categories",
            "column '" + name + "', row " + row,
            "Use -1 for missing values and 0 to " + (categories.size() - 1) + " else.");
      }
    }
    String[] text = categories.toArray(String[]::new);
    return new Column(name, Kind.CATEGORY, codes.length, text, codes.clone(), null, null, null);
  }

  /**
   * A column of decimals.
   *
   * @param name its name
   * @param values one per row, NaN where missing
   * @return the column
   */
  public static Column ofNumbers(String name, double... values) {
    return new Column(name, Kind.DECIMAL, values.length, null, null, null, values.clone(), null);
  }

  /**
   * A column of whole numbers.
   *
   * @param name its name
   * @param values one per row
   * @return the column
   */
  public static Column ofIntegers(String name, long... values) {
    return ofIntegers(name, values, null);
  }

  /**
   * A column of truth values.
   *
   * @param name its name
   * @param values one per row
   * @return the column
   */
  public static Column ofBooleans(String name, boolean... values) {
    return ofBooleans(name, values, null);
  }

  static Column ofIntegers(String name, long[] values, boolean[] missing) {
    return new Column(name, Kind.INTEGER, values.length, null, null, values.clone(), null, missing);
  }

  static Column ofBooleans(String name, boolean[] values, boolean[] missing) {
    int[] codes = new int[values.length];
    for (int row = 0; row < codes.length; row++) {
      codes[row] = missing != null && missing[row] ? MISSING : values[row] ? 1 : 0;
    }
    return new Column(name, Kind.BOOLEAN, codes.length, null, codes, null, null, null);
  }

  /**
   * The column's name.
   *
   * @return as the file spells it
   */
  public String name() {
    return name;
  }

  /**
   * How the values are kept.
   *
   * @return the kind
   */
  public Kind kind() {
    return kind;
  }

  /**
   * The number of rows.
   *
   * @return zero or more
   */
  public int size() {
    return size;
  }

  /**
   * Whether a value is missing.
   *
   * @param row 0 to {@link #size()} - 1
   * @return true where the file has none
   */
  public boolean isMissing(int row) {
    Objects.checkIndex(row, size);
    return switch (kind) {
      case TEXT -> text[row] == null;
      case CATEGORY, BOOLEAN -> codes[row] == MISSING;
      case INTEGER -> missing != null && missing[row];
      case DECIMAL -> Double.isNaN(decimals[row]);
    };
  }

  /**
   * A value as text: categories by their label, numbers with the fewest digits that give them back,
   * truth values as {@code true} and {@code false}.
   *
   * @param row 0 to {@link #size()} - 1
   * @return the text, or null where missing
   */
  public String string(int row) {
    if (isMissing(row)) {
      return null;
    }
    return switch (kind) {
      case TEXT -> text[row];
      case CATEGORY -> text[codes[row]];
      case BOOLEAN -> codes[row] == 1 ? "true" : "false";
      case INTEGER -> Long.toString(integers[row]);
      case DECIMAL -> Double.toString(decimals[row]);
    };
  }

  /**
   * All values as text.
   *
   * @return an unmodifiable list, null where missing
   */
  public List<String> strings() {
    String[] all = new String[size];
    for (int row = 0; row < size; row++) {
      all[row] = string(row);
    }
    return Collections.unmodifiableList(Arrays.asList(all));
  }

  /**
   * All values as numbers: truth values as 0 and 1, categories by the number their label spells.
   *
   * @return a new array, NaN where missing
   * @throws InvalidDataException if the column holds text that is no number
   */
  public double[] numbers() {
    double[] all = new double[size];
    for (int row = 0; row < size; row++) {
      all[row] = isMissing(row) ? Double.NaN : number(row);
    }
    return all;
  }

  private double number(int row) {
    return switch (kind) {
      case INTEGER -> integers[row];
      case DECIMAL -> decimals[row];
      case BOOLEAN -> codes[row];
      case TEXT, CATEGORY -> parse(string(row), row);
    };
  }

  private double parse(String value, int row) {
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw new InvalidDataException(
          "'" + value + "' is not a number",
          "column '" + name + "', row " + row,
          "Name a column of numbers.",
          e);
    }
  }

  /**
   * The categories of a column of kind {@link Kind#CATEGORY}, in the file's order, including those
   * no row uses.
   *
   * @return an immutable list, empty for other kinds
   */
  public List<String> categories() {
    return kind == Kind.CATEGORY
        ? Collections.unmodifiableList(Arrays.asList(text.clone()))
        : List.of();
  }

  /**
   * The codes of a column of kind {@link Kind#CATEGORY}.
   *
   * @return a new array, -1 where missing; empty for other kinds
   */
  public int[] codes() {
    return kind == Kind.CATEGORY ? codes.clone() : new int[0];
  }

  /** The whole numbers of a column of kind INTEGER; any value where missing. */
  long[] integers() {
    return integers.clone();
  }

  /** The truth values of a column of kind BOOLEAN; false where missing. */
  boolean[] booleans() {
    boolean[] all = new boolean[size];
    for (int row = 0; row < size; row++) {
      all[row] = codes[row] == 1;
    }
    return all;
  }

  @Override
  public String toString() {
    return name + " (" + kind + ", " + size + " rows)";
  }
}
