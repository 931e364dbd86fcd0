package org.virtualcell.cli;

import java.util.ArrayList;
import java.util.List;

/** A table of text whose columns line up. Numbers stand right, words left. */
final class TextTable {
  private static final String GAP = "  ";

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
    int[] width = new int[right.length];
    for (String[] row : rows) {
      for (int c = 0; c < width.length; c++) {
        width[c] = Math.max(width[c], length(row[c]));
      }
    }
    List<String> lines = new ArrayList<>();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder(indent);
      for (int c = 0; c < width.length; c++) {
        String pad = " ".repeat(width[c] - length(row[c]));
        line.append(c == 0 ? "" : GAP).append(right[c] ? pad + row[c] : row[c] + pad);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
