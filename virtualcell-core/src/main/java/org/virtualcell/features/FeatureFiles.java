package org.virtualcell.features;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.virtualcell.api.DataFormatException;

/**
 * Reads tables of vectors: one name and one vector each, whatever made them (protein language
 * models, text embeddings, dependency screens, fingerprints).
 *
 * <ul>
 *   <li>{@code .csv}, {@code .tsv}, {@code .txt}, also gzipped: a header, then a name and its
 *       numbers a row. With {@link Layout#COLUMNS} every column but the first is a vector, named by
 *       the header; a number in brackets behind a name, as in {@code TP53 (7157)}, is left out. A
 *       vector with an empty value (also NA, NaN) is missing.
 *   <li>{@code .safetensors}: a tensor of one dimension per name; or a tensor of two, named as the
 *       entry, and the names of its rows in the metadata {@code names}, one a line. F16, BF16, F32
 *       or F64.
 *   <li>{@code .npz}: an array of one dimension per name; or an array of two dimensions and one of
 *       texts, the names of its rows. An entry tells between several arrays of numbers.
 *   <li>{@code .h5ad}: the entry {@code obsm/KEY} by the names of observations, {@code varm/KEY} by
 *       those of variables, or {@code X} by those of observations (the default).
 * </ul>
 */
public final class FeatureFiles {
  private FeatureFiles() {}

  /** Where the names of a text table stand. */
  public enum Layout {
    /** A name begins every row. */
    ROWS,
    /** A name heads every column but the first. */
    COLUMNS
  }

  /**
   * What to read of a file.
   *
   * @param entry which array, tensor or place, where a file has several
   * @param layout where the names of a text table stand
   */
  public record Options(Optional<String> entry, Layout layout) {
    /** The only or usual entry, names in rows. */
    public static final Options DEFAULT = new Options(Optional.empty(), Layout.ROWS);

    /** Checks that nothing is null. */
    public Options {
      Objects.requireNonNull(entry, "entry");
      Objects.requireNonNull(layout, "layout");
    }

    /**
     * These options with an entry.
     *
     * @param name an array, tensor or place
     * @return new options
     */
    public Options withEntry(String name) {
      return new Options(Optional.of(name), layout);
    }

    /**
     * These options with a layout.
     *
     * @param other where names stand
     * @return new options
     */
    public Options withLayout(Layout other) {
      return new Options(entry, other);
    }
  }

  /**
   * Reads a table with {@link Options#DEFAULT}.
   *
   * @param file the file; its name tells the format
   * @return the table
   * @throws org.virtualcell.api.StorageException if it cannot be read
   * @throws DataFormatException if it is damaged, or of another format
   * @throws org.virtualcell.api.InvalidDataException if a name occurs twice, lengths differ or a
   *     value is no number
   */
  public static FeatureTable read(Path file) {
    return read(file, Options.DEFAULT);
  }

  /**
   * Reads a table.
   *
   * @param file the file; its name tells the format
   * @param options what to read of it
   * @return the table
   * @throws org.virtualcell.api.StorageException if it cannot be read
   * @throws DataFormatException if it is damaged, or of another format
   * @throws org.virtualcell.api.InvalidDataException if a name occurs twice, lengths differ or a
   *     value is no number
   */
  public static FeatureTable read(Path file, Options options) {
    String name = TextLines.nameOf(file).toLowerCase(Locale.ROOT);
    String plain = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
    if (plain.endsWith(".csv")) {
      return new VectorText(file, ',').read(options.layout());
    }
    if (plain.endsWith(".tsv") || plain.endsWith(".txt")) {
      return new VectorText(file, '\t').read(options.layout());
    }
    if (name.endsWith(".safetensors")) {
      return VectorTensors.read(file, options.entry());
    }
    if (name.endsWith(".npz")) {
      return VectorArrays.read(file, options.entry());
    }
    if (name.endsWith(".h5ad")) {
      return VectorCells.read(file, options.entry().orElse("X"));
    }
    throw new DataFormatException(
        "The format of a table of features is not known by its name",
        file.toString(),
        "Name a .csv, .tsv, .safetensors, .npz or .h5ad file.");
  }
}
