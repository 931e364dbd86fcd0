package org.virtualcell.atlas;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.virtualcell.io.AnnotatedData;
import org.virtualcell.io.AnnotatedFiles;

/** The bundled real data sets, read once. */
public final class BundledData {
  private static PerturbationData norman;
  private static PerturbationData papalexi;

  private BundledData() {}

  public static Path path(String name) {
    String root = System.getProperty("virtualcell.root");
    assumeTrue(root != null, "the bundled data are found through the property virtualcell.root");
    Path file =
        Path.of(
            root, "integrations/virtualcell-cli/src/main/resources/org/virtualcell/cli/data", name);
    assumeTrue(Files.exists(file), "the bundled data are not at " + file);
    return file;
  }

  /** 5,229 cells x 500 genes: Norman CRISPRa in K562, McFaline-Figueroa CRISPRi in three lines. */
  public static synchronized PerturbationData norman() {
    if (norman == null) {
      norman = read("norman_mcfaline_dev.h5ad");
    }
    return norman;
  }

  /**
   * 20,729 cells x 299 genes: Papalexi CRISPR knock-outs in THP-1, raw counts, three replicates.
   */
  public static synchronized PerturbationData papalexi() {
    if (papalexi == null) {
      papalexi = read("papalexi_20729x299.h5ad");
    }
    return papalexi;
  }

  private static PerturbationData read(String name) {
    try (AnnotatedData file = AnnotatedFiles.open(path(name))) {
      return PerturbationData.of(file, PerturbationKeys.detect(file.observations()));
    }
  }
}
