package org.virtualcell.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.StorageException;

/**
 * A write that runs out of space is an exception, leaves nothing behind, and the process ends
 * normally. A shell's limit on the size of files stands for the full disk.
 */
class FullDiskTest {
  private static final Path SHELL = Path.of("/bin/bash");

  @TempDir Path folder;

  /** Runs in a process of its own: copies the file named first to the place named second. */
  static final class Writing {
    private Writing() {}

    public static void main(String[] args) {
      try (AnnotatedData data = AnnotatedFiles.open(Path.of(args[0]))) {
        new H5adWriter(data.genes(), data.observations())
            .expression(data.expression(), ExpressionUnits.rawCounts())
            .write(Path.of(args[1]), false);
        System.out.println("written");
      } catch (StorageException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void aFullDiskIsAnExceptionAndTheProcessEndsNormally() throws Exception {
    assumeTrue(Files.isExecutable(SHELL), "needs a shell that limits the size of files");
    assumeTrue(NativeHdf5.absence().isEmpty(), () -> NativeHdf5.absence().get());
    Path target = folder.resolve("out.h5ad");
    Path source = Fixtures.find("tenx-formats/v3/filtered_feature_bc_matrix.h5");
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(
                List.of(
                    SHELL.toString(),
                    "-c",
                    "ulimit -c 0; ulimit -f 40; exec \"$@\"",
                    "bash",
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:-UsePerfData",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Writing.class.getName(),
                    source.toString(),
                    target.toString()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "hangs");
    String said = Files.readString(log, StandardCharsets.UTF_8);
    assertEquals(0, process.exitValue(), said);
    assertTrue(said.contains("could not be written") && said.contains("out.h5ad"), said);
    assertEquals(List.of("log"), List.of(folder.toFile().list()));
  }
}
