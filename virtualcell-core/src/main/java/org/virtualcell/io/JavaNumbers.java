package org.virtualcell.io;

import io.jhdf.api.Dataset;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.api.dataset.ContiguousDataset;
import io.jhdf.dataset.DatasetBase;
import io.jhdf.filter.PipelineFilterWithData;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.virtualcell.api.InvalidDataException;

/** Numbers decoded in Java, with a small cache of decoded chunks. */
final class JavaNumbers implements Numbers {
  private static final long CACHE_BYTES = 32L << 20;

  private final Hdf5File file;
  private final Dataset dataset;
  private final String place;
  private final ElementType type;
  private final long[] shape;
  private final Map<Long, byte[]> cache = new LinkedHashMap<>(16, 0.75f, true);

  private long cachedBytes;

  JavaNumbers(Hdf5File file, Dataset dataset, String place) {
    this.file = file;
    this.dataset = dataset;
    this.place = place;
    this.shape = file.guard(place, dataset::getDimensionsAsLong).clone();
    if (shape.length < 1 || shape.length > 2) {
      throw file.damaged(
          "The data have " + shape.length + " dimensions, a list or a table is expected", place);
    }
    this.type =
        ElementType.of(file.guard(place, dataset::getDataType))
            .orElseThrow(
                () ->
                    file.damaged(
                        "Numbers are expected, found "
                            + dataset.getDataType().getClass().getSimpleName(),
                        place));
    file.requirePlausible(dataset, place);
    requireChunks();
    requireFilters();
  }

  private void requireChunks() {
    if (dataset instanceof ChunkedDataset chunked) {
      int[] sizes = file.guard(place, chunked::getChunkDimensions);
      if (sizes.length != shape.length || Arrays.stream(sizes).anyMatch(size -> size <= 0)) {
        throw file.damaged("Chunks of " + Arrays.toString(sizes) + " are impossible", place);
      }
    }
  }

  private void requireFilters() {
    for (PipelineFilterWithData filter : file.guard(place, dataset::getFilters)) {
      Filters.requireKnown(filter.getId(), filter.getName(), file.path(), place);
    }
  }

  @Override
  public long[] shape() {
    return shape.clone();
  }

  @Override
  public ElementType type() {
    return type;
  }

  @Override
  public String place() {
    return place;
  }

  @Override
  public void read(long firstRow, int rows, float[] to, int at) {
    byte[] raw = slab(firstRow, rows);
    type.decode(raw, raw.length / type.bytes(), to, at);
  }

  @Override
  public void read(long firstRow, int rows, double[] to, int at) {
    byte[] raw = slab(firstRow, rows);
    type.decode(raw, raw.length / type.bytes(), to, at);
  }

  @Override
  public void read(long firstRow, int rows, long[] to, int at) {
    byte[] raw = slab(firstRow, rows);
    type.decode(raw, raw.length / type.bytes(), to, at);
  }

  void requireRows(long firstRow, int rows) {
    file.requireOpen();
    if (firstRow < 0 || rows < 0 || firstRow + rows > shape[0]) {
      throw new InvalidDataException(
          "Rows " + firstRow + " to " + (firstRow + rows) + " of " + shape[0] + " were asked for",
          file.path() + ", " + place,
          "Ask for rows that are there.");
    }
  }

  /** Refuses a dataset one of whose chunks is missing or lies outside the file. */
  void requireChunksInFile() {
    if (dataset instanceof ChunkedDataset chunked) {
      file.guard(
          place,
          () -> {
            int[] chunk = chunked.getChunkDimensions();
            long last = Math.min(shape[0], Integer.MAX_VALUE); // how far the Java reader can count
            for (long row = 0; row < last; row += chunk[0]) {
              for (long column = 0; column < columns(); column += chunk[chunk.length - 1]) {
                chunked.getRawChunkBuffer(offset(row, column));
              }
            }
            return null;
          });
    }
  }

