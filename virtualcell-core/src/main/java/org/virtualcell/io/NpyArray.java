package org.virtualcell.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.MemoryBudgetException;

/**
 * One array in NumPy's npy format, versions 1 to 3: magic, version, header length, a header such as
 * {@code {'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }}, then the elements.
 */
final class NpyArray {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final Pattern DESCR =
      Pattern.compile("'descr'\\s*:\\s*'([<>|=]?)([a-zA-Z])(\\d*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9,\\sL]*)\\)");
  private static final int MOST_HEADER = 1 << 20;

  private final String where;
  private final long memoryBudget;

  NpyArray(String where, long memoryBudget) {
    this.where = where;
    this.memoryBudget = memoryBudget;
  }

  Npz.Array read(InputStream in) throws IOException {
    byte[] start = exactly(in, MAGIC.length + 2);
    for (int i = 0; i < MAGIC.length; i++) {
      if (start[i] != MAGIC[i]) {
        throw damaged("it does not begin like an array of NumPy", null);
      }
    }
    int version = start[MAGIC.length];
    if (version < 1 || version > 3) {
      throw damaged("its format has version " + version, null);
    }
    ByteBuffer size =
        ByteBuffer.wrap(exactly(in, version == 1 ? 2 : 4)).order(ByteOrder.LITTLE_ENDIAN);
    long length = version == 1 ? size.getShort() & 0xffffL : size.getInt() & 0xffffffffL;
    if (length > MOST_HEADER) {
      throw damaged("its header has " + length + " bytes", null);
    }
    String header = new String(exactly(in, (int) length), StandardCharsets.UTF_8);
    Matcher descr = DESCR.matcher(header);
    Matcher order = ORDER.matcher(header);
    Matcher shape = SHAPE.matcher(header);
    if (!descr.find() || !order.find() || !shape.find()) {
      if (header.contains("'descr'")) {
        throw unsupported("of records or objects");
      }
      throw damaged("its header is not understood", null);
    }
    return elements(
        in,
        new Type(
            ">".equals(descr.group(1)) ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
            descr.group(2).charAt(0),
            width(descr.group(3))),
        sizes(shape.group(1)),
        order.group(1).equals("True"));
  }

  /** How elements are written; a width counts bytes, of 'U' characters. */
  private record Type(ByteOrder order, char kind, int width) {
    int bytes() {
      return kind == 'U' ? 4 * width : width;
    }

    boolean isText() {
      return kind == 'U' || kind == 'S';
    }
  }

  private int width(String digits) {
    try {
      return digits.isEmpty() ? 0 : Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      throw damaged("its type has a width of " + digits, e);
    }
  }

  private List<Integer> sizes(String text) {
    List<Integer> sizes = new ArrayList<>();
    for (String part : text.replace("L", "").split(",", -1)) {
      if (!part.isBlank()) {
        try {
          sizes.add(Integer.parseInt(part.strip()));
        } catch (NumberFormatException e) {
          throw damaged("its shape is (" + text + ")", e);
        }
      }
    }
    return sizes;
  }

  private Npz.Array elements(InputStream in, Type type, List<Integer> shape, boolean fortran)
      throws IOException {
    requireReadable(type);
    double count = 1;
    for (int size : shape) {
      count *= size;
    }
    double needed = count * (type.bytes() + (type.isText() ? 64.0 : 8.0));
    if (needed > memoryBudget || count * type.bytes() > Integer.MAX_VALUE - 8) {
      throw new MemoryBudgetException(
          "An array of shape " + shape + " needs more memory than there is",
          where,
          "Keep fewer rows, or single precision.");
    }
    int n = (int) count;
    ByteBuffer data = ByteBuffer.wrap(exactly(in, n * type.bytes())).order(type.order());
    if (type.isText()) {
      List<String> texts = new ArrayList<>(n);
      for (int i = 0; i < n; i++) {
        texts.add(text(data, type));
      }
      return new Npz.Array(shape, new double[0], texts);
    }
    double[] numbers = new double[n];
    for (int i = 0; i < n; i++) {
      numbers[i] = number(data, type);
    }
    return new Npz.Array(
        shape, fortran && shape.size() == 2 ? transposed(numbers, shape) : numbers, List.of());
  }

  private static double[] transposed(double[] columns, List<Integer> shape) {
    double[] rows = new double[columns.length];
    for (int r = 0; r < shape.get(0); r++) {
      for (int c = 0; c < shape.get(1); c++) {
        rows[r * shape.get(1) + c] = columns[c * shape.get(0) + r];
      }
    }
    return rows;
  }

  private void requireReadable(Type type) {
    boolean readable =
        switch (type.kind()) {
          case 'f' -> type.width() == 2 || type.width() == 4 || type.width() == 8;
          case 'i', 'u' ->
              type.width() == 1 || type.width() == 2 || type.width() == 4 || type.width() == 8;
          case 'b' -> type.width() == 1;
          case 'U', 'S' -> true;
          default -> false;
        };
    if (!readable) {
      throw unsupported("of type '" + type.kind() + type.width() + "'");
    }
  }

  private static double number(ByteBuffer data, Type type) {
    if (type.kind() == 'f') {
      return switch (type.width()) {
        case 2 -> half(data.getShort());
        case 4 -> data.getFloat();
        default -> data.getDouble();
      };
    }
    boolean unsigned = type.kind() == 'u';
    return switch (type.width()) {
      case 1 -> unsigned ? data.get() & 0xff : data.get();
      case 2 -> unsigned ? data.getShort() & 0xffff : data.getShort();
      case 4 -> unsigned ? data.getInt() & 0xffffffffL : data.getInt();
      default -> {
        long v = data.getLong();
        yield unsigned && v < 0 ? (v >>> 1) * 2.0 + (v & 1) : v;
      }
    };
  }

  /** IEEE 754 half precision: 1 sign, 5 exponent, 10 fraction bits. */
  static float half(short bits) {
    int sign = bits < 0 ? -1 : 1;
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0x1f) {
      return fraction != 0 ? Float.NaN : sign * Float.POSITIVE_INFINITY;
    }
    return exponent == 0
        ? sign * fraction * 0x1p-24f
        : sign * (1024 + fraction) * Math.scalb(1f, exponent - 25);
  }

  private static String text(ByteBuffer data, Type type) {
    StringBuilder text = new StringBuilder();
    int pending = 0; // zeros fill the width, but may stand inside
    for (int i = 0; i < type.width(); i++) {
      int c = type.kind() == 'U' ? data.getInt() : data.get() & 0xff;
      if (c == 0) {
        pending++;
      } else {
        text.append("\0".repeat(pending))
            .appendCodePoint(Character.isValidCodePoint(c) ? c : 0xfffd);
        pending = 0;
      }
    }
    return text.toString();
  }

  private byte[] exactly(InputStream in, int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw damaged("it ends after " + bytes.length + " of " + count + " bytes", null);
    }
    return bytes;
  }

  private DataFormatException damaged(String how, Exception cause) {
    return new DataFormatException(
        "The array is damaged: " + how, where, "Copy or write the file again.", cause);
  }

  private DataFormatException unsupported(String what) {
    return new DataFormatException(
        "Arrays " + what + " are not read",
        where,
        "Save numbers as float32 and names as fixed-width text (numpy.array(names, dtype=str)).");
  }
}
