package org.virtualcell.io;

import java.util.OptionalLong;
import org.bytedeco.hdf5.global.hdf5;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Numbers read by libhdf5 from a dataset that was checked in Java before. What libhdf5 refuses, or
 * has no memory for, is read in Java, which gives the data or says what is wrong.
 */
final class NativeNumbers implements Numbers {
  private static final long PIECE = 1 << 18; // numbers copied at a time: 2 MiB off the heap

  private final NativeInput input;
  private final JavaNumbers checked;

  NativeNumbers(NativeInput input, JavaNumbers checked) {
    this.input = input;
    this.checked = checked;
  }

  @Override
  public long[] shape() {
    return checked.shape();
  }

  @Override
  public ElementType type() {
    return checked.type();
  }

  @Override
  public String place() {
    return checked.place();
  }

  @Override
  public void read(long firstRow, int rows, float[] to, int at) {
    checked.requireRows(firstRow, rows);
    int step = rowsPerPiece();
    for (int done = 0; done < rows; done += step) {
      int count = Math.min(step, rows - done);
      int numbers = Math.toIntExact(count * columns());
      int place = at + Math.toIntExact(done * columns());
      try (FloatPointer piece = new FloatPointer(numbers)) {
        if (read(firstRow + done, count, hdf5.H5T_NATIVE_FLOAT_g(), piece)) {
          piece.get(to, place, numbers);
        } else {
          checked.read(firstRow + done, count, to, place);
        }
      } catch (OutOfMemoryError e) { // the limit on memory outside the heap
        checked.read(firstRow + done, count, to, place);
      }
    }
  }

  @Override
  public void read(long firstRow, int rows, double[] to, int at) {
    checked.requireRows(firstRow, rows);
    int step = rowsPerPiece();
    for (int done = 0; done < rows; done += step) {
      int count = Math.min(step, rows - done);
      int numbers = Math.toIntExact(count * columns());
      int place = at + Math.toIntExact(done * columns());
      try (DoublePointer piece = new DoublePointer(numbers)) {
        if (read(firstRow + done, count, hdf5.H5T_NATIVE_DOUBLE_g(), piece)) {
          piece.get(to, place, numbers);
        } else {
          checked.read(firstRow + done, count, to, place);
        }
      } catch (OutOfMemoryError e) { // the limit on memory outside the heap
        checked.read(firstRow + done, count, to, place);
      }
    }
  }

  @Override
  public void read(long firstRow, int rows, long[] to, int at) {
    if (type().kind() == ElementType.Kind.FLOATING) {
      checked.read(firstRow, rows, to, at);
      return;
    }
    checked.requireRows(firstRow, rows);
    int step = rowsPerPiece();
    for (int done = 0; done < rows; done += step) {
      int count = Math.min(step, rows - done);
      int numbers = Math.toIntExact(count * columns());
      int place = at + Math.toIntExact(done * columns());
      try (LongPointer piece = new LongPointer(numbers)) {
        if (read(firstRow + done, count, hdf5.H5T_NATIVE_INT64_g(), piece)) {
          piece.get(to, place, numbers);
        } else {
          checked.read(firstRow + done, count, to, place);
        }
      } catch (OutOfMemoryError e) { // the limit on memory outside the heap
        checked.read(firstRow + done, count, to, place);
      }
    }
  }

  private int rowsPerPiece() {
    return (int) Math.max(1, PIECE / Math.max(1, columns()));
  }

  /** Whether libhdf5 read the rows into the memory given. */
  private boolean read(long firstRow, int rows, long memoryType, Pointer to) {
    return rows == 0
        || NativeInput.locked(() -> readLocked(firstRow, rows, memoryType, to) ? 0 : -1) == 0;
  }

  private boolean readLocked(long firstRow, int rows, long memoryType, Pointer to) {
    OptionalLong dataset = input.dataset(place());
    if (dataset.isEmpty()) {
      return false;
    }
    boolean list = shape().length == 1;
    long[] start = list ? new long[] {firstRow} : new long[] {firstRow, 0};
    long[] size = list ? new long[] {rows} : new long[] {rows, columns()};
    long inFile = hdf5.H5Dget_space(dataset.getAsLong());
    long inMemory = hdf5.H5Screate_simple(size.length, size, (long[]) null);
    try {
      return hasCheckedShape(inFile)
          && hdf5.H5Sselect_hyperslab(inFile, hdf5.H5S_SELECT_SET, start, null, size, (long[]) null)
              >= 0
          && hdf5.H5Dread(dataset.getAsLong(), memoryType, inMemory, inFile, 0, to) >= 0;
    } finally {
      hdf5.H5Sclose(inMemory);
      hdf5.H5Sclose(inFile);
    }
  }

  /** Both readers must see the same shape, else libhdf5 would write past the memory given. */
  private boolean hasCheckedShape(long space) {
    long[] shape = shape();
    if (hdf5.H5Sget_simple_extent_ndims(space) != shape.length) {
      return false;
    }
    long[] seen = new long[shape.length];
    hdf5.H5Sget_simple_extent_dims(space, seen, (long[]) null);
    return java.util.Arrays.equals(shape, seen);
  }
}
