package org.virtualcell.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.virtualcell.api.OutputExistsException;
import org.virtualcell.api.StorageException;

/**
 * A folder of results that appears complete or not at all: files are written beside it and moved
 * into place together. Closing without {@link #commit()} leaves nothing behind.
 */
final class OutputFolder implements AutoCloseable {
  private final Path target;
  private final Path staging;
  private boolean committed;

  private OutputFolder(Path target, Path staging) {
    this.target = target;
    this.staging = staging;
  }

  /**
   * Prepares a folder.
   *
   * @param folder where the results shall be; its parent must be there
   * @param force whether a folder of earlier results may be replaced
   * @param names the names of all files a command of this kind writes; a folder that holds anything
   *     else is never replaced
   * @return the folder, not yet in place
   * @throws OutputExistsException if something is there that may not be replaced
   * @throws StorageException if the parent is missing or may not be written to
   */
  static OutputFolder prepare(Path folder, boolean force, Set<String> names) {
    Path target = folder.toAbsolutePath().normalize();
    Path parent = target.getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw new StorageException(
          "The folder to write into is not there", String.valueOf(parent), "Create it first.");
    }
    requireReplaceable(target, force, names);
    Path staging =
        parent.resolve("." + target.getFileName() + "." + ProcessHandle.current().pid() + ".part");
    try {
      TemporaryFolder.delete(staging);
      Files.createDirectory(staging);
    } catch (IOException e) {
      throw new StorageException(
          "No folder can be created here",
          parent.toString(),
          "Check the permissions and the free space.",
          e);
    }
    return new OutputFolder(target, staging);
  }

  private static void requireReplaceable(Path target, boolean force, Set<String> names) {
    if (!Files.exists(target)) {
      return;
    }
    if (!Files.isDirectory(target)) {
      throw new OutputExistsException(
          "A file is in the place of the folder to write", target.toString(), "Name a folder.");
    }
    List<String> present = names(target);
    if (present.isEmpty()) {
      return;
    }
    if (!force) {
      throw new OutputExistsException(
          "The output is already there",
          target.toString(),
          "Name another folder, or add --force to replace it.");
    }
    List<String> foreign = present.stream().filter(n -> !names.contains(n)).toList();
    if (!foreign.isEmpty()) {
      throw new OutputExistsException(
          "The folder holds files that this command did not write, so it is not replaced",
          target + ": " + String.join(", ", foreign.subList(0, Math.min(5, foreign.size()))),
          "Name another folder.");
    }
  }

  private static List<String> names(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(e -> e.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new StorageException(
          "The folder cannot be read", folder.toString(), "Check its permissions.", e);
    }
  }

  /**
   * Where to write a file of the folder.
   *
   * @param name the file's name
   * @return a path in the folder that is being prepared
   */
  Path file(String name) {
    return staging.resolve(name);
  }

  /**
   * The folder that is being prepared.
   *
   * @return an existing folder, not yet in place
   */
  Path folder() {
    return staging;
  }

  /**
   * Puts the folder in its place.
   *
   * @throws StorageException if it cannot be moved there; what was there stays
   */
  void commit() {
    Path old =
        target.resolveSibling(
            "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".old");
    try {
      boolean replaces = Files.exists(target);
      if (replaces) {
        Files.move(target, old);
      }
      try {
        Files.move(staging, target);
      } catch (IOException e) {
        if (replaces) {
          Files.move(old, target);
        }
        throw e;
      }
      committed = true;
      TemporaryFolder.delete(old);
    } catch (IOException e) {
      throw new StorageException(
          "The results could not be put in place",
          target.toString(),
          "Check the permissions of the folder around it.",
          e);
    }
  }

  /** Removes what was not committed. */
  @Override
  public void close() {
    if (!committed) {
      TemporaryFolder.remove(staging);
    }
  }
}
