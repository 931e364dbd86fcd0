package org.virtualcell.io;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.InvalidDataException;

/**
 * Reads a 10x folder: {@code matrix.mtx} (features x cells), {@code barcodes.tsv}, and {@code
 * features.tsv} (version 3) or {@code genes.tsv} (version 2), each with or without gzip. The matrix
 * is text and cannot be read by blocks, so it is held in memory under the budget.
 */
final class TenxFolderReader {
  private static final byte[] GZIP = {0x1f, (byte) 0x8b};

  private final Path folder;
  private final ReadOptions options;

  TenxFolderReader(Path folder, ReadOptions options) {
    this.folder = folder;
    this.options = options;
  }

  static boolean isTenx(Path folder) {
    return find(folder, "matrix.mtx").isPresent();
  }

  private static Optional<Path> find(Path folder, String name) {
    return List.of(name, name + ".gz").stream()
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .findFirst();
  }

  private Path require(String name, String purpose) {
    return find(folder, name)
        .orElseThrow(
            () ->
                new DataFormatException(
                    "The folder has a matrix.mtx but no " + name + " (or .gz) with the " + purpose,
                    folder.toString(),
                    "Put the file beside the matrix."));
  }

  AnnotatedData read() {
    Optional<Path> version3 = find(folder, "features.tsv");
    Path featuresFile = version3.orElseGet(() -> require("genes.tsv", "genes"));
    Path barcodesFile = require("barcodes.tsv", "cells");
    Path matrixFile = require("matrix.mtx", "counts");
    List<String> barcodes = lines(barcodesFile);
    if (barcodes.isEmpty()) {
      throw new InvalidDataException(
          "The folder holds no cell", barcodesFile.toString(), "Name a folder with cells.");
    }
    Table features = features(featuresFile);
    Table cells = Table.of(barcodesFile.toString(), barcodes, List.of());
    TenxFeatures kept = TenxFeatures.choose(features, options);
    Source source =
        new Source(matrixFile.toString(), "matrix", kept.vocabularyOfAll(), options.memoryBudget());
    CsrMatrix matrix =
        guarded(
            matrixFile,
            in -> new MatrixMarket(in, source, barcodes.size(), features.rows()).read());
    String format =
        version3.isPresent()
            ? "10x matrix folder, version 3 (Cell Ranger 3 and later)"
            : "10x matrix folder, version 2 (Cell Ranger 1 and 2)";
    return kept.data(
        format,
        matrix,
        cells,
        new Source(folder.toString(), "matrix", source.genes(), options.memoryBudget()),
        () -> {});
  }

  private Table features(Path file) {
    List<String> ids = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<String> types = new ArrayList<>();
    for (String line : lines(file)) {
      String[] fields = line.split("\t", -1);
      ids.add(fields[0]);
      names.add(fields.length > 1 ? fields[1] : fields[0]);
      types.add(fields.length > 2 ? fields[2] : null);
    }
    List<Column> columns = new ArrayList<>();
    columns.add(Column.ofStrings(TenxFeatures.NAME, names));
    if (!types.contains(null)) {
      columns.add(Column.ofStrings(TenxFeatures.TYPE, types));
    }
    return Table.of(file.toString(), ids, columns);
  }

  private List<String> lines(Path file) {
    return guarded(
        file,
        in -> {
          byte[] all = in.readNBytes((int) Math.min(options.memoryBudget(), Integer.MAX_VALUE - 8));
          if (in.read() >= 0) {
            throw new org.virtualcell.api.MemoryBudgetException(
                "The labels need more than the budget of " + options.memoryBudget() + " bytes",
                file.toString(),
                "Raise the memory budget (ReadOptions.withMemoryBudget).");
          }
          return new String(all, StandardCharsets.UTF_8).lines().filter(l -> !l.isEmpty()).toList();
        });
  }

  private interface Reading<T> {
    T from(InputStream in) throws IOException;
  }

  /** Opens a file, unpacks it when its first bytes say gzip, and names it when it is damaged. */
  private static <T> T guarded(Path file, Reading<T> reading) {
    try (BufferedInputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      raw.mark(GZIP.length);
      boolean packed = java.util.Arrays.equals(raw.readNBytes(GZIP.length), GZIP);
      raw.reset();
      try (InputStream in =
          packed ? new BufferedInputStream(new GZIPInputStream(raw, 1 << 16), 1 << 16) : raw) {
        return reading.from(in);
      }
    } catch (ZipException | EOFException e) {
      throw new DataFormatException(
          "The gzip file is truncated or damaged: " + e.getMessage(),
          file.toString(),
          "Copy or download the file again.",
          e);
    } catch (IOException e) {
      throw FileKind.unreadable(file, e);
    }
  }
}
