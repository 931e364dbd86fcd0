package org.virtualcell.examples;

import java.nio.file.Path;

/** Where the real data that come with the command line lie in this source tree. */
final class BundledData {
  static final Path HOUSE = Path.of(System.getProperty("virtualcell.root"));
  static final Path NORMAN =
      HOUSE.resolve(
          "integrations/virtualcell-cli/src/main/resources/org/virtualcell/cli/data/norman_mcfaline_dev.h5ad");

  private BundledData() {}
}
