package org.virtualcell.io;

import java.util.Optional;
import java.util.function.LongSupplier;
import org.bytedeco.hdf5.global.hdf5;
import org.bytedeco.javacpp.Loader;
import org.virtualcell.api.StorageException;

/**
 * libhdf5, loaded when it is first needed. The library is mapped once per process and is not
 * thread-safe, whatever class loaders there are; so its lock is an interned string, which all of
 * them share.
 */
final class NativeHdf5 {
  /** Held around every call into libhdf5, in every class loader of the process. */
  static final Object LOCK = "org.virtualcell.io libhdf5 lock".intern();

  private NativeHdf5() {}

  /** Loading happens here, once per class loader. */
  private static final class Library {
    static final Optional<String> ABSENCE = load();

    static {
      ABSENCE.ifPresent(
          reason ->
              System.getLogger(NativeHdf5.class.getName())
                  .log(
                      System.Logger.Level.WARNING,
                      "{0}; numbers are read in Java, and h5ad files cannot be written",
                      reason));
    }

    private static final String LOGGER = "org.bytedeco.javacpp.logger";

    private static Optional<String> load() {
      synchronized (LOCK) {
        try {
          loadQuietly();
          if (hdf5.H5open() < 0) {
            return Optional.of("libhdf5 could not be initialised");
          }
          hdf5.H5Eset_auto2(hdf5.H5E_DEFAULT, null, null); // no error stacks on stderr
          return Optional.empty();
        } catch (LinkageError | RuntimeException e) {
          return Optional.of(
              "libhdf5 cannot be loaded on this platform: "
                  + e.getClass().getSimpleName()
                  + " "
                  + e.getMessage());
        }
      }
    }

    /**
     * JavaCPP says on stderr that preset and runtime have different versions, which is known and
     * tested. While loading, such lines go to the application's logging instead.
     */
    private static void loadQuietly() {
      boolean ours = System.getProperty(LOGGER) == null && hasSlf4j();
      if (ours) {
        System.setProperty(LOGGER, "slf4j");
      }
      try {
        Loader.load(hdf5.class);
      } finally {
        if (ours) {
          System.clearProperty(LOGGER);
        }
      }
    }

    private static boolean hasSlf4j() {
      try {
        Class.forName("org.slf4j.LoggerFactory", false, Loader.class.getClassLoader());
        return true;
      } catch (ClassNotFoundException e) {
        return false;
      }
    }
  }

  /** Why libhdf5 is not there, or empty when it is. */
  static Optional<String> absence() {
    return Library.ABSENCE;
  }

  static void require(String where) {
    if (absence().isPresent()) {
      throw new StorageException(
          "HDF5 files cannot be written here: " + absence().get(),
          where,
          "Use a platform with a native HDF5 (Linux, Windows or macOS on x86-64), or set"
              + " -Dorg.bytedeco.javacpp.cachedir to a folder that can be written.");
    }
  }

  /**
   * Calls libhdf5 under the lock.
   *
   * @return the id or status
   * @throws StorageException if it is negative
   */
  static long call(String operation, String where, LongSupplier function) {
    synchronized (LOCK) {
      long result = function.getAsLong();
      if (result < 0) {
        throw new StorageException(
            "HDF5 could not " + operation,
            where,
            "Check the free space of the disk and the permissions of the folder.");
      }
      return result;
    }
  }
}
