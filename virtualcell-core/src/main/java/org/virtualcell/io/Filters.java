package org.virtualcell.io;

import io.jhdf.exceptions.HdfFilterException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.virtualcell.api.DataFormatException;

/** The compression filters that can be read, and the names of those that cannot. */
final class Filters {
  static final int DEFLATE = 1;
  static final int SHUFFLE = 2;
  static final int FLETCHER32 = 3;
  static final int LZF = 32000;

  private static final Pattern NUMBER = Pattern.compile("\\bid=(\\d{1,9})\\b");

  private static final Map<Integer, String> OTHERS =
      Map.of(
          4,
          "szip",
          5,
          "nbit",
          6,
          "scaleoffset",
          32001,
          "blosc",
          32004,
          "lz4",
          32008,
          "bitshuffle",
          32013,
          "zfp",
          32015,
          "zstd",
          32026,
          "blosc2");

  private Filters() {}

  static void requireKnown(int id, String name, Path file, String place) {
    if (id != DEFLATE && id != SHUFFLE && id != FLETCHER32 && id != LZF) {
      throw unknown(id, name, file, place, null);
    }
  }

  /** What the Java reader says of a filter it has not got: its number stands in the message. */
  static DataFormatException unknown(HdfFilterException e, Path file, String place) {
    Matcher number = NUMBER.matcher(String.valueOf(e.getMessage()));
    return number.find()
        ? unknown(Integer.parseInt(number.group(1)), "unknown", file, place, e)
        : new DataFormatException(
            "The packed data are damaged: " + e.getMessage(),
            file + ", " + place,
            "Copy or download the file again.",
            e);
  }

  private static DataFormatException unknown(
      int id, String name, Path file, String place, Throwable cause) {
    return new DataFormatException(
        "The data are packed with the filter " + OTHERS.getOrDefault(id, name) + " (" + id + ")",
        file + ", " + place,
        "Only deflate (gzip), shuffle, lzf and fletcher32 are read: save the file anew with"
            + " compression='gzip'.",
        cause);
  }
}
