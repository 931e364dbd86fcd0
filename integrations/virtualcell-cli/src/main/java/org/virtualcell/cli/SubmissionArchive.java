package org.virtualcell.cli;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.virtualcell.io.AtomicFile;
import org.virtualcell.io.H5adWriter;

/**
 * Writes a {@code .vcc} file: a tar of {@code pred.h5ad.zst} and {@code watermark.txt}, as the
 * challenge of 2025 takes it.
 */
final class SubmissionArchive {
  private static final String WATERMARK = "vcc-prep";

  private SubmissionArchive() {}

  /**
   * Writes an archive; it is there whole or not at all.
   *
   * @param cells the cells to write
   * @param target where to
   * @param force whether a file that is there may be replaced
   */
  static void write(H5adWriter cells, Path target, boolean force) {
    AtomicFile.writeVia(
        target,
        force,
        temporary -> {
          Path plain = temporary.resolveSibling(temporary.getFileName() + ".h5ad");
          Path packed = temporary.resolveSibling(temporary.getFileName() + ".zst");
          try {
            cells.write(plain, true);
            try (OutputStream out = new ZstdOutputStream(Files.newOutputStream(packed))) {
              Files.copy(plain, out);
            }
            archive(packed, temporary);
          } finally {
            Files.deleteIfExists(plain);
            Files.deleteIfExists(packed);
          }
        });
  }

  private static void archive(Path packed, Path temporary) throws IOException {
    byte[] watermark = WATERMARK.getBytes(StandardCharsets.US_ASCII);
    try (OutputStream out = new java.io.BufferedOutputStream(Files.newOutputStream(temporary));
        InputStream in = Files.newInputStream(packed)) {
      TarFile tar = new TarFile(out);
      tar.add("pred.h5ad.zst", Files.size(packed), in);
      tar.add("watermark.txt", watermark.length, new ByteArrayInputStream(watermark));
      tar.end();
    }
  }
}
