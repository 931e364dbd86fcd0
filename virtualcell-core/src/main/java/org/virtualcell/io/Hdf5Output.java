package org.virtualcell.io;

import java.nio.file.Path;
import java.util.List;
import org.bytedeco.hdf5.global.hdf5;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.LongPointer;

/**
 * The elements of an h5ad file, each with the encoding attributes of anndata 0.8 and later, on top
 * of plain HDF5 objects.
 */
final class Hdf5Output extends NativeOutput {
  private static final int STRINGS = 4096; // texts handed over in one call

  private Hdf5Output(Path path, Path target, int compression, Origin origin) {
    super(path, target, compression, origin);
  }

  /**
   * Creates a file.
   *
   * @param path where no file is yet
   * @param target the file it is going to be, for messages
   * @param compression 0 to 9
   */
  static Hdf5Output create(Path path, Path target, int compression) {
    NativeHdf5.require(target.toString());
    return new Hdf5Output(path, target, compression, Origin.NEW);
  }

  /**
   * Creates a file in memory, to be copied out when it is complete. libhdf5 does not survive a disk
   * that is full, a stream does.
   *
   * @param target the file it is going to be, for messages
   * @param compression 0 to 9
   */
  static Hdf5Output inMemory(Path target, int compression) {
    NativeHdf5.require(target.toString());
    return new Hdf5Output(target, target, compression, Origin.IN_MEMORY);
  }

  /**
   * Opens a file to add to it.
   *
   * @param path a file that the Java reader found sound
   * @param target the file it is going to be, for messages
   */
  static Hdf5Output addTo(Path path, Path target) {
    NativeHdf5.require(target.toString());
    return new Hdf5Output(path, target, 0, Origin.THERE);
  }

  /** A table of numbers, encoded as an array. */
  void array(String path, float[] values, int rows, int columns) {
    table(path, values, rows, columns, id -> encode(id, "array", "0.2.0"));
  }

  void group(String path, String encoding, String version) {
    using(
        "make group " + path,
        () -> hdf5.H5Gcreate2(file, path, 0, 0, 0),
        hdf5::H5Gclose,
        id -> encode(id, encoding, version));
  }

  /** Adds a text attribute to the root. */
  void rootEncoding(String encoding, String version) {
    encode(file, encoding, version);
  }

  private void encode(long object, String encoding, String version) {
    textAttribute(object, "encoding-type", encoding);
    textAttribute(object, "encoding-version", version);
  }

  /** A group with the attributes of a data frame. */
  void dataFrame(String path, String index, List<String> columns) {
    using(
        "make group " + path,
        () -> hdf5.H5Gcreate2(file, path, 0, 0, 0),
        hdf5::H5Gclose,
        id -> {
          encode(id, "dataframe", "0.2.0");
          textAttribute(id, "_index", index);
          using(
              "make a place",
              () -> hdf5.H5Screate_simple(1, new long[] {columns.size()}, (long[]) null),
              hdf5::H5Sclose,
              space ->
                  attribute(id, "column-order", text, space, NativeTexts.of(columns, where())));
        });
  }

  /** A group with the attributes of a sparse matrix. */
  void csrMatrix(String path, long rows, long columns) {
    using(
        "make group " + path,
        () -> hdf5.H5Gcreate2(file, path, 0, 0, 0),
        hdf5::H5Gclose,
        id -> {
          encode(id, "csr_matrix", "0.1.0");
          try (LongPointer shape = new LongPointer(rows, columns)) {
            numberAttribute(id, "shape", 2, hdf5.H5T_NATIVE_INT64_g(), shape);
          }
        });
  }

  /** A group with the attributes of a categorical column. */
  void categorical(String path) {
    using(
        "make group " + path,
        () -> hdf5.H5Gcreate2(file, path, 0, 0, 0),
        hdf5::H5Gclose,
        id -> {
          encode(id, "categorical", "0.2.0");
          try (BytePointer ordered = new BytePointer(1)) {
            ordered.put((byte) 0);
            numberAttribute(id, "ordered", 0, truth, ordered);
          }
        });
  }

