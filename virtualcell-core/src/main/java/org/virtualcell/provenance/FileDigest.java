package org.virtualcell.provenance;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.api.StorageException;

/** The SHA-256 of a file's bytes, as other tools compute it. */
public final class FileDigest {
  private static final int BUFFER_BYTES = 1 << 16;

  private FileDigest() {}

  /**
   * The digest of a file.
   *
   * @param file a readable file
   * @return the SHA-256 of its bytes
   * @throws StorageException if it cannot be read
   */
  public static ContentDigest of(Path file) {
    MessageDigest digest = sha256();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    } catch (IOException e) {
      throw new StorageException(
          "The file cannot be read: " + e.getClass().getSimpleName(),
          file.toString(),
          "Check that it is there and may be read.",
          e);
    }
    return new ContentDigest(HexFormat.of().formatHex(digest.digest()));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
