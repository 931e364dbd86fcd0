package org.virtualcell.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.OutputExistsException;
import org.virtualcell.api.StorageException;

/**
 * An h5ad file as it is, with embeddings of its cells added to {@code obsm}: all else of the file
 * stays byte for byte what it was, whatever program wrote it. Not thread-safe.
 */
public final class H5adCopy {
  private static final long ROOM = 1L << 20; // for names, groups and texts

  private final Path source;
  private final Map<String, Embedding> embeddings = new LinkedHashMap<>();
  private final SortedMap<String, String> provenance = new TreeMap<>();

  @SuppressWarnings("ArrayRecordComponent") // large, handed over once, compared by nobody
  private record Embedding(float[] values, int columns) {}

  /**
   * Plans a copy.
   *
   * @param source an h5ad file
   */
  public H5adCopy(Path source) {
    this.source = Objects.requireNonNull(source, "source");
  }

  /**
   * Adds an embedding as {@code obsm/NAME}, a float32 array as anndata writes it.
   *
   * @param name such as {@code X_pca}
   * @param values row-major [cells, columns]; not copied before writing
   * @param columns how many numbers a cell has, one or more
   * @return this
   * @throws InvalidDataException if the name cannot be one, or the values are no whole rows
   */
  public H5adCopy embedding(String name, float[] values, int columns) {
    H5adWriter.requireName(name);
    if (columns < 1 || values.length % columns != 0) {
      throw new InvalidDataException(
          values.length + " numbers are no rows of " + columns,
          "obsm/" + name,
          "Pass cells x columns numbers.");
    }
    embeddings.put(name, new Embedding(values, columns));
    return this;
  }

  /**
   * Adds a text about where an embedding comes from, as {@code uns/provenance/KEY}.
   *
   * @param key such as {@code X_pca}
   * @param value the text
   * @return this
   * @throws InvalidDataException if the key is blank or has a slash
   */
  public H5adCopy provenance(String key, String value) {
    provenance.put(H5adWriter.requireName(key), Objects.requireNonNull(value, "value"));
    return this;
  }

  /**
   * Writes the copy. A reader sees the old file, none, or the whole new one; the source is only
   * read.
   *
   * @param target where the copy shall be; its folder must be there
   * @param force whether a file that is there may be replaced, and an embedding of the same name
   * @throws OutputExistsException if one of them is there and {@code force} is false
   * @throws DataFormatException if the source is damaged, or no h5ad of groups
   * @throws InvalidDataException if an embedding does not have a row per cell
   * @throws StorageException if the copy cannot be written, or the disk has no room for it
   */
  public void write(Path target, boolean force) {
    AtomicFile.requireWritable(target, force);
    Place place = place(force);
    AtomicFile.writeVia(
        target,
        force,
        temporary -> {
          requireRoom(target);
          // not Files.copy to a path: a copy of a file that may not be written may not be either
          try (OutputStream copy =
              Files.newOutputStream(temporary, StandardOpenOption.CREATE_NEW)) {
            Files.copy(source, copy);
          }
          try (Hdf5Output out = Hdf5Output.addTo(temporary, target)) {
            add(out, place);
          }
        });
  }

  /** What of the places written to is there already. */
  private record Place(boolean obsm, boolean uns, boolean provenance, Set<String> taken) {}

  private Place place(boolean force) {
    if (FileKind.of(source) != FileKind.HDF5) {
      throw notH5ad();
    }
    Set<String> taken = new HashSet<>();
    try (Hdf5File file =
        Hdf5File.open(source, source.toFile().length(), ReadOptions.defaults().memoryBudget())) {
      if (!file.exists("obs") || !file.exists("var")) {
        throw notH5ad();
      }
      if (file.isDataset("obsm") || file.isDataset("uns")) {
        throw new DataFormatException(
            "The file is of an anndata older than 0.7, nothing can be added to it",
            source.toString(),
            "Save it anew with a current anndata (read_h5ad, then write_h5ad).");
      }
      int cells = new H5adTables(file, new ArrayList<>()).read("obs").rows();
      embeddings.forEach((name, e) -> requireRows(name, e, cells));
      for (String name : embeddings.keySet()) {
        if (file.exists("obsm/" + name)) {
          if (!force) {
            throw new OutputExistsException(
                "The file has an embedding of this name",
                source + ", obsm/" + name,
                "Choose another name, or use --force or force = true to replace it.");
          }
          taken.add("obsm/" + name);
        }
      }
      for (String key : provenance.keySet()) {
        if (file.exists("uns/provenance/" + key)) {
          taken.add("uns/provenance/" + key);
        }
      }
      return new Place(
          file.exists("obsm"), file.exists("uns"), file.exists("uns/provenance"), taken);
    }
  }

  private static void requireRows(String name, Embedding embedding, int cells) {
    if (embedding.values().length / embedding.columns() != cells) {
      throw new InvalidDataException(
          embedding.values().length / embedding.columns() + " rows for " + cells + " cells",
          "obsm/" + name,
          "Pass the embedding of all cells of the file, in their order.");
    }
  }

  private DataFormatException notH5ad() {
    return new DataFormatException(
        "The file is no h5ad, an embedding cannot be added to it",
        source.toString(),
        "Convert it first (in Python: scanpy.read_10x_h5(file).write_h5ad('cells.h5ad')).");
  }

  /** libhdf5 must not meet a full disk. */
  private void requireRoom(Path target) throws IOException {
    long needed = Files.size(source) + ROOM;
    for (Embedding e : embeddings.values()) {
      needed += (long) Float.BYTES * e.values().length;
    }
    for (String text : provenance.values()) {
      needed += 4L * text.length();
    }
    long usable = Files.getFileStore(target.toAbsolutePath().getParent()).getUsableSpace();
    if (usable < needed) {
      throw new StorageException(
          "The file needs " + needed + " bytes, the disk has " + usable + " left",
          target.toString(),
          "Free some space, or write to another disk.");
    }
  }

  private void add(Hdf5Output out, Place place) {
    place.taken().stream().sorted().forEach(out::remove);
    if (!place.obsm()) {
      out.group("obsm", "dict", "0.1.0");
    }
    embeddings.forEach(
        (name, e) ->
            out.array("obsm/" + name, e.values(), e.values().length / e.columns(), e.columns()));
    if (provenance.isEmpty()) {
      return;
    }
    if (!place.uns()) {
      out.group("uns", "dict", "0.1.0");
    }
    if (!place.provenance()) {
      out.group("uns/provenance", "dict", "0.1.0");
    }
    provenance.forEach((key, text) -> out.string("uns/provenance/" + key, text));
  }
}
