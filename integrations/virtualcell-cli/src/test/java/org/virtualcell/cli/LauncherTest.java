package org.virtualcell.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher {@code vc}, run by a real shell on a jar that points to the classes under test. */
class LauncherTest {
  @TempDir private Path folder;

  private Path launcher;

  private record Run(int status, String out, String err) {}

  @BeforeEach
  void copyTheLauncherToAPathWithSpaces() throws IOException {
    Path original = Path.of(System.getProperty("virtualcell.root", "../..")).resolve("vc");
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "the launcher needs a shell");
    Path home = Files.createDirectories(folder.resolve("a folder with spaces"));
    launcher = Files.copy(original, home.resolve("vc"));
    assertTrue(launcher.toFile().setExecutable(true));
  }

  private static void writeJar(Path jar) throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.put(Attributes.Name.MAIN_CLASS, Main.class.getName());
    attributes.putValue("Enable-Native-Access", "ALL-UNNAMED");
    attributes.put(
        Attributes.Name.CLASS_PATH,
        Stream.of(classPath.split(File.pathSeparator))
            .map(entry -> Path.of(entry).toUri().toString())
            .collect(Collectors.joining(" ")));
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream empty = new JarOutputStream(out, manifest)) {
      empty.finish();
    }
  }

  private Run run(Path executable, Path directory, Map<String, String> environment, String... args)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(executable.toString()));
    command.addAll(List.of(args));
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the launcher hangs");
    return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  @Test
  void runsFromAnyDirectoryThroughALinkAndPassesArgumentsAndExitStatus() throws Exception {
    writeJar(launcher.resolveSibling("vc.jar"));
    Path elsewhere = Files.createDirectories(folder.resolve("else where"));
    Path link = Files.createSymbolicLink(elsewhere.resolve("my vc"), launcher);
    Run version = run(link, elsewhere, Map.of(), "--version");
    assertEquals(0, version.status(), version.err());
    assertTrue(version.out().startsWith("virtualcell "), version.out());
    assertEquals("", version.err(), "no warning on this Java");
    Run usage = run(link, elsewhere, Map.of(), "no such verb");
    assertEquals(2, usage.status());
    assertTrue(usage.err().contains("'no such verb'"), usage.err());
    assertEquals("", usage.out());
  }

  @Test
  void saysWhatIsMissingWhenThereIsNeitherJarNorCheckout() throws Exception {
    Run run = run(launcher, folder, Map.of(), "--version");
    assertEquals(4, run.status());
    assertTrue(run.err().contains("vc.jar"), run.err());
  }

  @Test
  void refusesAnOldJavaWithoutStartingIt() throws Exception {
    writeJar(launcher.resolveSibling("vc.jar"));
    Path old = Files.createDirectories(folder.resolve("jdk 11/bin")).getParent();
    Files.writeString(old.resolve("release"), "JAVA_VERSION=\"11.0.2\"\n");
    Files.writeString(old.resolve("bin/java"), "#!/bin/sh\necho started\n");
    assertTrue(old.resolve("bin/java").toFile().setExecutable(true));
    Run run = run(launcher, folder, Map.of("JAVA_HOME", old.toString()), "--version");
    assertEquals(4, run.status());
    assertTrue(run.err().contains("Java 11 is too old"), run.err());
    assertEquals("", run.out());
  }

  @Test
  void buildsOnceAndAgainOnlyAfterASourceHasChanged() throws Exception {
    Path root = launcher.getParent();
    Path module = Files.createDirectories(root.resolve("integrations/virtualcell-cli"));
    Path source = Files.createDirectories(module.resolve("src/main")).resolve("A.java");
    Files.writeString(source, "class A {}");
    Files.writeString(module.resolve("pom.xml"), "<project/>");
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    writeJar(root.resolve("ready.jar"));
    Path maven = root.resolve("mvnw");
    Files.writeString(
        maven,
        "#!/bin/sh\necho \"$@\" >>calls.txt\n"
            + "[ -e broken ] && { echo 'cannot compile'; exit 1; }\n"
            + "cp ready.jar integrations/virtualcell-cli/target/vc.jar\n");
    assertTrue(maven.toFile().setExecutable(true));
    Path calls = root.resolve("calls.txt");

    Run first = run(launcher, folder, Map.of(), "--version");
    assertEquals(0, first.status(), first.err());
    assertEquals(1, first.err().lines().count(), first.err());
    assertTrue(first.err().contains("building"), first.err());
    assertTrue(first.out().startsWith("virtualcell "), "results only on standard output");
    assertEquals(1, Files.readAllLines(calls).size());
    assertTrue(Files.readString(calls).contains("-pl integrations/virtualcell-cli -am package"));

    Run second = run(launcher, folder, Map.of(), "--version");
    assertEquals(0, second.status());
    assertEquals("", second.err());
    assertEquals(1, Files.readAllLines(calls).size());

    Files.setLastModifiedTime(
        source, FileTime.fromMillis(System.currentTimeMillis() + TimeUnit.MINUTES.toMillis(1)));
    Files.createFile(root.resolve("broken"));
    Run broken = run(launcher, folder, Map.of(), "--version");
    assertEquals(1, broken.status());
    assertTrue(broken.err().contains("cannot compile"), broken.err());
    assertEquals("", broken.out());
    Files.delete(root.resolve("broken"));
    assertEquals(0, run(launcher, folder, Map.of(), "--version").status());
    assertEquals(3, Files.readAllLines(calls).size());
    assertFalse(Files.exists(module.resolve("target/vc.stamp.new")));
  }
}
