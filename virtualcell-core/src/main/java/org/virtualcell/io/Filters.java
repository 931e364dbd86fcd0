package org.virtualcell.io;

import java.nio.file.Path;
import java.util.Map;
import org.virtualcell.api.DataFormatException;

/** The compression filters that can be read, and the names of those that cannot. */
final class Filters {
  static final int DEFLATE = 1;
  static final int SHUFFLE = 2;
  static final int FLETCHER32 = 3;
  static final int LZF = 32000;

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
      throw new DataFormatException(
          "The data are compressed with "
              + OTHERS.getOrDefault(id, name)
              + " (HDF5 filter "
              + id
              + ")",
          file + ", " + place,
          "Only deflate (gzip), shuffle, lzf and fletcher32 are read: save the file anew with"
              + " compression='gzip'.");
    }
  }
}
