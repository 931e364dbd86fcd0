package org.virtualcell.io;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the format fixtures: with the tests where they may be kept, else in the shared data. */
final class Fixtures {
  private Fixtures() {}

  static Path find(String name) {
    Path bundled = bundled().resolve(name);
    if (Files.exists(bundled)) {
      return bundled;
    }
    Path shared = shared().resolve(name);
    assumeTrue(
        Files.exists(shared),
        () ->
            name
                + " is too large or not licensed to be kept with the tests; it is not at "
                + shared);
    return shared;
  }

  static Path bundled() {
    try {
      return Path.of(Fixtures.class.getResource("fixtures").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path shared() {
    return Path.of(System.getProperty("virtualcell.root", "."))
        .resolve("../shared/data")
        .normalize();
  }
}
