package org.virtualcell.evaluate.cache;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.api.VirtualCellException;
import org.virtualcell.io.AtomicFile;
import org.virtualcell.provenance.Environment;

/**
 * Results in folders, a file each, named by the digest of all that went into them: cells, genes,
 * engine, rules and the library's version. A file carries its key and a checksum; a damaged one is
 * noted, and its result made again. A folder that cannot be written to is noted, and the run goes
 * on. Safe for concurrent use, also by several processes.
 */
public final class ResultCache {
  /** Where a result belongs. */
  public enum Scope {
    /** It depends on the measured cells alone and serves every prediction of them. */
    MEASURED,
    /** It depends on the prediction and serves only to go on after an interruption. */
    RUN
  }

  private static final byte[] MAGIC = "VCRESULT/1".getBytes(StandardCharsets.US_ASCII);
  private static final int CHECKSUM = 32;

  private final Optional<Path> measured;
  private final Optional<Path> run;
  private final List<String> notes = new ArrayList<>();
  private final AtomicLong found = new AtomicLong();
  private final AtomicLong made = new AtomicLong();
  private volatile boolean unwritable;

  private ResultCache(Optional<Path> measured, Optional<Path> run) {
    this.measured = measured;
    this.run = run;
  }

  /**
   * Keeps nothing.
   *
   * @return the cache without folders
   */
  public static ResultCache none() {
    return new ResultCache(Optional.empty(), Optional.empty());
  }

  /**
   * Keeps results in folders, which are made when needed.
   *
   * @param measured for results about the measured cells alone; where empty they go with the others
   * @param run for the results of this run; where empty they are not kept
   * @return the cache
   */
  public static ResultCache in(Optional<Path> measured, Optional<Path> run) {
    return new ResultCache(measured.or(() -> run), run);
  }

  /**
   * Whether results of a scope are kept, so that digests of cells are worth computing.
   *
   * @param scope where they belong
   * @return false for a cache without a folder for them
   */
  public boolean keeps(Scope scope) {
    return folder(scope).isPresent();
  }

  private Optional<Path> folder(Scope scope) {
    return scope == Scope.MEASURED ? measured : run;
  }

  /**
   * Begins the key of a result; the library's version is part of it.
   *
   * @param kind the kind and version of the result's form
   * @return to be completed with the digests of all that goes into the result
   */
  public static ContentDigest.Builder key(String kind) {
    return ContentDigest.of(kind).add(Environment.libraryVersion());
  }

  /**
   * Reads a result back.
   *
   * @param <T> the kind of result
   */
  @FunctionalInterface
  public interface Reader<T> {
    /**
     * Reads.
     *
     * @param in what was kept
     * @return the result
     * @throws IOException if it is not of the expected form
     */
    T read(DataInputStream in) throws IOException;
  }

  /**
   * Writes a result.
   *
   * @param <T> the kind of result
   */
  @FunctionalInterface
  public interface Writer<T> {
    /**
     * Writes.
     *
     * @param result the result
     * @param out where to
     * @throws IOException never, as memory takes it
     */
    void write(T result, DataOutputStream out) throws IOException;
  }

  /**
   * A kept result.
   *
   * @param <T> what it is
   * @param scope where it belongs
   * @param key the digest of all it was made from
   * @param reader reads it
   * @return empty where there is none, or it is damaged
   */
  public <T> Optional<T> find(Scope scope, ContentDigest key, Reader<T> reader) {
    Optional<Path> file = folder(scope).map(folder -> file(folder, key));
    if (file.isEmpty() || !Files.exists(file.get())) {
      return Optional.empty();
    }
    try {
      byte[] bytes = Files.readAllBytes(file.get());
      int begin = MAGIC.length + key.hex().length();
      int end = bytes.length - CHECKSUM;
      boolean whole =
          end >= begin
              && Arrays.equals(bytes, 0, begin, head(key), 0, begin)
              && Arrays.equals(bytes, end, bytes.length, checksum(bytes, end), 0, CHECKSUM);
      if (whole) {
        T result =
            reader.read(new DataInputStream(new ByteArrayInputStream(bytes, begin, end - begin)));
        found.incrementAndGet();
        return Optional.of(result);
      }
    } catch (IOException | RuntimeException unreadable) {
      System.getLogger(ResultCache.class.getName())
          .log(System.Logger.Level.DEBUG, "a kept result cannot be read", unreadable);
    }
    note("a kept result is damaged and was made again: " + file.get().getFileName());
    return Optional.empty();
  }

  /**
   * Keeps a result.
   *
   * @param <T> what it is
   * @param scope where it belongs
   * @param key the digest of all it was made from
   * @param result the result
   * @param writer writes it
   */
  public <T> void keep(Scope scope, ContentDigest key, T result, Writer<T> writer) {
    made.incrementAndGet();
    if (unwritable || !keeps(scope)) {
      return;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      bytes.write(head(key));
      writer.write(result, new DataOutputStream(bytes));
      bytes.write(checksum(bytes.toByteArray(), bytes.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not refuse
    }
    Path file = file(folder(scope).orElseThrow(), key);
    try {
      Files.createDirectories(file.getParent());
      AtomicFile.writeDerived(file, bytes::writeTo);
    } catch (IOException | VirtualCellException e) {
      unwritable = true;
      note("results cannot be kept: " + e.getMessage());
    }
  }

  /**
   * A kept result, or else the one made now, which is kept.
   *
   * @param <T> what it is
   * @param scope where it belongs
   * @param key the digest of all it is made from
   * @param reader reads it
   * @param writer writes it
   * @param maker makes it
   * @return the same either way
   */
  public <T> T get(
      Scope scope, ContentDigest key, Reader<T> reader, Writer<T> writer, Supplier<T> maker) {
    Optional<T> kept = find(scope, key, reader);
    if (kept.isPresent()) {
      return kept.get();
    }
    T result = maker.get();
    keep(scope, key, result, writer);
    return result;
  }

  private static Path file(Path folder, ContentDigest key) {
    return folder.resolve(key.hex().substring(0, 2)).resolve(key.hex() + ".result");
  }

  private static byte[] head(ContentDigest key) {
    byte[] hex = key.hex().getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(MAGIC.length + hex.length).put(MAGIC).put(hex).array();
  }

  private static byte[] checksum(byte[] bytes, int count) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes, 0, count);
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private synchronized void note(String line) {
    notes.add(line);
  }

  /**
   * What a user should know about kept results: damaged ones, a folder that cannot be written to.
   *
   * @return a sentence each, in the order they came up
   */
  public synchronized List<String> notes() {
    return List.copyOf(notes);
  }

  /**
   * How many results were found.
   *
   * @return zero or more
   */
  public long found() {
    return found.get();
  }

  /**
   * How many results were made.
   *
   * @return zero or more
   */
  public long made() {
    return made.get();
  }
}
