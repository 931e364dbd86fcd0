package org.virtualcell.io;

import io.jhdf.api.Dataset;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.api.dataset.ContiguousDataset;
import io.jhdf.filter.PipelineFilterWithData;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.bytedeco.hdf5.global.hdf5;

/**
 * A file opened by libhdf5 for its bulk numbers, beside the Java reader that has the say about its
 * structure. A dataset comes here only after it was checked in Java: type, size, filters, and every
 * chunk inside the file. What libhdf5 refuses is read in Java instead.
 *
 * <p>The system property {@code virtualcell.hdf5} says who reads numbers: {@code auto} (libhdf5 for
 * large datasets), {@code java} (never libhdf5) or {@code native} (libhdf5 for all it can read).
 */
final class NativeInput implements AutoCloseable {
  private static final String CHOICE = "virtualcell.hdf5";
  private static final long FEWEST = 1 << 16; // smaller datasets are not worth a second opening
  private static final long LARGEST_CHUNK = 32L << 20;
  private static final long CACHE_SLOTS = 521;
  private static final long NOT_OPEN = -1;

  private final Hdf5File file;
  private final Map<String, Long> datasets = new HashMap<>();

  private long id = NOT_OPEN;
  private boolean refused;

  NativeInput(Hdf5File file) {
    this.file = file;
  }

  /** Whether libhdf5 shall read a dataset that was found sound. */
  static boolean suits(Dataset dataset, JavaNumbers checked) {
    String choice = System.getProperty(CHOICE, "auto");
    long numbers = Hdf5File.saturatedProduct(checked.rows(), checked.columns());
    return !choice.equals("java")
        && numbers >= (choice.equals("native") ? 1 : FEWEST)
        && isPlain(checked.type(), dataset)
        && hasPlainLayout(dataset, checked.type())
        && NativeHdf5.absence().isEmpty();
  }

  private static boolean isPlain(ElementType type, Dataset dataset) {
    return !Hdf5File.isTruth(dataset)
        && (type.kind() == ElementType.Kind.FLOATING
            ? type.bytes() >= Float.BYTES
            : type.kind() == ElementType.Kind.SIGNED || type.bytes() < Long.BYTES);
  }

  private static boolean hasPlainLayout(Dataset dataset, ElementType type) {
    if (dataset instanceof ContiguousDataset contiguous) {
      return contiguous.getDataAddress() >= 0;
    }
    if (!(dataset instanceof ChunkedDataset chunked)) {
      return false;
    }
    long bytes = type.bytes();
    for (int size : chunked.getChunkDimensions()) {
      bytes = Hdf5File.saturatedProduct(bytes, size);
    }
    return bytes > 0
        && bytes <= LARGEST_CHUNK
        && dataset.getFilters().stream()
            .mapToInt(PipelineFilterWithData::getId)
            .allMatch(f -> f == Filters.DEFLATE || f == Filters.SHUFFLE || f == Filters.FLETCHER32);
  }

  /** The id of an open dataset, empty when libhdf5 refuses it. To be called under the lock. */
  OptionalLong dataset(String place) {
    if (refused || id < 0 && !open()) {
      return OptionalLong.empty();
    }
    Long known = datasets.get(place);
    if (known == null) {
      long plan = hdf5.H5Pcreate(hdf5.H5P_CLS_DATASET_ACCESS_ID_g());
      hdf5.H5Pset_chunk_cache(plan, CACHE_SLOTS, LARGEST_CHUNK, 1.0);
      known = hdf5.H5Dopen2(id, place, plan);
      hdf5.H5Pclose(plan);
      if (known < 0) {
        return OptionalLong.empty();
      }
      datasets.put(place, known);
    }
    return OptionalLong.of(known);
  }

  private boolean open() {
    long plan = hdf5.H5Pcreate(hdf5.H5P_CLS_FILE_ACCESS_ID_g());
    hdf5.H5Pset_file_locking(plan, false, true);
    id = hdf5.H5Fopen(file.path().toString(), hdf5.H5F_ACC_RDONLY, plan);
    hdf5.H5Pclose(plan);
    refused = id < 0;
    return !refused;
  }

  /** Runs a piece of reading under the process-wide lock. */
  static long locked(LongSupplier reading) {
    synchronized (NativeHdf5.LOCK) {
      return reading.getAsLong();
    }
  }

  @Override
  public void close() {
    synchronized (NativeHdf5.LOCK) {
      datasets.values().forEach(hdf5::H5Dclose);
      datasets.clear();
      if (id >= 0) {
        hdf5.H5Fclose(id);
        id = NOT_OPEN;
      }
      refused = true;
    }
  }
}
