package org.virtualcell.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.MemoryBudgetException;
import org.virtualcell.api.StorageException;

/**
 * The arrays of an npz file of NumPy: numbers and fixed-width texts. Arrays of objects are pickles,
 * which are programs, and are refused. Arrays are read when they are asked for. Safe for concurrent
 * use; close it after reading.
 */
public final class Npz implements AutoCloseable {
  private static final String SUFFIX = ".npy";

  private final Path path;
  private final ZipFile zip;
  private final Map<String, ZipEntry> entries;
  private final long memoryBudget;

  private Npz(Path path, ZipFile zip, Map<String, ZipEntry> entries, long memoryBudget) {
    this.path = path;
    this.zip = zip;
    this.entries = entries;
    this.memoryBudget = memoryBudget;
  }

  /**
   * An array: its shape and either numbers or texts, the last index running fastest.
   *
   * @param shape its sizes, outermost first
   * @param numbers its elements where they are numbers, else empty
   * @param texts its elements where they are texts, else empty
   */
  @SuppressWarnings("ArrayRecordComponent") // large, handed over once, compared by nobody
  public record Array(List<Integer> shape, double[] numbers, List<String> texts) {
    /** Copies the lists. */
    public Array {
      shape = List.copyOf(shape);
      texts = Collections.unmodifiableList(new ArrayList<>(texts));
    }
  }

  /**
   * Opens a file with the memory budget of {@link ReadOptions#defaults()}.
   *
   * @param file the file
   * @return the arrays, to be closed by the caller
   * @throws StorageException if the file is missing or not readable
   * @throws DataFormatException if it is no archive, or holds something else than arrays
   */
  public static Npz open(Path file) {
    return open(file, ReadOptions.defaults().memoryBudget());
  }

  static Npz open(Path file, long memoryBudget) {
    Objects.requireNonNull(file, "file");
    try {
      if (!Files.exists(file)) {
        throw new NoSuchFileException(file.toString());
      }
      ZipFile zip = new ZipFile(file.toFile());
      Map<String, ZipEntry> entries = new TreeMap<>();
      for (ZipEntry entry : Collections.list(zip.entries())) {
        String name = entry.getName();
        if (!name.endsWith(SUFFIX)) {
          zip.close();
          throw new DataFormatException(
              "The archive holds '" + name + "', which is no array",
              file.toString(),
              "Name a file written by numpy.savez.");
        }
        entries.put(name.substring(0, name.length() - SUFFIX.length()), entry);
      }
      return new Npz(file, zip, entries, memoryBudget);
    } catch (ZipException e) {
      throw new DataFormatException(
          "The file is no npz archive, or truncated",
          file.toString(),
          "Name a file written by numpy.savez, or copy it again.",
          e);
    } catch (NoSuchFileException e) {
      throw new StorageException("There is no such file", file.toString(), "Check the path.", e);
    } catch (IOException e) {
      throw FileKind.unreadable(file, e);
    }
  }

  /**
   * The names of the arrays.
   *
   * @return in alphabetical order
   */
  public List<String> names() {
    return List.copyOf(entries.keySet());
  }

  /**
   * Reads an array.
   *
   * @param name one of {@link #names()}
   * @return its shape and elements
   * @throws InvalidDataException if there is no such array
   * @throws DataFormatException if it is damaged, or of a type that is not read
   * @throws MemoryBudgetException if it needs more memory than the budget
   */
  public Array array(String name) {
    ZipEntry entry = entries.get(Objects.requireNonNull(name, "name"));
    if (entry == null) {
      throw new InvalidDataException(
          "There is no array '" + name + "'", path.toString(), "Name one of " + names() + ".");
    }
    try (var in = zip.getInputStream(entry)) {
      return new NpyArray(path + ", " + entry.getName(), memoryBudget).read(in);
    } catch (ZipException e) {
      throw new DataFormatException(
          "The array is damaged", path + ", " + entry.getName(), "Copy the file again.", e);
    } catch (IOException e) {
      throw FileKind.unreadable(path, e);
    }
  }

  /** Closes the file. Closing twice does nothing. */
  @Override
  public void close() {
    try {
      zip.close();
    } catch (IOException e) {
      System.getLogger(Npz.class.getName())
          .log(System.Logger.Level.DEBUG, "closing a file that was only read", e);
    }
  }

  @Override
  public String toString() {
    return path + ": " + entries.size() + " arrays";
  }
}
