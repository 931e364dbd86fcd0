package org.virtualcell.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.VirtualCellException;

/** Tells which format an HDF5 file holds, and opens it. */
final class Hdf5Formats {
  private Hdf5Formats() {}

  static AnnotatedData open(Path path, ReadOptions options) {
    Hdf5File file = Hdf5File.open(path, bytes(path), options.memoryBudget());
    try {
      return open(file, options);
    } catch (RuntimeException | Error e) {
      closeAfter(file, e);
      throw e;
    }
  }

  /** The tables of an h5ad file whose matrix has a fault; empty when these have faults too. */
  static Optional<FileReport> describe(Path path, ReadOptions options, VirtualCellException fault) {
    try (Hdf5File file = Hdf5File.open(path, bytes(path), options.memoryBudget())) {
      return file.exists("obs") && file.exists("var")
          ? Optional.of(new H5adReader(file, options).describe(fault))
          : Optional.empty();
    } catch (VirtualCellException e) {
      return Optional.empty();
    }
  }

  private static void closeAfter(Hdf5File file, Throwable cause) {
    try {
      file.close();
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  private static long bytes(Path path) {
    try {
      return Files.size(path);
    } catch (IOException e) {
      throw FileKind.unreadable(path, e);
    }
  }

  private static AnnotatedData open(Hdf5File file, ReadOptions options) {
    Optional<String> encoding = file.text("/", "encoding-type");
    if (encoding.isPresent() && encoding.get().equals("MuData") || file.isGroup("mod")) {
      throw refused(
          file,
          "The file is MuData (h5mu): several modalities in one file",
          "Save the RNA modality as h5ad: mdata.mod['rna'].write('rna.h5ad').");
    }
    if (file.exists("obs") && file.exists("var")) {
      return new H5adReader(file, options).read();
    }
    if (!TenxH5Reader.matrices(file).isEmpty()) {
      return new TenxH5Reader(file, options).read();
    }
    if (file.isDataset("matrix") && file.isGroup("row_attrs")) {
      throw refused(
          file, "The file is loom", "Convert it: scanpy.read_loom(file).write('cells.h5ad').");
    }
    if (file.isGroup("0/DATA")) {
      throw refused(file, "The file is GCTX", "Name a file of single cells: h5ad or 10x.");
    }
    throw refused(
        file,
        "The HDF5 file holds no annotated cells: neither obs and var (h5ad) nor a 10x matrix, but "
            + file.children("/"),
        "Name an h5ad file or a 10x .h5 file.");
  }

  private static DataFormatException refused(Hdf5File file, String what, String remedy) {
    return new DataFormatException(what, file.path().toString(), remedy);
  }
}
