package org.virtualcell.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a process of its own can show: signals, full disks, the locale of the JVM. */
class ProcessTest {
  @TempDir private Path folder;

  private ProcessBuilder vc(List<String> jvm, String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (Runtime.version().feature() >= 22) {
      command.add("--enable-native-access=ALL-UNNAMED"); // the jar's manifest says the same
    }
    command.addAll(jvm);
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(Main.class.getName());
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    return builder
        .redirectOutput(logs().resolve("out.txt").toFile())
        .redirectError(logs().resolve("err.txt").toFile());
  }

  private Path logs() throws IOException {
    return Files.createDirectories(folder.resolve("logs"));
  }

  private String err() throws IOException {
    return Files.readString(logs().resolve("err.txt"));
  }

  private static int ends(Process process) throws InterruptedException {
    assertTrue(process.waitFor(120, TimeUnit.SECONDS), "it hangs");
    return process.exitValue();
  }

  @Test
  void controlCEndsAQuickstartWith130AndLeavesNothing() throws Exception {
    assumeTrue(hearsInterrupts(), "this process was started deaf to SIGINT, and so is its child");
    Path parent = Files.createDirectories(folder.resolve("work"));
    Process process =
        vc(List.of(), "quickstart", "--out", parent.resolve("out").toString()).start();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!err().contains("scoring") && System.nanoTime() < deadline) {
      Thread.sleep(50);
    }
    assertTrue(err().contains("scoring"), err());
    assertTrue(parent.toFile().list().length > 0, "it was in the middle of its work");
    assertEquals(0, new ProcessBuilder("kill", "-INT", "" + process.pid()).start().waitFor());
    assertEquals(130, ends(process), err());
    try (Stream<Path> left = Files.list(parent)) {
      assertEquals(List.of(), left.toList(), err());
    }
    assertTrue(err().contains("Cancelled"), err());
    assertFalse(err().contains("\tat "), err());
  }

  /** A shell starts what runs in the background with interrupts ignored, which is inherited. */
  private static boolean hearsInterrupts() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return true;
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("SigIgn:"))
          .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
          .noneMatch(ignored -> (ignored & 0b10) != 0);
    }
  }

  @Test
  void resultsThatDoNotFitOnTheDiskAreAFailureOfTheMachine() throws Exception {
    assumeTrue(Files.exists(Path.of("/dev/full")), "this system has no /dev/full");
    Process process = vc(List.of(), "devices").redirectOutput(new File("/dev/full")).start();
    assertEquals(4, ends(process), err());
    assertTrue(err().contains("could not be written"), err());
  }

  @Test
  void aReaderThatHasSeenEnoughIsNoFailure() throws Exception {
    ProcessBuilder vc = vc(List.of(), "devices").redirectOutput(Redirect.PIPE);
    Process process = vc.start();
    process.getInputStream().close();
    assertEquals(0, ends(process), err());
    assertEquals("", err());
  }

  @Test
  void filesThatDoNotFitOnTheDiskAreAFailureOfTheMachineAndLeaveNothing() throws Exception {
    Path shell = Path.of("/bin/bash");
    assumeTrue(Files.isExecutable(shell), "a limit on file sizes needs a shell");
    Path parent = Files.createDirectories(folder.resolve("work"));
    List<String> command =
        new ArrayList<>(List.of(shell.toString(), "-c", "ulimit -f 64; exec \"$@\"", "vc"));
    ProcessBuilder vc = vc(List.of(), "quickstart", "--out", parent.resolve("out").toString());
    command.addAll(vc.command());
    Process process = vc.command(command).start();
    assertEquals(4, ends(process), err());
    assertTrue(err().contains("remedy: "), err());
    try (Stream<Path> left = Files.list(parent)) {
      assertEquals(List.of(), left.toList(), err());
    }
  }

  @Test
  void numbersHaveAPointInAGermanJvm() throws Exception {
    Path cells = BundledData.NORMAN.copyInto(folder);
    Process process =
        vc(List.of("-Duser.language=de", "-Duser.country=DE"), "inspect", cells.toString()).start();
    assertEquals(0, ends(process), err());
    String out = Files.readString(logs().resolve("out.txt"));
    assertTrue(out.contains("5,229"), out);
    assertTrue(out.contains("7.0 %"), out);
  }
}
