package org.virtualcell.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What a release puts into a repository. Run by {@code .ci/full} after deploying one to the folder
 * {@code -Dvirtualcell.repository=file://...}.
 */
class DeployedReleaseTest {
  @Test
  void everyReleasedJarHasItsSourcesAndJavadoc() throws IOException {
    for (String module : List.of("virtualcell-api", "virtualcell-core", "virtualcell-native")) {
      Path folder =
          Path.of(URI.create(System.getProperty("virtualcell.repository")))
              .resolve("org/virtualcell")
              .resolve(module)
              .resolve(System.getProperty("virtualcell.version"));
      try (Stream<Path> files = Files.list(folder)) {
        List<String> names = files.map(f -> f.getFileName().toString()).toList();
        for (String end : List.of("[0-9T]\\.jar", "-sources\\.jar", "-javadoc\\.jar", "\\.pom")) {
          assertTrue(
              names.stream().anyMatch(n -> n.matches(module + ".*" + end)), module + end + names);
        }
      }
    }
  }
}
