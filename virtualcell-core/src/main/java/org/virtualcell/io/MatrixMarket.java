package org.virtualcell.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.InvalidDataException;

/**
 * A Matrix Market coordinate file of features x cells, turned into cells x features. Entries may
 * stand in any order; a pair may occur once only.
 */
final class MatrixMarket {
  private static final int BYTES_PER_ENTRY = 2 * (2 * Integer.BYTES + Float.BYTES);
  private static final int LONGEST_NUMBER = 64;
  private static final int LONGEST_LINE = 1 << 20;

  private final InputStream in;
  private final Source source;
  private final int cells;
  private final int features;
  private final byte[] token = new byte[LONGEST_NUMBER];

  private long line = 1;

  MatrixMarket(InputStream in, Source source, int cells, int features) {
    this.in = in;
    this.source = source;
    this.cells = cells;
    this.features = features;
  }

  CsrMatrix read() throws IOException {
    readHeader();
    long[] size = {number(), number(), number()};
    endOfLine();
    if (size[0] != features || size[1] != cells) {
      throw damaged(
          "The matrix is stated to be "
              + size[0]
              + " x "
              + size[1]
              + ", there are "
              + features
              + " features and "
              + cells
              + " cells");
    }
    if (size[2] < 0 || size[2] > CsrMatrix.MAX_NON_ZEROS) {
      throw damaged("The matrix is stated to hold " + size[2] + " values");
    }
    source.requireBudget(size[2], BYTES_PER_ENTRY, size[2] + " values of a text file");
    return readEntries((int) size[2]);
  }

  private void readHeader() throws IOException {
    String[] words = textLine().toLowerCase(Locale.ROOT).trim().split("\\s+", -1);
    boolean known =
        words.length == 5
            && words[0].equals("%%matrixmarket")
            && words[1].equals("matrix")
            && words[2].equals("coordinate")
            && (words[3].equals("integer") || words[3].equals("real"))
            && words[4].equals("general");
    if (!known) {
      throw damaged(
          "The file does not begin with %%MatrixMarket matrix coordinate integer|real general");
    }
    in.mark(1);
    while (in.read() == '%') {
      textLine();
      in.mark(1);
    }
    in.reset();
  }

  private CsrMatrix readEntries(int count) throws IOException {
    int[] cell = new int[count];
    int[] feature = new int[count];
    float[] value = new float[count];
    int[] rowStart = new int[cells + 1];
    for (int i = 0; i < count; i++) {
      feature[i] = index(features, "feature");
      cell[i] = index(cells, "cell");
      value[i] = value();
      endOfLine();
      rowStart[cell[i] + 1]++;
    }
    requireEnd(count);
    for (int r = 0; r < cells; r++) {
      rowStart[r + 1] += rowStart[r];
    }
    return placed(rowStart, cell, feature, value);
  }

  private CsrMatrix placed(int[] rowStart, int[] cell, int[] feature, float[] value) {
    int[] next = rowStart.clone();
    int[] gene = new int[value.length];
    float[] placed = new float[value.length];
    for (int i = 0; i < value.length; i++) {
      int at = next[cell[i]]++;
      gene[at] = feature[i];
      placed[at] = value[i];
    }
    for (int r = 0; r < cells; r++) {
      RowOrder.ensure(source, r, rowStart[r], rowStart[r + 1], gene, placed);
    }
    return CsrMatrix.wrap(cells, features, rowStart, gene, placed);
  }

  private int index(int limit, String kind) throws IOException {
    long index = number();
    if (index < 1 || index > limit) {
      throw damaged(
          "The " + kind + " index " + index + " is out of range, it may be 1 to " + limit);
    }
    return (int) index - 1;
  }

  private float value() throws IOException {
    String text = token();
    try {
      float value = Float.parseFloat(text);
      if (!Float.isFinite(value)) {
        throw new InvalidDataException(
            "A value is " + text,
            source + ", line " + line,
            "Remove or repair values that are not finite.");
      }
      return value;
    } catch (NumberFormatException e) {
      throw damaged("'" + text + "' is no number");
    }
  }

  private long number() throws IOException {
    String text = token();
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw damaged("'" + text + "' is no whole number");
    }
  }

  /** The next word of the current line. */
  private String token() throws IOException {
    int c = in.read();
    while (c == ' ' || c == '\t') {
      c = in.read();
    }
    int length = 0;
    while (c > ' ') {
      if (length == LONGEST_NUMBER) {
        throw damaged("A number is longer than " + LONGEST_NUMBER + " characters");
      }
      token[length++] = (byte) c;
      in.mark(1);
      c = in.read();
    }
    if (length == 0) {
      throw damaged(c < 0 ? "The file ends too early" : "A number is missing");
    }
    if (c >= 0) {
      in.reset();
    }
    return new String(token, 0, length, StandardCharsets.ISO_8859_1);
  }

  private void endOfLine() throws IOException {
    int c = in.read();
    while (c == ' ' || c == '\t' || c == '\r') {
      c = in.read();
    }
    if (c >= 0 && c != '\n') {
      throw damaged("Something follows the numbers of the line");
    }
    line++;
  }

  private String textLine() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (text.length() == LONGEST_LINE) {
        throw damaged("A line is longer than " + LONGEST_LINE + " characters");
      }
      text.append((char) c);
    }
    line++;
    return text.toString();
  }

  private void requireEnd(int count) throws IOException {
    for (int c = in.read(); c >= 0; c = in.read()) {
      if (c > ' ') {
        throw damaged("More than the stated " + count + " values follow");
      }
    }
  }

  private DataFormatException damaged(String what) {
    return source.damaged(what, "line " + line);
  }
}
