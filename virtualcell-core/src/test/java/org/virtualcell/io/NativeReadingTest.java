package org.virtualcell.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.api.VirtualCellException;

/** libhdf5 and the Java reader see the same numbers, and live together in threads and loaders. */
class NativeReadingTest {
  private static final String CHOICE = "virtualcell.hdf5";

  @TempDir Path folder;

  @AfterEach
  void restore() {
    System.clearProperty(CHOICE);
  }

  private static ContentDigest digest(Path file, String choice) {
    System.setProperty(CHOICE, choice);
    try (AnnotatedData data = AnnotatedFiles.open(file)) {
      return data.expression().digest();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "variants/big-endian.h5ad",
        "variants/tensor.h5ad",
        "variants/half.h5ad",
        "anndata-formats/anndata-v0.7.0.h5ad",
        "anndata-formats/bpcells-mini-int64-v0.12.6.h5ad",
        "anndata-formats/anndata-v0.5.0-cut.h5ad",
        "tenx-formats/v3/filtered_feature_bc_matrix.h5"
      })
  void bothReadersSeeTheSameNumbers(String name) {
    Path file = Fixtures.find(name);
    assertEquals(digest(file, "java"), digest(file, "native"));
  }

  /** With more bits than bytes libhdf5 writes past its stack and ends the process. */
  @ParameterizedTest
  @ValueSource(strings = {"java", "native"})
  void numbersWithMoreOrFewerBitsThanTheirBytesAreRefused(String choice) throws Exception {
    byte[] wholeOf64Bits = {0x10, 8, 0, 0, 8, 0, 0, 0, 0, 0, 64, 0};
    byte[] file =
        Files.readAllBytes(Fixtures.find("anndata-formats/bpcells-mini-int64-v0.12.6.h5ad"));
    System.setProperty(CHOICE, choice);
    for (int damage : new int[] {0xbe40, 63, 1}) {
      byte[] damaged = file.clone();
      int found = 0;
      for (int at = 0; at + wholeOf64Bits.length <= file.length; at++) {
        if (Arrays.equals(file, at, at + wholeOf64Bits.length, wholeOf64Bits, 0, 12)) {
          damaged[at + 10] = (byte) damage;
          damaged[at + 11] = (byte) (damage >> 8);
          found++;
        }
      }
      assertTrue(found > 0);
      Path copy = Files.write(folder.resolve(choice + damage + ".h5ad"), damaged);
      VirtualCellException e =
          assertThrows(VirtualCellException.class, () -> AnnotatedFiles.open(copy).close());
      assertTrue(e.where().contains(copy.getFileName().toString()), e.getMessage());
    }
  }

  @Test
  void libhdf5ReadsLargeDatasetsAndJavaWhatItCannot() {
    assumeTrue(NativeHdf5.absence().isEmpty(), () -> NativeHdf5.absence().get());
    System.setProperty(CHOICE, "native");
    Path plain = Fixtures.find("variants/tensor.h5ad");
    try (Hdf5File file = Hdf5File.open(plain, plain.toFile().length(), 1 << 20)) {
      assertInstanceOf(NativeNumbers.class, file.numbers(file.dataset("X/data"), "X/data"));
      System.setProperty(CHOICE, "auto");
      assertInstanceOf(JavaNumbers.class, file.numbers(file.dataset("X/data"), "X/data"));
    }
    System.setProperty(CHOICE, "native");
    Path lzf = Fixtures.find("anndata-formats/anndata-v0.7.0.h5ad");
    try (Hdf5File file = Hdf5File.open(lzf, lzf.toFile().length(), 1 << 20)) {
      assertInstanceOf(JavaNumbers.class, file.numbers(file.dataset("X/data"), "X/data"));
    }
  }

  @Test
  void threadsMayReadOneFileAndWriteOthersAtOnce() throws Exception {
    Path file = Fixtures.find("tenx-formats/v3/filtered_feature_bc_matrix.h5");
    ContentDigest expected = digest(file, "java");
    System.setProperty(CHOICE, "native");
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (AnnotatedData shared = AnnotatedFiles.open(file)) {
      List<Future<ContentDigest>> digests = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        Path copy = folder.resolve("copy" + i + ".h5ad");
        boolean write = i % 3 == 0;
        digests.add(
            threads.submit(
                () -> {
                  if (!write) {
                    return shared.expression().digest();
                  }
                  new H5adWriter(shared.genes(), shared.observations())
                      .expression(shared.expression(), shared.units().require("test"))
                      .write(copy, false);
                  try (AnnotatedData own = AnnotatedFiles.open(copy)) {
                    return own.expression().digest();
                  }
                }));
      }
      for (Future<ContentDigest> digest : digests) {
        assertEquals(expected, digest.get());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void allClassLoadersShareOneLock() throws Exception {
    List<URL> path = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      path.add(Path.of(entry).toUri().toURL());
    }
    try (URLClassLoader other =
        new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Class<?> twin = other.loadClass(NativeHdf5.class.getName());
      var lock = twin.getDeclaredField("LOCK");
      lock.setAccessible(true);
      assertNotSame(NativeHdf5.class, twin);
      assertSame(NativeHdf5.LOCK, lock.get(null));
    }
  }

  @Test
  void aFileInAFolderWithALongOddNameIsRead() throws Exception {
    Path odd = Files.createDirectory(folder.resolve("Zellen – Übung 細胞"));
    Path copy = odd.resolve("daten ü.h5ad");
    Files.copy(Fixtures.find("variants/tensor.h5ad"), copy);
    assertEquals(digest(copy, "java"), digest(copy, "native"));
  }
}
