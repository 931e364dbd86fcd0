package org.virtualcell.cli;

import java.util.ArrayList;
import java.util.List;

/** A table of text whose columns line up. Numbers stand right, words left. */
final class TextTable {
  private static final String GAP = "  ";
  private static final int LEAST_ROOM = 24;

  private final boolean[] right;
  private final List<String[]> rows = new ArrayList<>();

  /**
   * Starts a table.
   *
   * @param header one heading per column; a heading that begins with {@code >} marks a column that
   *     stands right
   */
  TextTable(String... header) {
    right = new boolean[header.length];
    String[] titles = new String[header.length];
    for (int c = 0; c < header.length; c++) {
      right[c] = header[c].startsWith(">");
      titles[c] = right[c] ? header[c].substring(1) : header[c];
    }
    rows.add(titles);
  }

  /**
   * Adds a row.
   *
   * @param cells one text per column
   */
  void row(String... cells) {
    if (cells.length != right.length) {
      throw new IllegalArgumentException(cells.length + " cells for " + right.length + " columns");
    }
    rows.add(cells.clone());
  }

  /**
   * The table.
   *
   * @param indent what every line begins with
   * @return its lines, the heading first, without trailing blanks
   */
  List<String> lines(String indent) {
    return lines(indent, Integer.MAX_VALUE);
  }

  /**
   * The table in a window. The last column is broken into lines between words where it is too long;
   * the others never are.
   *
   * @param indent what every line begins with
   * @param columns how many characters fit in a line
   * @return its lines, the heading first, without trailing blanks
   */
  List<String> lines(String indent, int columns) {
    int last = right.length - 1;
    int[] width = new int[right.length];
    for (String[] row : rows) {
      for (int c = 0; c < width.length; c++) {
        width[c] = Math.max(width[c], length(row[c]));
      }
    }
    int before = indent.length();
    for (int c = 0; c < last; c++) {
      before += width[c] + GAP.length();
    }
    int room = Math.max(LEAST_ROOM, columns - before);
    List<String> lines = new ArrayList<>();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder(indent);
      for (int c = 0; c < last; c++) {
        String pad = " ".repeat(width[c] - length(row[c]));
        line.append(right[c] ? pad + row[c] : row[c] + pad).append(GAP);
      }
      if (right[last]) {
        lines.add(line + " ".repeat(width[last] - length(row[last])) + row[last]);
      } else {
        for (String part : wrap(row[last], room)) {
          lines.add((line + part).stripTrailing());
          line = new StringBuilder(" ".repeat(before));
        }
      }
    }
    return lines;
  }

  /**
   * Breaks a text into lines between words, each indented as the first.
   *
   * @param text the text
   * @param columns how many characters fit in a line; a longer word stays whole
   * @return one or more lines
   */
  static List<String> wrap(String text, int columns) {
    String body = text.stripLeading();
    String indent = " ".repeat(text.length() - body.length());
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : body.split(" ", -1)) {
      if (line.length() > 0
          && indent.length() + length(line.toString()) + 1 + length(word) > columns) {
        lines.add(indent + line);
        line = new StringBuilder();
      }
      line.append(line.length() == 0 ? "" : " ").append(word);
    }
    lines.add(indent + line);
    return lines;
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
