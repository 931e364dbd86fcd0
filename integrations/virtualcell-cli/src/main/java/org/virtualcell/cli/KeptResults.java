package org.virtualcell.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.virtualcell.api.OutputExistsException;
import org.virtualcell.api.StorageException;
import org.virtualcell.evaluate.cache.ResultCache;

/**
 * What a run keeps while it works: results of its own in the folder OUT.part, which is removed when
 * the run is done and stays when it is interrupted, and results about the measured cells in a cache
 * that later runs share, where one is named.
 */
final class KeptResults implements AutoCloseable {
  private static final String SUFFIX = ".result";

  private final Optional<Path> part;
  private final ResultCache cache;
  private boolean done;

  private KeptResults(Optional<Path> part, ResultCache cache) {
    this.part = part;
    this.cache = cache;
  }

  /** Keeps nothing. */
  static KeptResults none() {
    return new KeptResults(Optional.empty(), ResultCache.none());
  }

  /**
   * Keeps results beside a folder of output.
   *
   * @param out the folder to write
   * @param shared the cache for results about measured cells, if one is named
   * @param resume whether to go on with what an earlier run left; else it is thrown away
   * @throws OutputExistsException if OUT.part holds anything else
   */
  static KeptResults beside(Path out, Optional<Path> shared, boolean resume) {
    Path target = out.toAbsolutePath().normalize();
    Path part = target.resolveSibling(target.getFileName() + ".part");
    requireOwn(part);
    if (!resume) {
      TemporaryFolder.remove(part);
    }
    return new KeptResults(Optional.of(part), ResultCache.in(shared, Optional.of(part)));
  }

  private static void requireOwn(Path part) {
    if (!Files.exists(part)) {
      return;
    }
    try (Stream<Path> all = Files.walk(part)) {
      List<String> foreign =
          all.filter(Files::isRegularFile)
              .map(file -> file.getFileName().toString())
              .filter(name -> !name.endsWith(SUFFIX) && !name.endsWith(".part"))
              .limit(5)
              .toList();
      if (!Files.isDirectory(part) || !foreign.isEmpty()) {
        throw new OutputExistsException(
            "What is to be kept of this run has no place: something else is there",
            part + (foreign.isEmpty() ? "" : ": " + String.join(", ", foreign)),
            "Name another output folder, or add --no-cache.");
      }
    } catch (IOException e) {
      throw new StorageException(
          "The folder cannot be read", part.toString(), "Check its permissions.", e);
    }
  }

  /** Where results are kept. */
  ResultCache cache() {
    return cache;
  }

  /** The output is complete: nothing need be kept for going on. */
  void done() {
    done = true;
  }

  /** Whether there is something to go on with. */
  boolean hasPart() {
    return part.isPresent() && Files.exists(part.get());
  }

  @Override
  public void close() {
    if (done) {
      part.ifPresent(TemporaryFolder::remove);
    }
  }
}
