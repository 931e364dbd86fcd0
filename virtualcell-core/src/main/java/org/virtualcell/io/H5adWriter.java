package org.virtualcell.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.virtualcell.api.CancelledException;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.MemoryBudgetException;
import org.virtualcell.api.OutputExistsException;
import org.virtualcell.api.Progress;
import org.virtualcell.api.StorageException;

/**
 * Writes annotated cells as h5ad in the encoding of anndata 0.8 and later, which scanpy, anndata
 * and cell-eval open unchanged: float32 values compressed by rows, int32 genes, shuffle and
 * deflate, string arrays, categories for texts that repeat. Not thread-safe.
 *
 * <p>A file of up to 512 MiB (a quarter of the Java heap, if that is less) is put together in
 * memory outside the heap and then written; a larger one is written directly, after checking that
 * the disk has room for it uncompressed.
 */
public final class H5adWriter {
  private static final int DEFAULT_COMPRESSION = 4;
  private static final int LARGEST_COMPRESSION = 9;
  private static final long LARGEST_IN_MEMORY = 512L << 20;
  private static final long BYTES_PER_LABEL = 64;
  private static final long BYTES_PER_VALUE = Integer.BYTES + Float.BYTES;
  private static final long VALUES_PER_BLOCK = 1 << 20;

  private final GeneVocabulary genes;
  private final Table observations;
  private final Map<String, ExpressionMatrix> matrices = new LinkedHashMap<>();
  private final SortedMap<String, String> provenance = new TreeMap<>();

  private ExpressionUnits units;
  private List<Column> variables = List.of();
  private int compression = DEFAULT_COMPRESSION;

  /**
   * Starts a file.
   *
   * @param genes the genes, in the order of the matrix's columns
   * @param observations a row per cell
   */
  public H5adWriter(GeneVocabulary genes, Table observations) {
    this.genes = Objects.requireNonNull(genes, "genes");
    this.observations = Objects.requireNonNull(observations, "observations");
  }

  /**
   * Sets matrix {@code X}.
   *
   * @param matrix cells x genes
   * @param of what its values are
   * @return this
   * @throws InvalidDataException if its shape does not fit
   */
  public H5adWriter expression(ExpressionMatrix matrix, ExpressionUnits of) {
    units = Objects.requireNonNull(of, "of");
    return put("X", matrix);
  }

  /**
   * Adds a layer.
   *
   * @param name its name
   * @param matrix cells x genes
   * @return this
   * @throws InvalidDataException if its shape does not fit, or the name is blank or has a slash
   */
  public H5adWriter layer(String name, ExpressionMatrix matrix) {
    return put("layers/" + requireName(name), matrix);
  }

  private H5adWriter put(String place, ExpressionMatrix matrix) {
    if (matrix.rows() != observations.rows() || matrix.genes() != genes.size()) {
      throw new InvalidDataException(
          "A matrix of "
              + matrix.rows()
              + " x "
              + matrix.genes()
              + " does not fit "
              + observations.rows()
              + " cells and "
              + genes.size()
              + " genes",
          place,
          "Pass the tables the matrix was built with.");
    }
    matrices.put(place, matrix);
    return this;
  }

  /**
   * Adds columns that describe the genes.
   *
   * @param columns columns with a value per gene
   * @return this
   */
  public H5adWriter variables(List<Column> columns) {
    variables = List.copyOf(columns);
    return this;
  }

  /**
   * Adds a text about where the content comes from, as {@code uns/provenance/KEY}.
   *
   * @param key such as {@code model}
   * @param value the text
   * @return this
   * @throws InvalidDataException if the key is blank or has a slash
   */
  public H5adWriter provenance(String key, String value) {
    provenance.put(requireName(key), Objects.requireNonNull(value, "value"));
    return this;
  }

