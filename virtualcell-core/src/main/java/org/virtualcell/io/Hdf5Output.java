package org.virtualcell.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.bytedeco.hdf5.global.hdf5;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.virtualcell.api.InvalidDataException;

/**
 * An HDF5 file being written by libhdf5. Every name is a path from the root. One thread at a time;
 * the global lock is held for single calls only, so that others can read meanwhile.
 */
final class Hdf5Output implements AutoCloseable {
  private static final int CHUNK = 1 << 17; // numbers: 512 KiB of 4-byte ones
  private static final int PIECE = 1 << 18; // numbers handed over in one call
  private static final int STRINGS = 4096; // texts handed over in one call
  private static final long VARIABLE = -1;
  private static final long GROWTH = 1 << 20; // bytes a file in memory grows by

  private final String where;
  private final int compression;
  private final Deque<Runnable> open = new ArrayDeque<>();
  private final long file;
  private final long text;
  private final long truth;

  /** How numbers lie in the file, whatever array they are handed over in. */
  enum Width {
    FLOAT32,
    FLOAT64,
    INT8,
    INT16,
    INT32,
    INT64
  }

  private Hdf5Output(Path path, Path target, int compression, boolean inMemory) {
    this.where = target.toString();
    this.compression = compression;
    try {
      file = createFile(path, inMemory);
      text = open("make a text type", () -> hdf5.H5Tcopy(hdf5.H5T_C_S1_g()), hdf5::H5Tclose);
      check("size a text type", () -> hdf5.H5Tset_size(text, VARIABLE));
      check("set UTF-8", () -> hdf5.H5Tset_cset(text, hdf5.H5T_CSET_UTF8));
      truth =
          open(
              "make a truth type",
              () -> hdf5.H5Tenum_create(hdf5.H5T_NATIVE_INT8_g()),
              hdf5::H5Tclose);
      try (BytePointer value = new BytePointer(1)) {
        value.put((byte) 0);
        check("name FALSE", () -> hdf5.H5Tenum_insert(truth, "FALSE", value));
        value.put((byte) 1);
        check("name TRUE", () -> hdf5.H5Tenum_insert(truth, "TRUE", value));
      }
    } catch (RuntimeException | Error e) {
      abandon(e);
      throw e;
    }
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
    return new Hdf5Output(path, target, compression, false);
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
    return new Hdf5Output(target, target, compression, true);
  }

  private long createFile(Path path, boolean inMemory) {
    long[] id = new long[1];
    using(
        "plan the file",
        () -> hdf5.H5Pcreate(hdf5.H5P_CLS_FILE_ACCESS_ID_g()),
        hdf5::H5Pclose,
        plan -> {
          if (inMemory) {
            check("keep the file in memory", () -> hdf5.H5Pset_fapl_core(plan, GROWTH, false));
          }
          int mode = inMemory ? hdf5.H5F_ACC_TRUNC : hdf5.H5F_ACC_EXCL;
          id[0] =
              open(
                  "create the file",
                  () -> hdf5.H5Fcreate(path.toString(), mode, 0, plan),
                  hdf5::H5Fclose);
        });
    return id[0];
  }

  /** Copies a file in memory, which must be complete but for being closed. */
  void copyTo(OutputStream out) throws IOException {
    check("complete the file", () -> hdf5.H5Fflush(file, hdf5.H5F_SCOPE_GLOBAL));
    long size =
        NativeHdf5.call("size the file", where, () -> hdf5.H5Fget_file_image(file, null, 0));
    try (BytePointer image = new BytePointer(size)) {
      check("copy the file", () -> hdf5.H5Fget_file_image(file, image, size));
      byte[] piece = new byte[PIECE];
      for (long done = 0; done < size; done += PIECE) {
        int count = (int) Math.min(PIECE, size - done);
        image.position(done).get(piece, 0, count);
        out.write(piece, 0, count);
      }
    }
  }

  private interface Closing {
    int close(long id);
  }

  private interface Call {
    long run();
  }

