package org.virtualcell.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes a tar archive of plain files (POSIX 1003.1-1988, "ustar"): a header of 512 bytes, the
 * content, zeros up to a multiple of 512; two empty blocks at the end. Sizes of 8 GiB and more are
 * written in base 256, as GNU tar does. No time and no owner is written: equal files give equal
 * archives.
 */
final class TarFile {
  private static final int BLOCK = 512;
  private static final long OCTAL_LIMIT = 1L << 33;

  private final OutputStream out;

  TarFile(OutputStream out) {
    this.out = out;
  }

  /**
   * Adds a file.
   *
   * @param name its name, at most 100 ASCII characters
   * @param size how many bytes it has
   * @param content its bytes
   * @throws IOException if writing fails, or the content has another size
   */
  void add(String name, long size, InputStream content) throws IOException {
    out.write(header(name, size));
    long copied = content.transferTo(out);
    if (copied != size) {
      throw new IOException(name + " has " + copied + " bytes instead of " + size);
    }
    out.write(new byte[(int) ((BLOCK - size % BLOCK) % BLOCK)]);
  }

  /** Writes the end of the archive. */
  void end() throws IOException {
    out.write(new byte[2 * BLOCK]);
  }

  private static byte[] header(String name, long size) {
    byte[] header = new byte[BLOCK];
    text(header, 0, name);
    text(header, 100, "0000644");
    text(header, 108, "0000000");
    text(header, 116, "0000000");
    if (size < OCTAL_LIMIT) {
      text(header, 124, octal(size, 11));
    } else {
      header[124] = (byte) 0x80;
      for (int i = 0; i < Long.BYTES; i++) {
        header[135 - i] = (byte) (size >>> (8 * i));
      }
    }
    text(header, 136, octal(0, 11));
    text(header, 148, "        ");
    header[156] = '0';
    text(header, 257, "ustar");
    text(header, 263, "00");
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    text(header, 148, octal(sum, 6));
    header[154] = 0;
    return header;
  }

  private static String octal(long value, int digits) {
    String text = Long.toOctalString(value);
    return "0".repeat(digits - text.length()) + text;
  }

  private static void text(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }
}