  /**
   * Sets how hard to compress.
   *
   * @param level 0 (not at all) to 9; 4 unless set
   * @return this
   * @throws InvalidDataException if it is outside that range
   */
  public H5adWriter compression(int level) {
    if (level < 0 || level > LARGEST_COMPRESSION) {
      throw new InvalidDataException(
          "Compression level " + level + " is not 0 to 9", "H5adWriter", "Use 4, for instance.");
    }
    compression = level;
    return this;
  }

  static String requireName(String name) {
    if (name.isBlank() || name.contains("/") || name.equals(".") || name.indexOf('\0') >= 0) {
      throw new InvalidDataException(
          "'" + name.replace('\0', '?') + "' cannot be a name in an h5ad file",
          "H5adWriter",
          "Use a name that is not blank and has no slash.");
    }
    return name;
  }

  /**
   * Writes the file atomically.
   *
   * @param target where the file shall be; its folder must be there
   * @param force whether a file that is there may be replaced
   * @throws OutputExistsException if the target is there and {@code force} is false
   * @throws StorageException if it cannot be written, or this platform has no libhdf5
   * @throws InvalidDataException if no expression was set, or columns do not fit
   */
  public void write(Path target, boolean force) {
    write(target, force, Progress.SILENT);
  }

  /**
   * Writes the file atomically.
   *
   * @param target where the file shall be; its folder must be there
   * @param force whether a file that is there may be replaced
   * @param progress hears how many cells are written; may cancel
   * @throws OutputExistsException if the target is there and {@code force} is false
   * @throws StorageException if it cannot be written, or this platform has no libhdf5
   * @throws InvalidDataException if no expression was set, or columns do not fit
   * @throws CancelledException if the listener asked for it; nothing is left behind
   */
  public void write(Path target, boolean force, Progress progress) {
    if (units == null) {
      throw new InvalidDataException(
          "There is no expression to write", target.toString(), "Set it with expression().");
    }
    Table described = describedGenes();
    try {
      write(target, force, progress, described);
    } catch (OutOfMemoryError e) {
      throw new MemoryBudgetException(
          "There is not enough memory to write the file: " + e.getMessage(),
          target.toString(),
          "Raise the Java heap (-Xmx), or the limit on memory outside it"
              + " (-Dorg.bytedeco.javacpp.maxPhysicalBytes=0).",
          e);
    }
  }

  private void write(Path target, boolean force, Progress progress, Table described) {
    if (largestSize() <= Math.min(LARGEST_IN_MEMORY, Runtime.getRuntime().maxMemory() / 4)) {
      AtomicFile.write(
          target,
          force,
          stream -> {
            try (Hdf5Output out = Hdf5Output.inMemory(target, compression)) {
              writeAll(out, described, progress);
              out.copyTo(stream);
            }
          });
    } else {
      AtomicFile.requireWritable(target, force);
      requireSpace(target);
      AtomicFile.writeVia(
          target,
          force,
          temporary -> {
            try (Hdf5Output out = Hdf5Output.create(temporary, target, compression)) {
              writeAll(out, described, progress);
            }
          });
    }
  }

  private void writeAll(Hdf5Output out, Table described, Progress progress) {
    out.rootEncoding("anndata", "0.1.0");
    for (String group : List.of("layers", "obsm", "obsp", "varm", "varp")) {
      out.group(group, "dict", "0.1.0");
    }
    new H5adTableWriter(out).write("obs", observations);
    new H5adTableWriter(out).write("var", described);
    for (Map.Entry<String, ExpressionMatrix> matrix : matrices.entrySet()) {
      write(out, matrix.getKey(), matrix.getValue(), progress);
    }
    writeUns(out);
  }

  /** How many bytes the file has at most, were nothing compressed. */
  private long largestSize() {
    long labels = observations.rows() * (1L + observations.names().size());
    labels += genes.size() * (2L + variables.size());
    long numbers = 0;
    for (ExpressionMatrix matrix : matrices.values()) {
      numbers += matrix.nonZeros() + matrix.rows() + 1;
    }
    return labels * BYTES_PER_LABEL + numbers * BYTES_PER_VALUE;
  }