  private long open(String operation, Call call, Closing closing) {
    long id = NativeHdf5.call(operation, where, call::run);
    open.push(() -> check("close what was written", () -> closing.close(id)));
    return id;
  }

  private void check(String operation, Call call) {
    NativeHdf5.call(operation, where, call::run);
  }

  /** Opens an id, uses it, and closes it again, also when using it fails. */
  private void using(
      String operation, Call call, Closing closing, java.util.function.LongConsumer use) {
    long id = NativeHdf5.call(operation, where, call::run);
    try {
      use.accept(id);
    } finally {
      check("finish to " + operation, () -> closing.close(id));
    }
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

  private void textAttribute(long object, String name, String value) {
    using(
        "make a place",
        () -> hdf5.H5Screate(hdf5.H5S_SCALAR),
        hdf5::H5Sclose,
        space -> attribute(object, name, text, space, texts(List.of(value))));
  }

  private void attribute(long object, String name, long type, long space, TextBlock block) {
    try (block) {
      using(
          "make attribute " + name,
          () -> hdf5.H5Acreate2(object, name, type, space, 0, 0),
          hdf5::H5Aclose,
          id -> check("write attribute " + name, () -> hdf5.H5Awrite(id, type, block.addresses)));
    }
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
              space -> attribute(id, "column-order", text, space, texts(columns)));
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

  private void numberAttribute(long object, String name, int length, long type, Pointer value) {
    using(
        "make a place",
        () ->
            length == 0
                ? hdf5.H5Screate(hdf5.H5S_SCALAR)
                : hdf5.H5Screate_simple(1, new long[] {length}, (long[]) null),
        hdf5::H5Sclose,
        space ->
            using(
                "make attribute " + name,
                () -> hdf5.H5Acreate2(object, name, type, space, 0, 0),
                hdf5::H5Aclose,
                id -> check("write attribute " + name, () -> hdf5.H5Awrite(id, type, value))));
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
                  try (TextBlock block = texts(List.of(value))) {
                    check("write " + path, () -> hdf5.H5Dwrite(id, text, 0, 0, 0, block.addresses));
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
            try (TextBlock block = texts(part)) {
              writePart(path, id, text, done, part.size(), block.addresses);
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

  /** Opens a list that is filled piece by piece; it is closed with the file. */
  Pieces pieces(String path, long length, Width width) {
    long[] id = new long[1];
    withSpace(length, space -> id[0] = create(path, type(width), space, length));
    open.push(() -> check("close " + path, () -> hdf5.H5Dclose(id[0])));
    return new Pieces(path, id[0]);
  }

  /** A list being filled. */
  final class Pieces {
    private final String path;
    private final long id;
    private long filled;

    private Pieces(String path, long id) {
      this.path = path;
      this.id = id;
    }

    void append(float[] values, int length) {
      for (int done = 0; done < length; done += PIECE) {
        int count = Math.min(PIECE, length - done);
        try (FloatPointer data = new FloatPointer(count)) {
          data.put(values, done, count);
          writePart(path, id, hdf5.H5T_NATIVE_FLOAT_g(), filled, count, data);
        }
        filled += count;
      }
    }

    void append(int[] values, int length) {
      for (int done = 0; done < length; done += PIECE) {
        int count = Math.min(PIECE, length - done);
        try (IntPointer data = new IntPointer(count)) {
          data.put(values, done, count);
          writePart(path, id, hdf5.H5T_NATIVE_INT32_g(), filled, count, data);
        }
        filled += count;
      }
    }
  }

  private static long type(Width width) {
    return switch (width) {
      case FLOAT32 -> hdf5.H5T_NATIVE_FLOAT_g();
      case FLOAT64 -> hdf5.H5T_NATIVE_DOUBLE_g();
      case INT8 -> hdf5.H5T_NATIVE_INT8_g();
      case INT16 -> hdf5.H5T_NATIVE_INT16_g();
      case INT32 -> hdf5.H5T_NATIVE_INT32_g();
      case INT64 -> hdf5.H5T_NATIVE_INT64_g();
    };
  }

  private void list(
      String path, long type, long length, boolean packed, java.util.function.LongConsumer fill) {
    withSpace(length, space -> dataset(path, type, space, packed ? length : 0, fill));
  }

  private void withSpace(long length, java.util.function.LongConsumer use) {
    using(
        "make a place",
        () -> hdf5.H5Screate_simple(1, new long[] {length}, (long[]) null),
        hdf5::H5Sclose,
        use);
  }

  private void dataset(
      String path, long type, long space, long packedLength, java.util.function.LongConsumer fill) {
    using("make " + path, () -> create(path, type, space, packedLength), hdf5::H5Dclose, fill);
  }

  /** Creates a dataset: chunked, shuffled and deflated when {@code packedLength} is positive. */
  private long create(String path, long type, long space, long packedLength) {
    long[] id = new long[1];
    using(
        "describe " + path,
        () -> hdf5.H5Pcreate(hdf5.H5P_CLS_DATASET_CREATE_ID_g()),
        hdf5::H5Pclose,
        plan -> {
          check("leave out times", () -> hdf5.H5Pset_obj_track_times(plan, false));
          if (packedLength > 0 && compression > 0) {
            long chunk = Math.min(packedLength, CHUNK);
            check("set the chunk", () -> hdf5.H5Pset_chunk(plan, 1, chunk));
            check("set shuffle", () -> hdf5.H5Pset_shuffle(plan));
            check("set deflate", () -> hdf5.H5Pset_deflate(plan, compression));
          }
          id[0] =
              NativeHdf5.call(
                  "make " + path,
                  where,
                  () -> hdf5.H5Dcreate2(file, path, type, space, 0, plan, 0));
        });
    return id[0];
  }

  private void writePart(String path, long id, long type, long from, long count, Pointer data) {
    if (count == 0) {
      return;
    }
    long[] start = {from};
    long[] size = {count};
    using(
        "find the place in " + path,
        () -> hdf5.H5Dget_space(id),
        hdf5::H5Sclose,
        inFile ->
            using(
                "make a place",
                () -> hdf5.H5Screate_simple(1, size, (long[]) null),
                hdf5::H5Sclose,
                inMemory -> {
                  check(
                      "choose a part of " + path,
                      () ->
                          hdf5.H5Sselect_hyperslab(
                              inFile, hdf5.H5S_SELECT_SET, start, null, size, (long[]) null));
                  check("write " + path, () -> hdf5.H5Dwrite(id, type, inMemory, inFile, 0, data));
                }));
  }

  /** Texts as libhdf5 wants them: zero-ended UTF-8 and a list of addresses. */
  private record TextBlock(BytePointer bytes, LongPointer addresses) implements AutoCloseable {
    @Override
    public void close() {
      addresses.close();
      bytes.close();
    }
  }

  private TextBlock texts(List<String> values) {
    byte[][] encoded = new byte[values.size()][];
    long total = 0;
    for (int i = 0; i < encoded.length; i++) {
      String value = values.get(i);
      if (value.indexOf('\0') >= 0) {
        throw new InvalidDataException(
            "A text contains a zero character",
            where + ", '" + value.replace('\0', '?') + "'",
            "Remove it; HDF5 texts end at it.");
      }
      encoded[i] = value.getBytes(StandardCharsets.UTF_8);
      total += encoded[i].length + 1L;
    }
    BytePointer bytes = new BytePointer(Math.max(1, total));
    LongPointer addresses = new LongPointer(Math.max(1, encoded.length));
    long at = 0;
    for (int i = 0; i < encoded.length; i++) {
      addresses.put(i, bytes.address() + at);
      bytes.position(at).put(encoded[i], 0, encoded[i].length);
      bytes.position(at + encoded[i].length).put((byte) 0);
      at += encoded[i].length + 1L;
    }
    bytes.position(0);
    return new TextBlock(bytes, addresses);
  }

  /** Closes everything; the file is complete only when this returns normally. */
  @Override
  public void close() {
    RuntimeException first = null;
    while (!open.isEmpty()) {
      try {
        open.pop().run();
      } catch (RuntimeException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }

  private void abandon(Throwable cause) {
    try {
      close();
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }
}