  /** A single text. */
  void string(String path, String value) {
    using(
        "make a place",
        () -> hdf5.H5Screate(hdf5.H5S_SCALAR),
        hdf5::H5Sclose,
        space ->
            dataset(
                path,
                text,
                space,
                0,
                id -> {
                  encode(id, "string", "0.2.0");
                  try (NativeTexts block = NativeTexts.of(List.of(value), where())) {
                    check(
                        "write " + path, () -> hdf5.H5Dwrite(id, text, 0, 0, 0, block.addresses()));
                  }
                }));
  }

  /** A single number. */
  void number(String path, double value) {
    using(
        "make a place",
        () -> hdf5.H5Screate(hdf5.H5S_SCALAR),
        hdf5::H5Sclose,
        space ->
            dataset(
                path,
                hdf5.H5T_NATIVE_DOUBLE_g(),
                space,
                0,
                id -> {
                  encode(id, "numeric-scalar", "0.2.0");
                  try (DoublePointer data = new DoublePointer(1)) {
                    data.put(value);
                    check(
                        "write " + path,
                        () -> hdf5.H5Dwrite(id, hdf5.H5T_NATIVE_DOUBLE_g(), 0, 0, 0, data));
                  }
                }));
  }

  /** A list of texts, encoded as a string array. */
  void strings(String path, List<String> values) {
    list(
        path,
        text,
        values.size(),
        false,
        id -> {
          encode(id, "string-array", "0.2.0");
          for (int done = 0; done < values.size(); done += STRINGS) {
            List<String> part = values.subList(done, Math.min(done + STRINGS, values.size()));
            try (NativeTexts block = NativeTexts.of(part, where())) {
              writePart(path, id, text, done, part.size(), block.addresses());
            }
          }
        });
  }

  /** A list of truth values, encoded as an array. */
  void booleans(String path, boolean[] values) {
    list(
        path,
        truth,
        values.length,
        true,
        id -> {
          encode(id, "array", "0.2.0");
          try (BytePointer data = new BytePointer(Math.max(1, values.length))) {
            for (int i = 0; i < values.length; i++) {
              data.put(i, (byte) (values[i] ? 1 : 0));
            }
            writePart(path, id, truth, 0, values.length, data);
          }
        });
  }

  /** A list of doubles, encoded as an array. */
  void doubles(String path, double[] values) {
    list(
        path,
        hdf5.H5T_NATIVE_DOUBLE_g(),
        values.length,
        true,
        id -> {
          encode(id, "array", "0.2.0");
          for (int done = 0; done < values.length; done += PIECE) {
            int count = Math.min(PIECE, values.length - done);
            try (DoublePointer data = new DoublePointer(count)) {
              data.put(values, done, count);
              writePart(path, id, hdf5.H5T_NATIVE_DOUBLE_g(), done, count, data);
            }
          }
        });
  }

  /** A list of whole numbers, encoded as an array of the given width. */
  void longs(String path, long[] values, Width width) {
    list(
        path,
        type(width),
        values.length,
        true,
        id -> {
          encode(id, "array", "0.2.0");
          writeLongs(path, id, values);
        });
  }

  /** A list of whole numbers without encoding attributes: the row offsets of a matrix. */
  void offsets(String path, long[] values, Width width) {
    list(path, type(width), values.length, true, id -> writeLongs(path, id, values));
  }

  private void writeLongs(String path, long id, long[] values) {
    for (int done = 0; done < values.length; done += PIECE) {
      int count = Math.min(PIECE, values.length - done);
      try (LongPointer data = new LongPointer(count)) {
        data.put(values, done, count);
        writePart(path, id, hdf5.H5T_NATIVE_INT64_g(), done, count, data);
      }
    }
  }
}
