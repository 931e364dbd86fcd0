package org.virtualcell.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A project of its own, copied out of this tree so that none of this build's settings reach it,
 * uses the installed artifacts as any application would.
 *
 * <p>With {@code -Dvirtualcell.platforms=all} it takes the natives of every platform, which have to
 * be downloaded; without, those of this machine. With {@code -Dvirtualcell.repository=URL} it takes
 * the artifacts from where a release was deployed.
 */
class OutsideProjectTest {
  private static final Path HOUSE = BundledData.HOUSE;
  private static final boolean ALL_PLATFORMS =
      System.getProperty("virtualcell.platforms", "this").equals("all");
  private static final Optional<String> DEPLOYED =
      Optional.ofNullable(System.getProperty("virtualcell.repository"));

  /** Groups that may reach a consumer: the design's packages, the JSON mapper, the HDF5 reader. */
  private static final Set<String> ALLOWED_GROUPS =
      Set.of(
          "org.virtualcell",
          "org.bytedeco",
          "org.ejml",
          "com.fasterxml.jackson.core",
          "com.fasterxml.jackson.dataformat",
          "io.jhdf");

  /** What jhdf itself needs. */
  private static final Set<String> ALLOWED_OF_JHDF =
      Set.of(
          "at.yawk.lz4:lz4-java",
          "org.lz4:lz4-java",
          "com.ning:compress-lzf",
          "org.apache.commons:commons-lang3",
          "org.slf4j:slf4j-api");

  private static final Pattern COORDINATES =
      Pattern.compile(
          "^\\s+([\\w.-]+):([\\w.-]+):jar:(?:([\\w.-]+):)?([\\w.-]+):(?:compile|runtime)");

  @TempDir private Path outside;

  private record Jar(String group, String artifact, String version) {}

  @Test
  void coreAloneRunsTheExampleOfTheReadme() throws Exception {
    List<Jar> jars = resolve("virtualcell-core");
    requireOnlyWhatIsStated(jars);
    assertTrue(jars.stream().noneMatch(j -> j.artifact().equals("virtualcell-native")));
    requireTheExampleRuns();
  }

  @Test
  void theNativeModuleIsTheOneDependencyThatMakesItFaster() throws Exception {
    List<Jar> jars = resolve("virtualcell-native");
    requireOnlyWhatIsStated(jars);
    assertTrue(jars.stream().anyMatch(j -> j.artifact().equals("virtualcell-core")));
    requireTheExampleRuns();
  }

  private static void requireOnlyWhatIsStated(List<Jar> jars) {
    Set<String> strangers = new TreeSet<>();
    Set<String> javacpp = new TreeSet<>();
    for (Jar jar : jars) {
      String name = jar.group() + ":" + jar.artifact();
      if (!ALLOWED_GROUPS.contains(jar.group()) && !ALLOWED_OF_JHDF.contains(name)
          || jar.artifact().startsWith("cuda")) {
        strangers.add(name);
      }
      if (jar.artifact().startsWith("javacpp")) {
        javacpp.add(jar.version());
      }
    }
    assertEquals(Set.of(), strangers, "dependencies nobody asked for");
    assertEquals(Set.of("1.5.13"), javacpp, "versions of JavaCPP");
  }

  private List<Jar> resolve(String artifact) throws IOException, InterruptedException {
    copy(HOUSE.resolve("docs/examples/consumer"), outside.resolve("consumer"));
    copy(HOUSE.resolve("docs/examples/src/main"), outside.resolve("src/main"));
    Path list = outside.resolve("list.txt");
    Path classPath = outside.resolve("classpath.txt");
    List<String> maven = new ArrayList<>(List.of(HOUSE.resolve("mvnw").toString(), "-B", "-q"));
    maven.addAll(repositories());
    if (!ALL_PLATFORMS) {
      maven.add("-Djavacpp.platform.host");
    }
    maven.addAll(
        List.of(
            "-Dvirtualcell.version=" + System.getProperty("virtualcell.version"),
            "-Dvirtualcell.artifact=" + artifact,
            "-DoutputFile=" + list,
            "-Dmdep.outputFile=" + classPath,
            "compile",
            "dependency:list",
            "dependency:build-classpath"));
    run(outside.resolve("consumer"), maven);
    requireSmall(Files.readString(classPath).strip());
    List<Jar> jars = new ArrayList<>();
    for (String line : Files.readAllLines(list)) {
      Matcher jar = COORDINATES.matcher(line);
      if (jar.find()) {
        jars.add(new Jar(jar.group(1), jar.group(2), jar.group(4)));
      }
    }
    assertEquals(
        Files.readString(classPath).strip().split(File.pathSeparator).length,
        jars.size(),
        "every jar on the class path was understood: " + Files.readString(list));
    return jars;
  }

