package org.virtualcell.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.StorageException;
import org.virtualcell.api.VirtualCellException;

/** Tells a file's format from its first bytes. */
enum FileKind {
  HDF5 {
    @Override
    AnnotatedData open(Path file, ReadOptions options) {
      return Hdf5Formats.open(file, options);
    }

    @Override
    Optional<FileReport> describe(Path file, ReadOptions options, VirtualCellException fault) {
      return Hdf5Formats.describe(file, options, fault);
    }
  },
  TENX_FOLDER {
    @Override
    AnnotatedData open(Path file, ReadOptions options) {
      return new TenxFolderReader(file, options).read();
    }
  };

  private static final byte[] HDF5_SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  private static final long LAST_SIGNATURE_OFFSET = 1L << 20;

  abstract AnnotatedData open(Path file, ReadOptions options);

  /** What can be said of a file whose matrix has a fault; empty when nothing can. */
  Optional<FileReport> describe(Path file, ReadOptions options, VirtualCellException fault) {
    return Optional.empty();
  }

  /** The kind of a file or folder, or an exception that says what it is instead. */
  static FileKind of(Path file) {
    if (!Files.exists(file)) {
      throw new StorageException("There is no such file", file.toString(), "Check the path.");
    }
    if (Files.isDirectory(file)) {
      return ofFolder(file);
    }
    byte[] head = head(file);
    if (head.length == 0) {
      throw new DataFormatException(
          "The file is empty", file.toString(), "Copy or download it again.");
    }
    if (hasHdf5Signature(file)) {
      return HDF5;
    }
    throw new DataFormatException(
        "The file is not HDF5, " + describe(head),
        file.toString(),
        "Name an h5ad file, a 10x .h5 file, or the folder of a 10x matrix.mtx.");
  }

  private static FileKind ofFolder(Path folder) {
    if (!Files.isReadable(folder)) {
      throw new StorageException(
          "The folder cannot be read: permission denied",
          folder.toString(),
          "Check its permissions.");
    }
    if (TenxFolderReader.isTenx(folder)) {
      return TENX_FOLDER;
    }
    for (String zarr : List.of(".zgroup", ".zattrs", "zarr.json")) {
      if (Files.exists(folder.resolve(zarr))) {
        throw new DataFormatException(
            "The folder is a Zarr store, which is not read",
            folder.toString(),
            "Convert it (in Python: anndata.read_zarr(folder).write_h5ad('cells.h5ad')).");
      }
    }
    throw new DataFormatException(
        "The folder holds no matrix.mtx",
        folder.toString(),
        "Name an h5ad file, a 10x .h5 file, or the folder of a 10x matrix.mtx.");
  }

  private static String describe(byte[] head) {
    if (startsWith(head, 'P', 'K')) {
      return "it is a zip archive, a zipped Zarr store perhaps, which is not read";
    }
    if (startsWith(head, 0x1f, 0x8b)) {
      return "it is gzipped: decompress it first, or name the folder of a matrix.mtx.gz";
    }
    if (startsWith(head, 0x28, 0xb5, 0x2f, 0xfd)) {
      return "it is compressed with zstd: decompress it first";
    }
    if (new String(head, StandardCharsets.ISO_8859_1).startsWith("%%MatrixMarket")) {
      return "it is a Matrix Market file: name the folder it is in";
    }
    return "or its beginning is damaged";
  }

  private static boolean startsWith(byte[] head, int... bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (i >= head.length || (head[i] & 0xff) != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  /** The signature stands at 0, or after a user block at 512, 1024, 2048, ... */
  private static boolean hasHdf5Signature(Path file) {
    try (var channel = Files.newByteChannel(file)) {
      for (long at = 0; at <= LAST_SIGNATURE_OFFSET; at = at == 0 ? 512 : 2 * at) {
        var found = java.nio.ByteBuffer.allocate(HDF5_SIGNATURE.length);
        channel.position(at);
        if (channel.read(found) < HDF5_SIGNATURE.length) {
          return false;
        }
        if (Arrays.equals(found.array(), HDF5_SIGNATURE)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static byte[] head(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(64);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  static StorageException unreadable(Path file, IOException e) {
    String why = e instanceof AccessDeniedException ? "permission denied" : e.getMessage();
    return new StorageException(
        "The file cannot be read: " + why,
        file.toString(),
        "Check its permissions and the disk.",
        e);
  }
}