  /** A large file is written by libhdf5 itself, which must not meet a full disk. */
  private void requireSpace(Path target) {
    long usable;
    try {
      usable = Files.getFileStore(target.toAbsolutePath().getParent()).getUsableSpace();
    } catch (IOException e) {
      throw FileKind.unreadable(target, e);
    }
    if (usable < largestSize()) {
      throw new StorageException(
          "The file may need " + largestSize() + " bytes, the disk has " + usable + " left",
          target.toString(),
          "Free some space, or write to another disk.");
    }
  }

  /** The genes' own table; symbols are added where they differ from the ids. */
  private Table describedGenes() {
    java.util.ArrayList<Column> columns = new java.util.ArrayList<>(variables);
    boolean named = columns.stream().anyMatch(c -> c.name().equals("feature_name"));
    if (!named && !genes.symbols().equals(genes.ids())) {
      columns.add(Column.ofStrings("feature_name", genes.symbols()));
    }
    return Table.of("var to write", genes.ids(), columns);
  }

  private static void write(
      Hdf5Output out, String place, ExpressionMatrix matrix, Progress progress) {
    out.csrMatrix(place, matrix.rows(), matrix.genes());
    NativeOutput.Pieces data =
        out.pieces(place + "/data", matrix.nonZeros(), NativeOutput.Width.FLOAT32);
    NativeOutput.Pieces indices =
        out.pieces(place + "/indices", matrix.nonZeros(), NativeOutput.Width.INT32);
    long[] offsets = new long[Math.toIntExact(matrix.rows() + 1)];
    long mean = Math.max(1, matrix.nonZeros() / Math.max(1, matrix.rows()));
    int block = (int) Math.max(1, Math.min(1 << 16, VALUES_PER_BLOCK / mean));
    for (long row = 0; row < matrix.rows(); row += block) {
      progress.check("write " + place);
      CsrMatrix part = matrix.block(row, (int) Math.min(block, matrix.rows() - row));
      append(part, (int) row, offsets, data, indices);
      progress.update("write " + place, row + part.rows(), matrix.rows());
    }
    boolean wide = matrix.nonZeros() > Integer.MAX_VALUE;
    out.offsets(
        place + "/indptr", offsets, wide ? NativeOutput.Width.INT64 : NativeOutput.Width.INT32);
  }

  private static void append(
      CsrMatrix part,
      int row,
      long[] offsets,
      NativeOutput.Pieces data,
      NativeOutput.Pieces indices) {
    int stored = Math.toIntExact(part.nonZeros());
    float[] values = new float[stored];
    int[] gene = new int[stored];
    for (int k = 0; k < stored; k++) {
      values[k] = part.valueAt(k);
      gene[k] = part.geneAt(k);
    }
    data.append(values, stored);
    indices.append(gene, stored);
    for (int r = 0; r < part.rows(); r++) {
      offsets[row + r + 1] = offsets[row] + part.rowStart(r + 1);
    }
  }

  /** What the values are, in scanpy's words and in ours, and where they come from. */
  private void writeUns(Hdf5Output out) {
    out.group("uns", "dict", "0.1.0");
    out.group("uns/" + UnitsNote.GROUP, "dict", "0.1.0");
    if (units instanceof ExpressionUnits.LogNormalized logged) {
      out.group("uns/log1p", "dict", "0.1.0");
      out.string(UnitsNote.UNITS, UnitsNote.LOG1P);
      logged.total().ifPresent(total -> out.number(UnitsNote.TOTAL, total));
    } else {
      out.string(UnitsNote.UNITS, UnitsNote.COUNTS);
    }
    if (!provenance.isEmpty()) {
      out.group("uns/provenance", "dict", "0.1.0");
      provenance.forEach((key, value) -> out.string("uns/provenance/" + key, value));
    }
  }
}
