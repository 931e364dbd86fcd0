package org.virtualcell.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged copies of the format fixtures are read in a JVM of their own. Each gives data or an
 * exception of this library that names the file: never another exception, a crash, or a wait of
 * more than 20 seconds. (A flipped bit in an uncompressed value cannot be seen by any reader, so
 * the data may differ then.)
 *
 * <p>300 cases by default. The long run:
 *
 * <pre>{@code
 * ./mvnw -pl virtualcell-core -am test -Dtest=DamagedFilesTest \
 *   -Dsurefire.failIfNoSpecifiedTests=false -Dvirtualcell.fuzz.cases=10000
 * }</pre>
 *
 * The worker lets libhdf5 read all it can ({@code -Dvirtualcell.hdf5=native}), which is more than
 * it reads otherwise. {@code -Dvirtualcell.fuzz.seed=N} starts at another case; a failure prints
 * its case's seed.
 */
class DamagedFilesTest {
  private static final int CASES = Integer.getInteger("virtualcell.fuzz.cases", 300);
  private static final long FIRST_SEED = Long.getLong("virtualcell.fuzz.seed", 0);
  private static final int LIMIT_SECONDS = 20;
  private static final int STRUCTURE_BYTES = 512;
  private static final String[] STRUCTURES = {
    "TREE", "SNOD", "HEAP", "GCOL", "OHDR", "FRHP", "FHDB", "BTHD", "BTLF", "FAHD", "FADB",
    "\211HDF"
  };

  @TempDir Path folder;

  @Test
  void damagedFilesGiveDataOrAClearError() throws Exception {
    List<Path> fixtures = fixtures();
    List<String> broken = new ArrayList<>();
    int data = 0;
    int errors = 0;
    try (Worker worker = new Worker()) {
      for (long seed = FIRST_SEED; seed < FIRST_SEED + CASES; seed++) {
        SplittableRandom random = new SplittableRandom(seed);
        Path fixture = fixtures.get(random.nextInt(fixtures.size()));
        Path damaged = damage(fixture, random, seed);
        String outcome = worker.outcome(damaged);
        data += outcome.startsWith("DATA ") ? 1 : 0;
        errors += outcome.startsWith("ERROR ") ? 1 : 0;
        if (!outcome.startsWith("DATA ") && !outcome.startsWith("ERROR ")) {
          broken.add("seed " + seed + ", " + fixture.getFileName() + ": " + outcome);
        }
        delete(damaged);
      }
    }
    assertEquals(List.of(), broken, () -> String.join("\n", broken));
    assertEquals(CASES, data + errors);
    assertTrue(CASES < 100 || data > CASES / 20 && errors > CASES / 20, data + " and " + errors);
  }

  @Test
  void undamagedFixturesGiveTheSameDataInTheWorkerAndHere() throws Exception {
    try (Worker worker = new Worker()) {
      for (Path fixture : fixtures()) {
        assertEquals(FuzzWorker.outcome(fixture), worker.outcome(fixture), fixture.toString());
      }
    }
  }

  private static List<Path> fixtures() throws IOException {
    List<Path> all = new ArrayList<>();
    for (String kind : List.of("anndata-formats", "tenx-formats", "variants")) {
      try (Stream<Path> files = Files.walk(Fixtures.bundled().resolve(kind))) {
        files
            .filter(Files::isRegularFile)
            .map(
                f ->
                    f.toString().contains(".tsv") || f.toString().contains(".mtx")
                        ? f.getParent()
                        : f)
            .distinct()
            .sorted()
            .forEach(all::add);
      }
    }
    return all;
  }

  /** A damaged copy of a file, or of a folder with one damaged file. */
  private Path damage(Path fixture, SplittableRandom random, long seed) throws IOException {
    if (!Files.isDirectory(fixture)) {
      Path copy = folder.resolve("case" + seed + "-" + fixture.getFileName());
      return Files.write(copy, damage(Files.readAllBytes(fixture), random));
    }
    Path copy = Files.createDirectory(folder.resolve("case" + seed));
    List<Path> parts;
    try (Stream<Path> files = Files.list(fixture)) {
      parts = files.sorted().toList();
    }
    Path hit = parts.get(random.nextInt(parts.size()));
    for (Path part : parts) {
      byte[] bytes = Files.readAllBytes(part);
      Files.write(
          copy.resolve(part.getFileName()), part.equals(hit) ? damage(bytes, random) : bytes);
    }
    return copy;
  }

  private static byte[] damage(byte[] bytes, SplittableRandom random) {
    if (random.nextInt(5) == 0) {
      return Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }
    int flips = 1 + random.nextInt(4);
    for (int i = 0; i < flips; i++) {
      int at = random.nextBoolean() ? random.nextInt(bytes.length) : inStructure(bytes, random);
      bytes[at] =
          (byte)
              switch (random.nextInt(4)) {
                case 0 -> 0;
                case 1 -> 0xff;
                case 2 -> bytes[at] ^ 1 << random.nextInt(8);
                default -> random.nextInt(256);
              };
    }
    return bytes;
  }

  /** A place near the beginning of one of the file's structures, where damage hurts most. */
  private static int inStructure(byte[] bytes, SplittableRandom random) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    String name = STRUCTURES[random.nextInt(STRUCTURES.length)];
    List<Integer> found = new ArrayList<>();
    for (int at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
      found.add(at);
    }
    int start = found.isEmpty() ? 0 : found.get(random.nextInt(found.size()));
    return Math.min(bytes.length - 1, start + random.nextInt(STRUCTURE_BYTES));
  }

  private static void delete(Path path) throws IOException {
    try (Stream<Path> all = Files.walk(path)) {
      for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  /** A JVM that reads files, started again when it dies or hangs. */
  private static final class Worker implements AutoCloseable {
    private Process process;
    private BufferedWriter paths;
    private BufferedReader answers;

    String outcome(Path file) throws Exception {
      if (process == null) {
        start();
      }
      paths.write(file + "\n");
      paths.flush();
      CompletableFuture<String> answer = CompletableFuture.supplyAsync(this::readLine);
      try {
        String line = answer.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (line == null) {
          int status = process.waitFor();
          stop();
          return "CRASH with status " + status;
        }
        return line;
      } catch (TimeoutException e) {
        stop();
        return "HANG of more than " + LIMIT_SECONDS + " s";
      } catch (ExecutionException e) {
        stop();
        return "CRASH " + e.getCause();
      }
    }

    private String readLine() {
      try {
        return answers.readLine();
      } catch (IOException e) {
        return null;
      }
    }

    private void start() throws IOException {
      String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
      List<String> command =
          new ArrayList<>(List.of(java, "-Xmx256m", "-XX:-CreateCoredumpOnCrash"));
      command.add("-Dvirtualcell.hdf5=" + System.getProperty("virtualcell.hdf5", "native"));
      command.addAll(List.of("-XX:ErrorFile=" + File.separator + "dev" + File.separator + "null"));
      if (Runtime.version().feature() >= 22) {
        command.add("--enable-native-access=ALL-UNNAMED");
      }
      command.addAll(
          List.of("-cp", System.getProperty("java.class.path"), FuzzWorker.class.getName()));
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      paths =
          new BufferedWriter(
              new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
      answers =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private void stop() {
      if (process != null) {
        process.destroyForcibly();
        process = null;
      }
    }

    @Override
    public void close() {
      stop();
    }
  }
}
