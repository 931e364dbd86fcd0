package org.virtualcell.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.virtualcell.api.OutputExistsException;
import org.virtualcell.api.StorageException;

/**
 * Writes files so that a reader sees the old one, none, or the whole new one: a temporary file in
 * the same folder, flushed to the disk, then renamed.
 */
public final class AtomicFile {
  /** Writes the content of a file to a stream. */
  @FunctionalInterface
  public interface StreamContent {
    /**
     * Writes everything.
     *
     * @param out a buffered stream, closed by the caller
     * @throws IOException if writing fails
     */
    void writeTo(OutputStream out) throws IOException;
  }

  /** Writes the content of a file to a path. */
  @FunctionalInterface
  public interface PathContent {
    /**
     * Writes everything.
     *
     * @param temporary a path in the target's folder at which no file is yet
     * @throws IOException if writing fails
     */
    void writeTo(Path temporary) throws IOException;
  }

  private AtomicFile() {}

  /**
   * Writes a file through a stream.
   *
   * @param target where the file shall be; its folder must be there
   * @param force whether a file that is there may be replaced
   * @param content writes the bytes
   * @throws OutputExistsException if the target is there and {@code force} is false
   * @throws StorageException if the folder is missing or not writable, or the disk is full
   */
  public static void write(Path target, boolean force, StreamContent content) {
    writeVia(
        target,
        force,
        temporary -> {
          try (OutputStream out =
              new java.io.BufferedOutputStream(
                  Files.newOutputStream(temporary, StandardOpenOption.CREATE_NEW), 1 << 16)) {
            content.writeTo(out);
          }
        });
  }

  /**
   * Writes a file that can be made again and whose content shows whether it is whole: it is renamed
   * into place, replacing what is there, but not forced to the disk first.
   *
   * @param target where the file shall be; its folder must be there
   * @param content writes the content
   * @throws StorageException if the folder is missing or not writable, or the disk is full
   */
  public static void writeDerived(Path target, StreamContent content) {
    put(
        target,
        true,
        false,
        temporary -> {
          try (OutputStream out = Files.newOutputStream(temporary, StandardOpenOption.CREATE_NEW)) {
            content.writeTo(out);
          }
        });
  }

  /**
   * Writes a file through a temporary path, for libraries that want a path.
   *
   * @param target where the file shall be; its folder must be there
   * @param force whether a file that is there may be replaced
   * @param content makes the file at the temporary path
   * @throws OutputExistsException if the target is there and {@code force} is false
   * @throws StorageException if the folder is missing or not writable, or the disk is full
   */
  public static void writeVia(Path target, boolean force, PathContent content) {
    put(target, force, true, content);
  }

  private static void put(Path target, boolean force, boolean flushed, PathContent content) {
    requireWritable(target, force);
    Path temporary = temporaryBeside(target);
    try {
      content.writeTo(temporary);
      if (flushed) {
        flush(temporary);
      }
      if (!force && Files.exists(target)) {
        throw exists(target);
      }
      rename(temporary, target);
    } catch (IOException e) {
      throw new StorageException(
          "The file could not be written: " + reason(e),
          target.toString(),
          "Check the free space and the permissions of the folder; nothing was left half-written.",
          e);
    } finally {
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException e) {
        System.getLogger(AtomicFile.class.getName())
            .log(System.Logger.Level.WARNING, "could not remove " + temporary, e);
      }
    }
  }

  /**
   * Refuses a target that could not be written, before any work is spent on its content.
   *
   * @param target where a file shall be
   * @param force whether a file that is there may be replaced
   * @throws OutputExistsException if the target is there and {@code force} is false
   * @throws StorageException if the folder is missing or not writable, or the target is a folder
   */
  public static void requireWritable(Path target, boolean force) {
    Path folder = folderOf(target);
    if (!Files.isDirectory(folder)) {
      throw new StorageException(
          "The folder to write into is not there", folder.toString(), "Create it first.");
    }
    if (Files.isDirectory(target)) {
      throw new StorageException(
          "A folder is in the place of the file to write", target.toString(), "Name a file.");
    }
    if (!force && Files.exists(target)) {
      throw exists(target);
    }
    if (!Files.isWritable(folder)) {
      throw new StorageException(
          "The folder may not be written to", folder.toString(), "Change its permissions.");
    }
  }

  private static OutputExistsException exists(Path target) {
    return new OutputExistsException(
        "The output is already there",
        target.toString(),
        "Use --force or force = true to replace it.");
  }

  private static Path folderOf(Path target) {
    Path folder = target.toAbsolutePath().getParent();
    return folder == null ? target.toAbsolutePath() : folder;
  }

  private static Path temporaryBeside(Path target) {
    String unique = "." + ProcessHandle.current().pid() + "-" + System.nanoTime() + ".part";
    return folderOf(target).resolve("." + target.getFileName() + unique);
  }

  private static void flush(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  private static void rename(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static String reason(IOException e) {
    if (e instanceof FileAlreadyExistsException) {
      return "a temporary file is in the way";
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