  private int[] offset(long row, long column) {
    if (row > Integer.MAX_VALUE || column > Integer.MAX_VALUE) {
      throw new InvalidDataException(
          "The data hold " + shape[0] + " rows, more than can be read without libhdf5",
          file.path() + ", " + place,
          "Split the file, or use a platform on which libhdf5 can be loaded.");
    }
    return shape.length == 1 ? new int[] {(int) row} : new int[] {(int) row, (int) column};
  }

  /** The bytes of some rows, one row after the other. */
  private byte[] slab(long firstRow, int rows) {
    requireRows(firstRow, rows);
    long bytes = Hdf5File.saturatedProduct(rows * columns(), type.bytes());
    if (bytes > Integer.MAX_VALUE - 8) {
      throw new InvalidDataException(
          "A block of " + bytes + " bytes was asked for",
          file.path() + ", " + place,
          "Ask for fewer rows at a time.");
    }
    return file.guard(place, () -> read(firstRow, rows, (int) bytes));
  }

  private byte[] read(long firstRow, int rows, int bytes) {
    byte[] slab = new byte[bytes];
    if (bytes == 0) {
      return slab;
    }
    if (dataset instanceof ChunkedDataset chunked) {
      copyChunks(chunked, firstRow, rows, slab);
    } else if (dataset instanceof ContiguousDataset contiguous) {
      copyContiguous(contiguous, firstRow, slab);
    } else {
      copyCompact(firstRow, slab);
    }
    return slab;
  }

  private void copyContiguous(ContiguousDataset contiguous, long firstRow, byte[] slab) {
    long from = firstRow * columns() * type.bytes();
    long address = contiguous.getDataAddress();
    if (address < 0) {
      return; // never written: zeros
    }
    if (address > file.fileBytes() - from - slab.length) {
      throw file.damaged("The data lie beyond the end of the file", place);
    }
    contiguous.getHdfFile().getHdfBackingStorage().map(address + from, slab.length).get(slab);
  }

  private void copyCompact(long firstRow, byte[] slab) {
    ByteBuffer all = ((DatasetBase) dataset).getDataBuffer();
    long from = firstRow * columns() * type.bytes();
    if (from + slab.length > all.limit()) {
      throw file.damaged("The data kept in the header are too short", place);
    }
    all.position((int) from).get(slab);
  }

  private void copyChunks(ChunkedDataset chunked, long firstRow, int rows, byte[] slab) {
    int[] chunk = chunked.getChunkDimensions();
    long across = columns();
    long chunkRows = chunk[0];
    long chunkColumns = chunk.length > 1 ? chunk[1] : 1;
    long last = firstRow + rows;
    for (long r = firstRow / chunkRows * chunkRows; r < last; r += chunkRows) {
      for (long c = 0; c < across; c += chunkColumns) {
        byte[] part = chunk(chunked, chunk, r, c);
        int width = (int) Math.min(chunkColumns, across - c) * type.bytes();
        for (long row = Math.max(r, firstRow); row < Math.min(r + chunkRows, last); row++) {
          int from = (int) ((row - r) * chunkColumns) * type.bytes();
          int to = (int) ((row - firstRow) * across + c) * type.bytes();
          System.arraycopy(part, from, slab, to, width);
        }
      }
    }
  }

  private byte[] chunk(ChunkedDataset chunked, int[] dimensions, long row, long column) {
    long key = row * Math.max(1, columns()) + column;
    byte[] known = cache.get(key);
    if (known != null) {
      return known;
    }
    long expected = type.bytes();
    for (int d : dimensions) {
      expected = Hdf5File.saturatedProduct(expected, d);
    }
    file.requireBudget(expected, 1, place);
    int[] offset = offset(row, column);
    byte[] part = chunked.getDecompressedChunk(offset);
    if (part.length != expected) {
      throw file.damaged(
          "A chunk holds " + part.length + " bytes instead of " + expected,
          place + " at " + Arrays.toString(offset));
    }
    remember(key, part);
    return part;
  }

  private void remember(long key, byte[] part) {
    cache.put(key, part);
    cachedBytes += part.length;
    var oldest = cache.entrySet().iterator();
    while (cachedBytes > CACHE_BYTES && cache.size() > 1) {
      cachedBytes -= oldest.next().getValue().length;
      oldest.remove();
    }
  }
}
