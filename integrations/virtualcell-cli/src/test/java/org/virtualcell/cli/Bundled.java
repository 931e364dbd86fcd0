package org.virtualcell.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;

/** The bundled data and a model fitted to them, made once for a test class. */
record Bundled(Path cells, Path model) {
  static Bundled in(Path folder) {
    Path cells = BundledData.NORMAN.copyInto(folder);
    Path model = folder.resolve("additive.safetensors");
    Shell.Result trained =
        Shell.run(
            "train",
            "--data",
            cells.toString(),
            "--model",
            "baseline:additive",
            "--out",
            model.toString());
    assertEquals(0, trained.status(), trained.err());
    return new Bundled(cells, model);
  }
}