  // The artifacts come from where they were installed or deployed, all else from what was
  // downloaded before.
  private List<String> repositories() throws IOException {
    List<String> options =
        new ArrayList<>(
            List.of(
                "-Dmaven.repo.local.tail=" + System.getProperty("virtualcell.localRepository"),
                "-Dmaven.repo.local.tail.ignoreAvailability=true"));
    if (DEPLOYED.isPresent()) {
      options.add("-Dmaven.repo.local=" + outside.resolve("repository"));
      options.add("-gs");
      options.add(settings(DEPLOYED.get()).toString());
    } else {
      options.add("-Dmaven.repo.local=" + System.getProperty("virtualcell.installed"));
      if (!ALL_PLATFORMS) {
        options.add("-o");
      }
    }
    return options;
  }

  private Path settings(String repository) throws IOException {
    return Files.writeString(
        outside.resolve("settings.xml"),
        """
        <settings>
          <profiles>
            <profile>
              <id>deployed</id>
              <repositories>
                <repository><id>deployed</id><url>%s</url></repository>
              </repositories>
            </profile>
          </profiles>
          <activeProfiles><activeProfile>deployed</activeProfile></activeProfiles>
        </settings>
        """
            .formatted(repository));
  }

  private static void requireSmall(String classPath) throws IOException {
    long bytes = 0;
    for (String jar : classPath.split(File.pathSeparator)) {
      bytes += Files.size(Path.of(jar));
    }
    long most = (ALL_PLATFORMS ? 30 : 15) * 1_000_000L;
    System.out.printf(
        "outside project: %d jars, %.1f MB of at most %.1f MB%n",
        classPath.split(File.pathSeparator).length, bytes / 1e6, most / 1e6);
    assertTrue(bytes <= most, bytes + " bytes of jars, " + most + " are the most");
  }

  private void requireTheExampleRuns() throws IOException, InterruptedException {
    String classPath =
        outside.resolve("consumer/target/classes")
            + File.pathSeparator
            + Files.readString(outside.resolve("classpath.txt")).strip();
    List<String> java =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    if (Runtime.version().feature() >= 22) {
      java.add("--enable-native-access=ALL-UNNAMED");
    }
    java.addAll(
        List.of(
            "-cp",
            classPath,
            "org.virtualcell.examples.PredictPerturbation",
            BundledData.NORMAN.toString()));
    String output = run(outside, java);
    assertTrue(output.contains("unseen-perturbation"), output);
  }

  private static String run(Path folder, List<String> command)
      throws IOException, InterruptedException {
    Path log = Files.createTempFile(folder, "log", ".txt");
    ProcessBuilder process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    process.environment().put("JAVA_HOME", System.getProperty("java.home"));
    process.environment().keySet().removeAll(List.of("MAVEN_ARGS", "MAVEN_CONFIG"));
    process.environment().put("MAVEN_OPTS", "-XX:TieredStopAtLevel=1");
    Process started = process.start();
    try {
      assertTrue(started.waitFor(5, TimeUnit.MINUTES), () -> "still running: " + command);
    } finally {
      started.destroyForcibly();
    }
    String output = Files.readString(log);
    assertEquals(0, started.exitValue(), () -> String.join(" ", command) + "\n" + output);
    return output;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
  }
}
