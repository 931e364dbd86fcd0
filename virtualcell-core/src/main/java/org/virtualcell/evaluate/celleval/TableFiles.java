package org.virtualcell.evaluate.celleval;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.virtualcell.api.StorageException;
import org.virtualcell.stats.differential.DifferentialTable;

/**
 * Writes tables of differential expression into a folder as they are made, {@code real_de.csv} and
 * {@code pred_de.csv}. The files are begun with the first table and whole once this is closed.
 */
public final class TableFiles implements TableSink, AutoCloseable {
  private final Path realFile;
  private final Path predictedFile;
  private Writer real;
  private Writer predicted;

  /**
   * Files of a cell type.
   *
   * @param folder an existing folder that is not in place yet
   * @param context the cell type; empty where cells are not split
   */
  public TableFiles(Path folder, String context) {
    this.realFile = folder.resolve(CellEvalFiles.prefixed(context, "real_de.csv"));
    this.predictedFile = folder.resolve(CellEvalFiles.prefixed(context, "pred_de.csv"));
  }

  @Override
  public void take(DifferentialTable ours, DifferentialTable theirs) {
    try {
      if (real == null) {
        real = begun(realFile);
        predicted = begun(predictedFile);
      }
      ours.writeCsvRows(real);
      theirs.writeCsvRows(predicted);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static Writer begun(Path file) throws IOException {
    Writer out = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
    DifferentialTable.writeCsvHeader(out);
    return out;
  }

  private StorageException failed(IOException e) {
    return new StorageException(
        "A table of differential expression could not be written: " + e.getMessage(),
        realFile + " and " + predictedFile,
        "Check the free space and the permissions of the folder.",
        e);
  }

  @Override
  public void close() {
    try (Writer first = real;
        Writer second = predicted) {
      assert (first == null) == (second == null);
    } catch (IOException e) {
      throw failed(e);
    }
  }
}
