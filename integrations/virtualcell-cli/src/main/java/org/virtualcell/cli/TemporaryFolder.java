package org.virtualcell.cli;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.virtualcell.api.StorageException;

/** How a folder that a run made for itself goes away, with everything in it. */
final class TemporaryFolder {
  private TemporaryFolder() {}

  /**
   * Removes a folder.
   *
   * @param folder one that need not be there
   * @throws StorageException if it cannot be removed
   */
  static void remove(Path folder) {
    try {
      delete(folder);
    } catch (IOException e) {
      throw new StorageException(
          "A temporary folder could not be removed", folder.toString(), "Remove it by hand.", e);
    }
  }

  /**
   * Removes a folder, for a caller who has something of his own to say of a failure.
   *
   * @param folder one that need not be there
   * @throws IOException if it cannot be removed
   */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
