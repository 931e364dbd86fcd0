package org.virtualcell.features;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.virtualcell.api.Perturbation;
import org.virtualcell.atlas.BundledData;

/** Real files of knowledge about genes, where the machine has them. */
final class Knowledge {
  private Knowledge() {}

  static Path file(String name) {
    String root = System.getProperty("virtualcell.root");
    assumeTrue(root != null, "shared files are found through the property virtualcell.root");
    Path file = Path.of(root).resolveSibling("shared").resolve("data/knowledge").resolve(name);
    assumeTrue(Files.exists(file), "there is no " + file);
    return file;
  }

  /** The genes perturbed in the bundled K562 and glioblastoma cells. */
  static List<String> normanTargets() {
    TreeSet<String> targets = new TreeSet<>();
    BundledData.norman()
        .conditions()
        .forEach(
            c ->
                c.perturbation()
                    .parts()
                    .forEach(p -> targets.add(((Perturbation.GenePerturbation) p).gene())));
    return List.copyOf(targets);
  }
}
