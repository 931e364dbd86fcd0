package org.virtualcell.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.LongConsumer;
import org.bytedeco.hdf5.global.hdf5;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * An HDF5 file being written by libhdf5: files, groups, attributes and datasets. Every name is a
 * path from the root. One thread at a time; the global lock is held for single calls only, so that
 * others can read meanwhile.
 */
class NativeOutput implements AutoCloseable {
  private static final int CHUNK = 1 << 17; // numbers: 512 KiB of 4-byte ones
  static final int PIECE = 1 << 18; // numbers handed over in one call
  private static final long VARIABLE = -1;
  private static final long GROWTH = 1 << 20; // bytes a file in memory grows by

  private final String where;
  private final int compression;
  private final Deque<Runnable> open = new ArrayDeque<>();
  final long file;
  final long text;
  final long truth;

  /** How numbers lie in the file, whatever array they are handed over in. */
  enum Width {
    FLOAT32,
    FLOAT64,
    INT8,
    INT16,
    INT32,
    INT64
  }

  /** Where a file that is written lives, or comes from. */
  enum Origin {
    /** It is made on the disk, where no file is yet. */
    NEW,
    /** It is made in memory. */
    IN_MEMORY,
    /** It is on the disk and is added to. */
    THERE
  }

  NativeOutput(Path path, Path target, int compression, Origin origin) {
    this.where = target.toString();
    this.compression = compression;
    try {
      file = openFile(path, origin);
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

  private long openFile(Path path, Origin origin) {
    long[] id = new long[1];
    using(
        "plan the file",
        () -> hdf5.H5Pcreate(hdf5.H5P_CLS_FILE_ACCESS_ID_g()),
        hdf5::H5Pclose,
        plan -> {
          if (origin == Origin.THERE) {
            check("leave the file unlocked", () -> hdf5.H5Pset_file_locking(plan, false, true));
            id[0] =
                open(
                    "open the file",
                    () -> hdf5.H5Fopen(path.toString(), hdf5.H5F_ACC_RDWR, plan),
                    hdf5::H5Fclose);
            return;
          }
          boolean inMemory = origin == Origin.IN_MEMORY;
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

  /** The file, for messages. */
  final String where() {
    return where;
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

  interface Closing {
    int close(long id);
  }

  interface Call {
    long run();
  }

  private long open(String operation, Call call, Closing closing) {
    long id = NativeHdf5.call(operation, where, call::run);
    open.push(() -> check("close what was written", () -> closing.close(id)));
    return id;
  }

  void check(String operation, Call call) {
    NativeHdf5.call(operation, where, call::run);
  }

  /** Opens an id, uses it, and closes it again, also when using it fails. */
  void using(String operation, Call call, Closing closing, LongConsumer use) {
    long id = NativeHdf5.call(operation, where, call::run);
    try {
      use.accept(id);
    } finally {
      check("finish to " + operation, () -> closing.close(id));
    }
  }

  void textAttribute(long object, String name, String value) {
    using(
        "make a place",
        () -> hdf5.H5Screate(hdf5.H5S_SCALAR),
        hdf5::H5Sclose,
        space -> attribute(object, name, text, space, NativeTexts.of(List.of(value), where)));
  }

  void attribute(long object, String name, long type, long space, NativeTexts block) {
    try (block) {
      using(
          "make attribute " + name,
          () -> hdf5.H5Acreate2(object, name, type, space, 0, 0),
          hdf5::H5Aclose,
          id -> check("write attribute " + name, () -> hdf5.H5Awrite(id, type, block.addresses())));
    }
  }

  void numberAttribute(long object, String name, int length, long type, Pointer value) {
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

  static long type(Width width) {
    return switch (width) {
      case FLOAT32 -> hdf5.H5T_NATIVE_FLOAT_g();
      case FLOAT64 -> hdf5.H5T_NATIVE_DOUBLE_g();
      case INT8 -> hdf5.H5T_NATIVE_INT8_g();
      case INT16 -> hdf5.H5T_NATIVE_INT16_g();
      case INT32 -> hdf5.H5T_NATIVE_INT32_g();
      case INT64 -> hdf5.H5T_NATIVE_INT64_g();
    };
  }

  void list(String path, long type, long length, boolean packed, LongConsumer fill) {
    withSpace(length, space -> dataset(path, type, space, packed ? length : 0, fill));
  }

  void withSpace(long length, LongConsumer use) {
    using(
        "make a place",
        () -> hdf5.H5Screate_simple(1, new long[] {length}, (long[]) null),
        hdf5::H5Sclose,
        use);
  }

  /** A table of single-precision numbers, row-major, as it lies in memory. */
  void table(String path, float[] values, int rows, int columns, LongConsumer attributes) {
    using(
        "make a place",
        () -> hdf5.H5Screate_simple(2, new long[] {rows, columns}, (long[]) null),
        hdf5::H5Sclose,
        space ->
            dataset(
                path,
                hdf5.H5T_NATIVE_FLOAT_g(),
                space,
                0,
                id -> {
                  attributes.accept(id);
                  int most = Math.max(1, PIECE / columns);
                  for (int row = 0; row < rows; row += most) {
                    writeRows(path, id, values, row, Math.min(most, rows - row), columns);
                  }
                }));
  }

  private void writeRows(String path, long id, float[] values, int row, int count, int columns) {
    long[] start = {row, 0};
    long[] size = {count, columns};
    try (FloatPointer data = new FloatPointer((long) count * columns)) {
      data.put(values, row * columns, count * columns);
      using(
          "find the place in " + path,
          () -> hdf5.H5Dget_space(id),
          hdf5::H5Sclose,
          inFile ->
              using(
                  "make a place",
                  () -> hdf5.H5Screate_simple(2, size, (long[]) null),
                  hdf5::H5Sclose,
                  inMemory -> {
                    check(
                        "choose rows of " + path,
                        () ->
                            hdf5.H5Sselect_hyperslab(
                                inFile, hdf5.H5S_SELECT_SET, start, null, size, (long[]) null));
                    check(
                        "write " + path,
                        () ->
                            hdf5.H5Dwrite(
                                id, hdf5.H5T_NATIVE_FLOAT_g(), inMemory, inFile, 0, data));
                  }));
    }
  }

  /** Takes a name out of the file. */
  void remove(String path) {
    check("remove " + path, () -> hdf5.H5Ldelete(file, path, 0));
  }

  void dataset(String path, long type, long space, long packedLength, LongConsumer fill) {
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

  void writePart(String path, long id, long type, long from, long count, Pointer data) {
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
