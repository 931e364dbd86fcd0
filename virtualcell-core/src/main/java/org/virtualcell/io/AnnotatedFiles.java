package org.virtualcell.io;

import java.nio.file.Path;
import java.util.Objects;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.MemoryBudgetException;
import org.virtualcell.api.StorageException;

/** Opens files of annotated cells. The format is told from the content, not from the name. */
public final class AnnotatedFiles {
  private AnnotatedFiles() {}

  /**
   * Opens a file with {@link ReadOptions#defaults()}.
   *
   * @param file an h5ad or 10x file
   * @return the data, to be closed by the caller
   * @throws StorageException if the file is missing or not readable
   * @throws DataFormatException if it is empty, truncated, damaged or of another format
   * @throws InvalidDataException if it holds no cell, or genes twice
   * @throws MemoryBudgetException if its labels and offsets do not fit the budget
   */
  public static AnnotatedData open(Path file) {
    return open(file, ReadOptions.defaults());
  }

  /**
   * Opens a file.
   *
   * @param file an h5ad or 10x file
   * @param options what to read and how
   * @return the data, to be closed by the caller
   * @throws StorageException if the file is missing or not readable
   * @throws DataFormatException if it is empty, truncated, damaged or of another format
   * @throws InvalidDataException if it holds no cell, or genes twice
   * @throws MemoryBudgetException if its labels and offsets do not fit the budget
   */
  public static AnnotatedData open(Path file, ReadOptions options) {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(options, "options");
    return FileKind.of(file).open(file, options);
  }

  /**
   * Says what a file is. What is wrong with its matrix is reported as a fault where its tables can
   * be read; all values are read once.
   *
   * @param file an h5ad or 10x file
   * @param options what to read and how
   * @return the report
   * @throws StorageException if the file is missing or not readable
   * @throws DataFormatException if it is empty, truncated, damaged or of another format
   */
  public static FileReport inspect(Path file, ReadOptions options) {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(options, "options");
    FileKind kind = FileKind.of(file);
    try (AnnotatedData data = kind.open(file, options)) {
      return FileReport.of(data);
    } catch (DataFormatException | InvalidDataException | MemoryBudgetException e) {
      return kind.describe(file, options, e).orElseThrow(() -> e);
    }
  }
}
